package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/units"
)

// kept is everything bad input could have changed: documents with their numbers, targets and drafts.
func kept(t *testing.T, d desk, docs ...id.ID) string {
	t.Helper()
	out := ""
	err := d.st.View(context.Background(), func(tx *store.Tx) error {
		out = ""
		scope, err := access.System("test").Over(d.root)
		if err != nil {
			return err
		}
		all, err := tx.Documents(scope, store.DocumentFilter{N: 100})
		if err != nil {
			return err
		}
		out += fmt.Sprintf("%+v", all)
		for _, doc := range docs {
			fs, err := tx.DocFigures(doc)
			if err != nil {
				return err
			}
			cs, err := tx.Clauses(doc)
			if err != nil {
				return err
			}
			ls, err := tx.Links(doc)
			out += fmt.Sprintf("%+v %+v %+v", fs, cs, ls)
			if err != nil {
				return err
			}
		}
		ts, err := tx.Targets(38, []id.ID{d.root.ID, d.communes[0].ID, d.communes[1].ID, d.cells[0][0].ID}, 2026)
		if err != nil {
			return err
		}
		ds, err := tx.Drafts(scope, 2026, true)
		out += fmt.Sprintf("%+v %+v", ts, ds)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestBadInput: what cannot be is said in words beside what was typed, and nothing of it is stored.
func TestBadInput(t *testing.T) {
	d := figuresDesk(t)
	b := d.as(d.user("tinh", access.Committee, d.root))
	root := d.root.ID.String()
	form := formOf(t, b.get("/van-ban/them?u="+root).page, "/van-ban/them")
	for name, value := range map[string]string{"number": "20-NQ/TU", "dated": "11/01/2024", "issuer": "Tỉnh ủy", "title": "Phát triển đảng viên", "text": article} {
		form.Set(name, value)
	}
	doc := b.ask(http.MethodPost, "/van-ban/them", form).Header.Get("Location")
	number := formOf(t, b.get(doc+"?so=moi").page, doc+"/so-lieu")
	for name, value := range map[string]string{"indicator": "admit", "kind": "goal", "op": "..", "low": "1.020", "high": "1.250", "counted": "person", "span": "year", "from": "01/01/2026", "to": "31/12/2026"} {
		number.Set(name, value)
	}
	if res := b.ask(http.MethodPost, doc+"/so-lieu", number); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("a good number: %d %v", res.StatusCode, words(t, res.page))
	}
	// The second commune ends in October.
	if err := units.New(d.st).Dissolve(context.Background(), access.System("test"), units.DissolveForm{Unit: d.communes[1].ID, Successor: d.communes[0].ID,
		Act: units.Act{On: day.Of(2026, 10, 1), Decision: org.Decision{No: "9-QĐ/TU", Issuer: "Tỉnh ủy", Date: day.Of(2026, 9, 20)}}}); err != nil {
		t.Fatal(err)
	}
	with := func(base url.Values, pairs ...string) url.Values {
		v := url.Values{}
		for name := range base {
			v.Set(name, base.Get(name))
		}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	sheet := url.Values{"u": {root}, "nam": {"2026"}, "source": {"7-KH/TU"}, "act": {"draft"}}
	divide := url.Values{"u": {root}, "nam": {"2026"}, "loai": {"admit"}, "cach": {"equal"}, "so": {"100"}, "act": {"ghi"}}
	goal := "goal_" + d.communes[0].ID.String() + ".admit"
	before := kept(t, d, id.Parse(doc[len("/van-ban/"):]))
	for _, c := range []struct {
		name, at string
		form     url.Values
		says     string
	}{
		{"low above high, in a document", doc + "/so-lieu", with(number, "low", "1.300"), "Số đầu 1.300 lớn hơn số cuối 1.250."},
		{"low above high, in a sheet", "/chi-tieu", with(sheet, goal, "9-5"), "Số đầu 9 lớn hơn số cuối 5."},
		{"low above high, to divide", "/chi-tieu/phan-bo", with(divide, "so", "9-5"), "Số đầu 9 lớn hơn số cuối 5."},
		{"a period that ends before it starts", doc + "/so-lieu", with(number, "to", "31/12/2025"), "kết thúc"},
		{"a document that ends before it starts", doc + "/sua", with(form, "from", "01/02/2024", "to", "31/01/2024", "version", "1"), "kết thúc"},
		{"a day that is none", doc + "/so-lieu", with(number, "from", "31/02/2026"), "31/02/2026"},
		{"no period", doc + "/so-lieu", with(number, "from", "", "to", ""), "kỳ"},
		{"a percentage without denominator", doc + "/so-lieu", with(number, "op", ">=", "low", "3", "high", "", "counted", "percent"), "của"},
		{"a part of a number that is not there", doc + "/so-lieu", with(number, "part_of", "zz", "relation", "overlap"), "không"},
		{"a part of another document's number", doc + "/so-lieu", with(number, "part_of", d.root.ID.String(), "relation", "overlap"), "không"},
		{"a decimal comma for persons", doc + "/so-lieu", with(number, "low", "1,5"), "số nguyên"},
		{"a decimal point", doc + "/so-lieu", with(number, "low", "1.5"), "Không đọc được “1.5”."},
		{"a decimal comma in a sheet", "/chi-tieu", with(sheet, goal, "1,5"), "Không đọc được “1,5”."},
		{"a decimal point in a sheet", "/chi-tieu", with(sheet, goal, "1.5"), "Không đọc được “1.5”."},
		{"below zero", "/chi-tieu", with(sheet, goal, "-3"), "Không đọc được “-3”."},
		{"a whole above what the caps allow", "/chi-tieu/phan-bo", with(divide, "tran", "30"), "trần"},
		{"floors above the whole", "/chi-tieu/phan-bo", with(divide, "san", "500"), "sàn"},
		{"a percentage of nothing", "/chi-tieu/phan-bo", with(divide, "cach", "percent", "pt", ""), "Ghi tỷ lệ phần trăm"},
		{"a target for a unit that ended", "/chi-tieu", with(sheet, "act", "issue", "goal_"+d.communes[1].ID.String()+".admit", "50"), "đã kết thúc hoạt động"},
		{"the same number, issuer and date", "/van-ban/them", form, "đã có"},
		{"an indicator nobody wrote down", doc + "/so-lieu", with(number, "indicator", "x"), "chỉ"},
		{"a finding passed without a reason", doc + "/phat-hien", url.Values{"finding": {"C1-x"}, "reason": {"."}}, "lý do"},
		{"a relation to itself", doc + "/lien-ket", url.Values{"relation": {"based_on"}, "to": {"20-NQ/TU ngày 11/01/2024"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := b.ask(http.MethodPost, c.at, c.form)
			if c.says == "" {
				return
			}
			res.want(t, http.StatusUnprocessableEntity, c.says)
			if wrong := nodes(t, res.page, "p", "class", "wrong-text"); len(wrong) == 0 && len(nodes(t, res.page, "div", "class", "notice fail")) == 0 {
				t.Error("nothing on the page says what is wrong")
			}
			if after := kept(t, d, id.Parse(doc[len("/van-ban/"):])); after != before {
				t.Errorf("something was stored:\n%s\n%s", before, after)
			}
		})
	}
}
