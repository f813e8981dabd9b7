package documents_test

import (
	"slices"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/document"
	"ketnap/internal/documents"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/target"
)

// TestFind: a document is found by words of its number, date, issuer or subject, with or without marks, and one that another replaces
// or whose time is over can be left out.
func TestFind(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		who, of := as(access.Committee, r.tree.Root), map[string]id.ID{}
		for _, d := range []document.Document{
			{Number: "20-NQ/TU", Dated: day.Of(2016, 1, 11), Title: "Tăng cường công tác phát triển đảng viên"},
			{Number: "20-NQ/TU", Dated: day.Of(2024, 1, 11), Title: "Phát triển đảng viên là học sinh, sinh viên"},
			{Number: "7-KH/TU", Dated: day.Of(2020, 3, 1), To: day.Of(2020, 12, 31), Title: "Kế hoạch kết nạp"},
			{Number: "8-KH/TU", Dated: day.Of(2020, 4, 1), From: day.Of(2999, 1, 1), Title: "Kế hoạch sau này"},
		} {
			d.Unit, d.Kind, d.Level, d.Issuer = r.tree.Root.ID, document.Resolution, document.Provincial, "Tỉnh ủy"
			i, err := r.Add(r.ctx, who, documents.Form{Document: d})
			if err != nil {
				t.Fatal(err)
			}
			of[d.Number+" "+d.Dated.VN()] = i
		}
		if err := r.AddLink(r.ctx, who, document.Link{From: of["20-NQ/TU 11/01/2024"], To: of["20-NQ/TU 11/01/2016"], Relation: document.Replaces}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			f    documents.Filter
			want []string
		}{
			{documents.Filter{Find: "20 nq 2016"}, []string{"20-NQ/TU 11/01/2016"}},
			{documents.Filter{Find: "hoc SINH"}, []string{"20-NQ/TU 11/01/2024"}},
			{documents.Filter{Find: "tinh uy ke hoach"}, []string{"8-KH/TU 01/04/2020", "7-KH/TU 01/03/2020"}},
			{documents.Filter{Find: "không có"}, nil},
			{documents.Filter{Held: true}, []string{"20-NQ/TU 11/01/2024"}},
		} {
			reg, err := r.List(r.ctx, who, r.tree.Root.ID, c.f)
			var got []string
			for _, d := range reg.Rows {
				got = append(got, d.Number+" "+d.Dated.VN())
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%+v: %q, %v", c.f, got, err)
			}
		}
		reg, err := r.List(r.ctx, who, r.tree.Root.ID, documents.Filter{})
		if err != nil || len(reg.Rows) != 4 || reg.Rows[0].Replaced || !reg.Rows[1].Early || !reg.Rows[2].Ended || !reg.Rows[3].Replaced {
			t.Errorf("%+v, %v", reg.Rows, err)
		}
	})
}

// TestClause: a number typed by hand from a clause keeps the words of the clause, and one from a clause that is not there is refused.
func TestClause(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		who := as(access.Committee, r.tree.Root)
		doc, err := r.Add(r.ctx, who, resolution(r.tree.Root.ID))
		if err != nil {
			t.Fatal(err)
		}
		f := target.Figure{Document: doc, Clause: 2, Quote: "lời khác", Indicator: "admit", Kind: target.Goal, Value: target.Value{Op: target.Exactly, Low: 5, Counted: target.InPersons},
			Span: target.Span{Kind: target.OfYear, From: day.Of(2026, 1, 1), To: day.Of(2026, 12, 31)}}
		if _, err := r.Confirm(r.ctx, who, "", f); err != nil {
			t.Fatal(err)
		}
		v, err := r.View(r.ctx, who, doc)
		if err != nil || len(v.Figures) != 1 || v.Figures[0].Quote != v.Clauses[1].Text || len(v.Offers) != 6 {
			t.Errorf("%+v, %d offers, %v", v.Figures, len(v.Offers), err)
		}
		f.Clause = 3
		if _, err := r.Confirm(r.ctx, who, "", f); fault.FieldsOf(err)["clause"].Key != "document.clause_gone" {
			t.Errorf("a clause that is not there: %v", err)
		}
	})
}

// TestFindingsApart: a finding between two documents leads to both, and is not told to a reader who may read only one of them.
func TestFindingsApart(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		who := as(access.Committee, r.tree.Root)
		enter := func(number string, spread bool, year int, kind target.Kind, n int64) id.ID {
			doc, err := r.Add(r.ctx, who, documents.Form{Document: document.Document{Unit: r.tree.Root.ID, Kind: document.Plan, Level: document.Provincial, Number: number,
				Issuer: "Tỉnh ủy", Title: "Kế hoạch", Dated: day.Of(year, 1, 5), Spread: spread}})
			if err == nil {
				_, err = r.Confirm(r.ctx, who, "", target.Figure{Document: doc, Indicator: "admit", Kind: kind, Value: target.Value{Op: target.Exactly, Low: n, Counted: target.InPersons},
					Span: target.Span{Kind: target.OfYear, From: day.Of(year, 1, 1), To: day.Of(year, 12, 31)}})
			}
			if err != nil {
				t.Fatal(err)
			}
			return doc
		}
		goal, before := enter("2-KH/TU", true, 2031, target.Goal, 50), enter("1-BC/TU", false, 2030, target.Result, 80)
		v, err := r.View(r.ctx, who, goal)
		if err != nil || len(v.Findings) != 1 || v.Findings[0].Key != "target.c3_below" || v.Elsewhere[v.Findings[0].About[1]].ID != before {
			t.Errorf("%+v %+v %v", v.Findings, v.Elsewhere, err)
		}
		v, err = r.View(r.ctx, who, before)
		if err != nil || len(v.Findings) != 1 || v.Elsewhere[v.Findings[0].About[0]].ID != goal {
			t.Errorf("from the other side: %+v %+v %v", v.Findings, v.Elsewhere, err)
		}
		v, err = r.View(r.ctx, as(access.Viewer, r.tree.Communes[0]), goal)
		if err != nil || len(v.Figures) != 1 || len(v.Findings) != 0 {
			t.Errorf("a reader of one: %+v %v", v.Findings, err)
		}
	})
}
