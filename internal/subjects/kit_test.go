package subjects_test

import (
	"slices"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/docx"
	"ketnap/internal/i18n"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// TestKitTerms: the material for the impact assessment has the terms in force, and where they are not those delivered it says so, by whom and why.
func TestKitTerms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		sv, admin := subjects.New(s), at(tree.Root, access.Admin)
		read := func(lang i18n.Lang, terms subjects.Terms) string {
			t.Helper()
			data, err := subjects.Kit(i18n.For(lang), terms)
			if err != nil {
				t.Fatal(err)
			}
			text, err := docx.ReadText(data)
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		if err := sv.SetTerm(t.Context(), admin, "refused", subject.Term{Months: 37, Reason: "quyết định của ban thường vụ", Source: "Quy chế 9-QC/TU", Sure: "likely"}); err != nil {
			t.Fatal(err)
		}
		terms, err := sv.Terms(t.Context(), admin)
		if err != nil {
			t.Fatal(err)
		}
		before, after := read(i18n.Vi, subjects.Delivered()), read(i18n.Vi, terms)
		for _, said := range []string{"37 tháng", "Quy chế 9-QC/TU (khá chắc)", admin.Name + " đặt ngày " + s.Today().VN() + ", thay giá trị có sẵn (12 tháng): quyết định của ban thường vụ"} {
			if strings.Contains(before, said) || !strings.Contains(after, said) {
				t.Errorf("%q is said where nothing was set, or not where it was", said)
			}
		}
		refused := subject.Book().Retention[slices.IndexFunc(subject.Book().Retention, func(r subject.Retention) bool { return r.Code == "refused" })]
		for _, text := range []string{before, after} { // from when, how long, until when: each in its column
			row := text[strings.LastIndex(text, refused.From["vi"]):]
			if months, end := strings.Index(row, " tháng"), strings.Index(row, refused.End["vi"]); months < 0 || end < months {
				t.Errorf("the row of the term is %.300q", row)
			}
		}
		own := i18n.For(i18n.Vi).T("term.register")
		if n, m := strings.Count(before, own), strings.Count(after, own); n != len(subject.Book().Retention) || m != n-1 {
			t.Errorf("%d terms are as delivered where none was set, %d where one was", n, m)
		}
		if en := read(i18n.En, terms); !strings.Contains(en, "37 months") || !strings.Contains(en, "instead of what was delivered (12 months)") {
			t.Error("the English one does not say it")
		}
	})
}
