package documents_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/document"
	"ketnap/internal/documents"
	"ketnap/internal/id"
)

// TestChain: central → province → two communes → cell, seen from each; a commune does not see what the other made of it.
func TestChain(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		root := as(access.Committee, r.tree.Root)
		add := func(u id.ID, level document.Level, number string, month int, to ...id.ID) id.ID {
			t.Helper()
			i, err := r.Add(r.ctx, root, documents.Form{Document: document.Document{Unit: u, Kind: document.Plan, Level: level, Number: number, Issuer: "Cấp ủy",
				Dated: day.Of(2026, month, 1), Title: number, Spread: true}})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range to {
				if err := r.AddLink(r.ctx, root, document.Link{From: i, To: x, Relation: document.Implements}); err != nil {
					t.Fatal(err)
				}
			}
			return i
		}
		a, b := r.tree.Communes[0], r.tree.Communes[1]
		central := add(r.tree.Root.ID, document.Central, "21-NQ/TW", 1)
		province := add(r.tree.Root.ID, document.Provincial, "31-CTr/TU", 2, central)
		amended := add(r.tree.Root.ID, document.Provincial, "40-CTr/TU", 3, province)
		first := add(a.ID, document.Grassroots, "5-KH/ĐU", 4, province)
		second := add(b.ID, document.Grassroots, "6-KH/ĐU", 5, province)
		cell := add(r.tree.Cells[0][0].ID, document.OfCell, "1-NQ/CB", 6, first)
		for name, c := range map[string]struct {
			who  access.Actor
			at   id.ID
			want []string
		}{
			"from the centre":   {root, central, []string{"21-NQ/TW", "31-CTr/TU", "40-CTr/TU", "5-KH/ĐU", "6-KH/ĐU", "1-NQ/CB"}},
			"from the cell":     {root, cell, []string{"21-NQ/TW", "31-CTr/TU", "5-KH/ĐU", "1-NQ/CB"}},
			"from a commune":    {root, second, []string{"21-NQ/TW", "31-CTr/TU", "6-KH/ĐU"}},
			"seen by a commune": {as(access.Committee, a), province, []string{"21-NQ/TW", "31-CTr/TU", "40-CTr/TU", "5-KH/ĐU", "1-NQ/CB"}},
			"from an amendment": {root, amended, []string{"21-NQ/TW", "31-CTr/TU", "40-CTr/TU"}},
		} {
			v, err := r.View(r.ctx, c.who, c.at)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range v.Chain {
				got = append(got, d.Number)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		// Papers that name each other in a ring make a chain too, and one with an end.
		if err := r.AddLink(r.ctx, root, document.Link{From: central, To: cell, Relation: document.BasedOn}); err != nil {
			t.Fatal(err)
		}
		if v, err := r.View(r.ctx, root, cell); err != nil || len(v.Chain) != 4 {
			t.Errorf("a ring: %d documents, %v", len(v.Chain), err)
		}
	})
}
