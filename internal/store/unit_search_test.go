package store_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/seedtest"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/vi"
)

func TestSearchUnits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		storetest.Grow(t, s, 40)
		treeUpdate(t, s, func(tx *store.Tx) error {
			for _, x := range []struct{ name, short, code string }{
				{"Chi bộ Trường THPT Đông Sơn", "", "38168053000001"}, {"Chi bộ Trường Mầm non Đồng Sơn", "MN Đồng Sơn", ""}, {"Chi bộ thôn 12", "", ""},
			} {
				u := org.Unit{ID: tx.NewID(38), Kind: org.Cell, Name: x.name, Short: x.short, Code: x.code, Founded: day.Of(2010, 1, 1)}.Place(tree.Communes[1])
				if err := tx.AddUnit(u); err != nil {
					return err
				}
			}
			return nil
		})
		treeView(t, s, func(tx *store.Tx) error {
			for _, c := range []struct {
				of   id.ID
				text string
				want []string
			}{
				{0, "son dong truong", []string{"Chi bộ Trường Mầm non Đồng Sơn", "Chi bộ Trường THPT Đông Sơn"}},
				{0, "đông sơn", []string{"Chi bộ Trường THPT Đông Sơn", "Chi bộ Trường Mầm non Đồng Sơn"}},
				{0, "TRƯỜNG đồng", []string{"Chi bộ Trường Mầm non Đồng Sơn", "Chi bộ Trường THPT Đông Sơn"}},
				{0, "thpt", []string{"Chi bộ Trường THPT Đông Sơn"}},
				{tree.Root.ID, "truong th", []string{"Chi bộ Trường THPT Đông Sơn"}},
				{tree.Root.ID, "chi bo thon 1", []string{"Chi bộ thôn 1", "Chi bộ thôn 1", "Chi bộ thôn 12"}},
				{tree.Root.ID, "38.168.053.000.001", []string{"Chi bộ Trường THPT Đông Sơn"}},
				{0, "38168053000001", []string{"Chi bộ Trường THPT Đông Sơn"}},
				{tree.Root.ID, "381680", []string{"Chi bộ Trường THPT Đông Sơn"}},
				{tree.Communes[0].ID, "thon", []string{"Chi bộ thôn 1", "Chi bộ thôn 2"}},
				{tree.Communes[0].ID, "dong son", nil},
				{tree.Communes[1].ID, "son mam", []string{"Chi bộ Trường Mầm non Đồng Sơn"}},
				{0, "thu nghiem", []string{"Đảng bộ tỉnh Thử Nghiệm", "Đảng bộ tỉnh Thử Nghiệm"}},
				{0, "xa dong", nil},
				{0, "zzz", nil},
				{0, " ,. ", nil},
			} {
				units, more, err := tx.SearchUnits(treeScope(t, tx, c.of), c.text, 5)
				var got []string
				for _, u := range units {
					got = append(got, u.Name)
				}
				if d := cmp.Diff(c.want, got); d != "" || err != nil || more {
					t.Errorf("%q in %v: %s, %v, %v", c.text, c.of, d, more, err)
				}
			}
			units, more, err := tx.SearchUnits(treeScope(t, tx, 0), "chi bo", 5)
			if len(units) != 5 || !more || err != nil {
				t.Errorf("chi bo: %d, %v, %v", len(units), more, err)
			}
			return nil
		})
	})
}

// TestSearchFindsAll holds searches of random words, in random order, against reading every unit.
func TestSearchFindsAll(t *testing.T) {
	s := storetest.SQLite(t)
	r := rand.New(rand.NewPCG(seedtest.Of(t), 2))
	tree := storetest.Grow(t, s, 38)
	words := []string{"Đông", "Đồng", "Sơn", "Trường", "Trung", "Thôn", "Thọ", "Xã", "An", "Anh", "1", "12", "120", "Hoà"}
	pick := func() string { return words[r.IntN(len(words))] }
	all := []org.Unit{tree.Root, tree.Communes[0], tree.Communes[1], tree.Cells[0][0], tree.Cells[0][1], tree.Cells[1][0], tree.Cells[1][1]}
	treeUpdate(t, s, func(tx *store.Tx) error {
		all = all[:7]
		for i := range 700 {
			name := "Chi bộ"
			for range 1 + r.IntN(4) {
				name += " " + pick()
			}
			if i%50 == 0 {
				name += " hiếm"
			}
			u := org.Unit{ID: tx.NewID(38), Kind: org.Cell, Name: name, Founded: day.Of(2010, 1, 1)}.Place(tree.Communes[r.IntN(2)])
			all = append(all, u)
			if err := tx.AddUnit(u); err != nil {
				return err
			}
		}
		return nil
	})
	has := func(u org.Unit, asked []string) bool {
		have := vi.Words(u.Name)
		for i, a := range asked {
			if !slices.ContainsFunc(have, func(w string) bool { return w == a || i == len(asked)-1 && strings.HasPrefix(w, a) }) {
				return false
			}
		}
		return true
	}
	for range 300 {
		text := ""
		for range 1 + r.IntN(3) {
			text += " " + pick()
		}
		if r.IntN(3) == 0 {
			text += " hiem"
		}
		if r.IntN(2) == 0 {
			text += " " + string([]rune(pick())[:1])
		}
		asked := vi.Words(text)
		if len(slices.Compact(slices.Sorted(slices.Values(asked)))) != len(asked) {
			continue // the same word twice is one word
		}
		var want []string
		for _, u := range all {
			if has(u, asked) {
				want = append(want, u.ID.String())
			}
		}
		treeView(t, s, func(tx *store.Tx) error {
			units, more, err := tx.SearchUnits(treeScope(t, tx, tree.Root.ID), text, 1000)
			if err != nil {
				return err
			}
			var got []string
			for _, u := range units {
				got = append(got, u.ID.String())
			}
			slices.Sort(got)
			slices.Sort(want)
			if d := cmp.Diff(want, got); d != "" && len(want) < 200 || more {
				t.Errorf("%q: %d found, %d are there, more %v", text, len(got), len(want), more)
			}
			return nil
		})
	}
}
