package subjects_test

import (
	"fmt"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/ledger"
	"ketnap/internal/people"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// TestMine: the person sees their record and who looked at it, each look of theirs leaves one entry, requests are bounded, and for anybody
// else there is no such thing. A restricted record stays open to its owner.
func TestMine(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		sv, ps := subjects.New(s), people.New(s)
		p := storetest.Enrol(t, s, tree.Cells[0][0], "Trần Thị Hoà", ledger.Pool, day.Of(2026, 2, 3))
		me, clerk, committee := access.Actor{User: 9, Name: p.Name, Method: "test", Self: p.ID}, at(tree.Cells[0][0], access.Clerk), at(tree.Communes[0], access.Committee)
		if _, err := ps.Get(t.Context(), clerk, p.ID); err != nil {
			t.Fatal(err)
		}
		entries := func(action string) int {
			n := 0
			err := s.View(t.Context(), func(tx *store.Tx) error {
				rows, err := tx.Entries(store.TrailFilter{Province: 38, Object: p.ID, Area: "self", AtMost: 100})
				for _, r := range rows {
					if r.Action == action && r.Actor == me.User {
						n++
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		m, err := sv.Mine(t.Context(), me)
		if err != nil || m.Person.Name != p.Name || len(m.Looks) != 1 || m.Looks[0].Name != clerk.Name || entries("self.read") != 1 {
			t.Fatalf("%+v %v, %d entries", m, err, entries("self.read"))
		}
		if o, err := sv.MyCopy(t.Context(), me); err != nil || len(o.Movements) != 1 || entries("self.copy") != 1 {
			t.Errorf("%+v %v", o, err)
		}
		for name, who := range map[string]access.Actor{"a clerk": clerk, "a committee": committee, "the console": access.System("test"), "nobody": {}} {
			if _, err := sv.Mine(t.Context(), who); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := sv.MyCopy(t.Context(), who); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s takes a copy: %v", name, err)
			}
			if _, err := sv.Ask(t.Context(), who, subject.Correct, "sửa ngày sinh", "k-"+name); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s asks: %v", name, err)
			}
		}
		for n := range 10 {
			if _, err := sv.Ask(t.Context(), me, subject.Restrict, "đề nghị ngừng xử lý", fmt.Sprint("k", n)); err != nil {
				t.Fatal(n, err)
			}
		}
		if _, err := sv.Ask(t.Context(), me, subject.Restrict, "thêm một yêu cầu", "k10"); fault.TextOf(err).Key != "request.too_many" {
			t.Errorf("one more: %v", err)
		}
		if m, err = sv.Mine(t.Context(), me); err != nil || len(m.Requests) != 10 {
			t.Fatalf("%d requests, %v", len(m.Requests), err)
		}
		if err := sv.Decide(t.Context(), committee, m.Requests[0].ID, subjects.Grant, "ngừng theo yêu cầu"); err != nil {
			t.Fatal(err)
		}
		if m, err = sv.Mine(t.Context(), me); err != nil || !m.Held {
			t.Errorf("a restricted record is closed to its owner: %v %v", m.Held, err)
		}
		if _, err := sv.Get(t.Context(), me, m.Requests[0].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("the officials' page of a request: %v", err)
		}
	})
}
