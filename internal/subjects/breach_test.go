package subjects_test

import (
	"bytes"
	"slices"
	"sync"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/ledger"
	"ketnap/internal/people"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// TestBreach: the pack of a window names who saw whom, no more and no less, within the unit; the clocks of the notices run from the
// discovery until each notice is noted.
func TestBreach(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		sv, ps := subjects.New(s), people.New(s)
		admin, far := at(tree.Root, access.Admin), at(tree.Communes[1], access.Admin)
		thief := at(tree.Root, access.Committee)
		thief.User, thief.Name = 9, "Trần Văn Trộm"
		seen := applicant(t, s, tree, admin, "Trần Thị Hoà", "038198000001")
		storetest.Enrol(t, s, tree.Cells[0][0], "Lê Văn Yên", ledger.Pool, day.Of(2026, 2, 3)) // nobody looks
		elsewhere := storetest.Enrol(t, s, tree.Cells[1][0], "Phạm Thị Xa", ledger.Pool, day.Of(2026, 2, 3)).ID
		if _, err := ps.Reveal(t.Context(), thief, seen, "phone", "kiểm tra hồ sơ"); err != nil {
			t.Fatal(err)
		}
		if _, err := ps.Get(t.Context(), thief, elsewhere); err != nil {
			t.Fatal(err)
		}
		now := s.Now()
		w := subjects.Window{From: now.Add(-time.Hour).UnixMilli(), To: now.Add(time.Hour).UnixMilli()}
		k, err := sv.Breach(t.Context(), admin, tree.Communes[0].ID, w)
		if err != nil {
			t.Fatal(err)
		}
		if len(k.People) != 1 || k.People[0].Person != seen || !slices.Equal(k.People[0].Fields, []string{"phone"}) || k.People[0].Class != subject.Sensitive {
			t.Errorf("people of the commune: %+v", k.People)
		}
		i := slices.IndexFunc(k.Who, func(a subjects.Accessor) bool { return a.User == 9 })
		if i < 0 || k.Who[i].Looks != 1 || k.Who[i].People != 1 || k.Who[i].Changes != 0 {
			t.Errorf("accounts: %+v", k.Who)
		}
		whole, err := sv.Breach(t.Context(), admin, tree.Root.ID, w)
		if err != nil || len(whole.People) != 2 {
			t.Errorf("people of the province: %+v %v", whole.People, err)
		}
		if past, err := sv.Breach(t.Context(), admin, tree.Root.ID, subjects.Window{From: 1, To: w.From}); err != nil || past.Entries != 0 || len(past.People) != 0 {
			t.Errorf("before the window: %+v %v", past, err)
		}
		if _, err := sv.Breach(t.Context(), far, tree.Communes[0].ID, w); !fault.Is(err, fault.NotFound) {
			t.Errorf("asked from elsewhere: %v", err)
		}
		if _, err := sv.Breach(t.Context(), admin, tree.Root.ID, subjects.Window{From: w.To, To: w.From}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a window that ends before it begins: %v", err)
		}
		var out bytes.Buffer
		if err := subjects.WritePack(&out, i18n.For("vi"), whole); err != nil || out.Len() == 0 {
			t.Errorf("the workbook: %d bytes, %v", out.Len(), err)
		}
		notices(t, sv, admin, far, tree, now, w)
	})
}

func notices(t *testing.T, sv *subjects.Service, admin, far access.Actor, tree storetest.Tree, found time.Time, w subjects.Window) {
	t.Helper()
	if err := sv.OpenIncident(t.Context(), admin, tree.Root.ID, found.Add(time.Hour), w); !fault.Is(err, fault.Invalid) {
		t.Errorf("found in the future: %v", err)
	}
	if err := sv.OpenIncident(t.Context(), admin, tree.Root.ID, found, w); err != nil {
		t.Fatal(err)
	}
	if l, err := sv.Incidents(t.Context(), far); err != nil || len(l) != 0 {
		t.Errorf("seen from elsewhere: %+v %v", l, err)
	}
	l, err := sv.Incidents(t.Context(), admin)
	if err != nil || len(l) != 1 {
		t.Fatalf("%+v %v", l, err)
	}
	waiting := l[0].Waiting(subject.Book().Breach)
	if len(waiting) != 2 || waiting[0].Due(l[0].Found)-l[0].Found != (24*time.Hour).Milliseconds() || waiting[1].Due(l[0].Found)-l[0].Found != (72*time.Hour).Milliseconds() {
		t.Errorf("the clocks: %+v", waiting)
	}
	for _, n := range waiting {
		if err := sv.Told(t.Context(), admin, l[0].ID, n.Code); err != nil {
			t.Error(err)
		}
		if err := sv.Told(t.Context(), admin, l[0].ID, n.Code); !fault.Is(err, fault.Conflict) {
			t.Errorf("noted twice: %v", err)
		}
	}
	if l, err = sv.Incidents(t.Context(), admin); err != nil || len(l[0].Waiting(subject.Book().Breach)) != 0 {
		t.Errorf("still waiting: %+v %v", l, err)
	}
}

// TestIncidentsAtOnce: of incidents and notices that several note at the same moment none is lost.
func TestIncidentsAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		sv, admin := subjects.New(s), at(tree.Root, access.Admin)
		found := s.Now()
		w := subjects.Window{From: found.Add(-time.Hour).UnixMilli(), To: found.UnixMilli()}
		const n = 12
		atOnce(n, func(int) {
			if err := sv.OpenIncident(t.Context(), admin, tree.Root.ID, found, w); err != nil {
				t.Error(err)
			}
		})
		l, err := sv.Incidents(t.Context(), admin)
		if err != nil || len(l) != n {
			t.Fatalf("%d of %d incidents are kept: %v", len(l), n, err)
		}
		atOnce(n, func(i int) {
			if err := sv.Told(t.Context(), admin, l[i].ID, subject.Book().Breach[0].Code); err != nil {
				t.Error(err)
			}
		})
		l, err = sv.Incidents(t.Context(), admin)
		told := 0
		for _, x := range l {
			told += len(x.Told)
		}
		if err != nil || told != n {
			t.Errorf("%d of %d notices are kept: %v", told, n, err)
		}
	})
}

func atOnce(n int, f func(i int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	all.Wait()
}
