package documents_test

import (
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/documents"
	"ketnap/internal/fault"
	"ketnap/internal/target"
)

// TestCountingRule: an indicator says what it is counted from and by what it is told apart; numbers stated by it are recounted by that
// rule, and what does not fit the rule is refused at its field.
func TestCountingRule(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		who := as(access.Committee, r.tree.Root)
		good := documents.Indicator{Name: "Tổ chức lập hoặc kết thúc", Definition: "Trong kỳ", Counted: target.InUnits, Rule: "unit.founded+unit.dissolved"}
		with := func(change func(*documents.Indicator)) documents.Indicator { i := good; change(&i); return i }
		for field, i := range map[string]documents.Indicator{
			"rule":       with(func(i *documents.Indicator) { i.Rule = "unit.founded+expel" }),
			"counted":    with(func(i *documents.Indicator) { i.Counted = target.InPersons }),
			"counting":   with(func(i *documents.Indicator) { i.Rule = "" }),
			"slices":     with(func(i *documents.Indicator) { i.Slices = "female" }),
			"name":       with(func(i *documents.Indicator) { i.Name = "" }),
			"definition": with(func(i *documents.Indicator) { i.Definition = "" }),
		} {
			if err := r.AddIndicator(r.ctx, who, r.tree.Root.ID, i); !fault.Is(err, fault.Invalid) || len(fault.FieldsOf(err)) != 1 || fault.FieldsOf(err)[field].Key == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		women := documents.Indicator{Name: "Khai trừ", Definition: "Trong kỳ", Counted: target.InPersons, Rule: "expel", Slices: "female"}
		for _, i := range []documents.Indicator{good, women} {
			if err := r.AddIndicator(r.ctx, who, r.tree.Root.ID, i); err != nil {
				t.Fatal(err)
			}
		}
		is, _, err := r.Indicators(r.ctx, who, r.tree.Root.ID)
		if err != nil || len(is) != 2 || is[1].Code != "to-chuc-lap-hoac-ket-thuc" {
			t.Fatalf("%+v %v", is, err)
		}

		doc, err := r.Add(r.ctx, who, resolution(r.tree.Root.ID))
		if err != nil {
			t.Fatal(err)
		}
		from := r.tree.Cells[0][0].Founded
		f := target.Figure{Document: doc, Kind: target.Result, Indicator: is[1].Code, Value: target.Value{Op: target.Exactly, Low: 1, Counted: target.InUnits},
			Span: target.Span{Kind: target.OfYear, From: day.Of(from.Year(), 1, 1), To: day.Of(from.Year(), 12, 31)}}
		stated, err := r.Confirm(r.ctx, who, "", f)
		if err != nil {
			t.Fatal(err)
		}
		want := int64(0)
		for _, u := range append(r.tree.Communes[:], r.tree.Cells[0][:]...) {
			if u.Founded.Year() == from.Year() {
				want++
			}
		}
		if v, err := r.View(r.ctx, who, doc); err != nil || v.Counted[stated] < want || want == 0 {
			t.Errorf("counted %d, at least %d were founded: %v", v.Counted[stated], want, err)
		}
		f.Indicator, f.Value.Counted = is[0].Code, target.InPersons
		for slice, ok := range map[string]bool{"": true, "female": true, "minority": false, "lời của văn bản": true} {
			f.Slice = slice
			if _, err := r.Confirm(r.ctx, who, "", f); ok != (err == nil) || !ok && fault.FieldsOf(err)["slice"].Key != "indicator.slice_not_allowed" {
				t.Errorf("told apart by %q: %v", slice, err)
			}
		}

		is[0].Definition = "Có quyết định khai trừ trong kỳ"
		if err := r.UpdateIndicator(r.ctx, as(access.Committee, r.tree.Communes[0]), r.tree.Communes[0].ID, is[0]); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a commune changes what the province counts: %v", err)
		}
		if err := r.UpdateIndicator(r.ctx, who, r.tree.Root.ID, is[0]); err != nil {
			t.Error(err)
		}
		if err := r.UpdateIndicator(r.ctx, who, r.tree.Root.ID, is[0]); !fault.Is(err, fault.Stale) {
			t.Errorf("a version that is gone: %v", err)
		}
		is[0].Version, is[0].Counted, is[0].Rule, is[0].Slices, is[0].Counting = is[0].Version+1, target.InUnits, "", "", "Sổ tay"
		if err := r.UpdateIndicator(r.ctx, who, r.tree.Root.ID, is[0]); !fault.Is(err, fault.Conflict) || fault.FieldsOf(err)["counted"].Key == "" {
			t.Errorf("persons become organisations: %v", err)
		}
	})
}
