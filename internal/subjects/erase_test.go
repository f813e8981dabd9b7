package subjects_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/people"
	"ketnap/internal/person"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// applicant is somebody with sealed fields and a dossier with a note.
func applicant(t *testing.T, s *store.Store, tree storetest.Tree, who access.Actor, name, number string) id.ID {
	t.Helper()
	p := storetest.Enrol(t, s, tree.Cells[0][0], name, ledger.Proposed, day.Of(2024, 1, 6)).ID
	if err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
		return tx.PutSealed(p, person.Sealed{}, person.Sealed{Number: number, Phone: "0912345678"})
	}); err != nil {
		t.Fatal(err)
	}
	act(t, s, who, p, dossier.Note, day.Of(2024, 2, 3), "Đã trao đổi với quần chúng")
	return p
}

func act(t *testing.T, s *store.Store, who access.Actor, p id.ID, step dossier.Step, on day.Date, text string) {
	t.Helper()
	f := dossiers.ActForm{Person: p, Version: dossiers.AnyVersion, Step: step, On: on}
	f.Details.Text = text
	if step == dossier.Refuse {
		f.Details.By, f.Details.Reason = dossier.ByCell, text
	}
	if _, err := dossiers.New(s).Act(t.Context(), who, f); err != nil {
		t.Fatal(err)
	}
}

// captured reads what is sealed of a person as a thief of the tables would have it.
func captured(t *testing.T, s *store.Store, p id.ID) (fields, act []byte) {
	t.Helper()
	if err := s.View(t.Context(), func(tx *store.Tx) error {
		if err := tx.Row(t.Context(), `SELECT sealed FROM person_sealed WHERE province_id = $1 AND person_id = $2`, []any{38, int64(p)}, &fields); err != nil {
			return err
		}
		return tx.Row(t.Context(), `SELECT a.sealed FROM dossier_act a JOIN dossier d ON d.province_id = a.province_id AND d.id = a.dossier_id
			WHERE d.province_id = $1 AND d.person_id = $2 ORDER BY a.id LIMIT 1`, []any{38, int64(p)}, &act)
	}); err != nil {
		t.Fatal(err)
	}
	return fields, act
}

// plant puts captured values back where they were, as somebody with an old copy of the table could.
func plant(t *testing.T, s *store.Store, p id.ID, fields, act []byte) {
	t.Helper()
	if err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
		if _, err := tx.Exec(t.Context(), `INSERT INTO person_sealed (province_id, person_id, sealed, salt) VALUES ($1, $2, $3, $4)`, 38, int64(p), fields, seal.Salt()); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `UPDATE dossier_act SET sealed = $2 WHERE province_id = 38 AND dossier_id IN (SELECT id FROM dossier WHERE province_id = 38 AND person_id = $1)`, int64(p), act)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func clean(t *testing.T, s *store.Store) {
	t.Helper()
	n, err := s.Verify(t.Context(), store.VerifyOptions{}, func(d store.Difference) error { t.Errorf("verify: %+v", d); return nil })
	if err != nil || n.Differences != 0 {
		t.Errorf("verify: %d %v", n.Differences, err)
	}
	if _, err := s.VerifyAudit(t.Context(), nil, func(x store.Tamper) error { t.Errorf("audit verify: %+v", x); return nil }); err != nil {
		t.Error(err)
	}
}

// TestErase: once a request to delete is granted nothing of the person is found, exported or opened, not from captured values either; the others
// are as they were, and ledger and trail verify.
func TestErase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		sv, ps := subjects.New(s), people.New(s)
		committee := at(tree.Communes[0], access.Committee)
		p := applicant(t, s, tree, committee, "Trần Thị Hoà", "038198000001")
		other := applicant(t, s, tree, committee, "Trần Văn Bình", "038098000002")
		i, err := sv.Receive(t.Context(), committee, subjects.Form{Person: p, Kind: subject.Delete, On: s.Today(), Asked: "Đề nghị xóa dữ liệu", Key: "k1"})
		if err != nil {
			t.Fatal(err)
		}
		if err := sv.Decide(t.Context(), committee, i, subjects.Grant, "theo yêu cầu"); fault.TextOf(err).Key != "erase.in_place" {
			t.Fatalf("somebody who is in a stage is erased: %v", err)
		}
		act(t, s, committee, p, dossier.Refuse, day.Of(2024, 3, 3), "Chi bộ không đồng ý")
		if err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
			return tx.AddUser(store.User{ID: 77, Login: "hoa.tt", Name: "Trần Thị Hoà", Password: "$argon2id$x", Active: true, Person: p})
		}); err != nil {
			t.Fatal(err)
		}
		if _, n, err := s.Reseal(t.Context(), committee); err != nil || n != 0 {
			t.Errorf("sealed %d anew: %v", n, err)
		}
		fields, old := captured(t, s, p)
		if !seal.Owned(fields) || !seal.Owned(old) {
			t.Fatal("not sealed with the person's key")
		}
		if err := sv.Decide(t.Context(), committee, i, subjects.Grant, "theo yêu cầu"); err != nil {
			t.Fatal(err)
		}
		rec, err := ps.Get(t.Context(), committee, p)
		if err != nil || rec.Person.Name != person.Nobody || rec.Person.Birth != 0 || rec.Person.Ethnic != 0 || rec.Person.Sex != 0 || !rec.Person.Void {
			t.Fatalf("the record after it: %+v %v", rec.Person, err)
		}
		found, err := ps.List(t.Context(), committee, tree.Communes[0].ID, store.PeopleFilter{Words: "hoa"}, "", 10)
		if err != nil || len(found.Page.Rows) != 0 {
			t.Errorf("search finds %d: %v", len(found.Page.Rows), err)
		}
		if err := s.View(t.Context(), func(tx *store.Tx) error {
			u, err := tx.User(77)
			if err == nil && (u.Active || u.Name != person.Nobody || u.Login == "hoa.tt" || u.Password != "") {
				t.Errorf("the own account after it: %+v", u)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
		for name, n := range counts(t, s, p) {
			if n != 0 {
				t.Errorf("%d rows are left in %s", n, name)
			}
		}
		if q, err := sv.Get(t.Context(), committee, i); err != nil || q.Request.State != subject.Granted || q.Request.Sealed.Asked != "" {
			t.Errorf("the request after it: %+v %v", q.Request, err)
		}
		if err := s.View(t.Context(), func(tx *store.Tx) error {
			ds, err := tx.Dossiers(p)
			if err == nil && (len(ds) != 1 || ds[0].Acts[0].Details.Text != "") {
				t.Errorf("the acts still speak: %+v", ds)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
		if err := sv.Lift(t.Context(), committee, p, "đồng ý lại"); !fault.Is(err, fault.Conflict) {
			t.Errorf("the hold of an erased record is lifted: %v", err)
		}
		if _, err := sv.Receive(t.Context(), committee, subjects.Form{Person: p, Kind: subject.Access, On: s.Today(), Asked: "Xem dữ liệu", Key: "k2"}); fault.TextOf(err).Key != "erase.done" {
			t.Errorf("something is sealed for an erased record: %v", err)
		}
		clean(t, s)
		opensOnlyOthers(t, s, committee, p, other, fields, old)
	})
}

func opensOnlyOthers(t *testing.T, s *store.Store, who access.Actor, p, other id.ID, fields, old []byte) {
	t.Helper()
	plant(t, s, p, fields, old)
	if err := s.View(t.Context(), func(tx *store.Tx) error {
		if f, err := tx.Sealed(p); err == nil {
			t.Errorf("captured fields open: %+v", f)
		}
		if _, err := tx.Dossiers(p); err == nil {
			t.Error("a captured act opens")
		}
		f, err := tx.Sealed(other)
		if err == nil && f.Phone != "0912345678" {
			t.Errorf("the other's fields: %+v", f)
		}
		ds, err2 := tx.Dossiers(other)
		if err2 == nil && ds[0].Acts[0].Details.Text == "" {
			t.Error("the other's acts are empty")
		}
		if err == nil {
			err = err2
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	if v, err := people.New(s).Reveal(t.Context(), who, other, "phone", "kiểm tra hồ sơ"); err != nil || v != "0912345678" {
		t.Errorf("the other's telephone: %q %v", v, err)
	}
}

func counts(t *testing.T, s *store.Store, p id.ID) map[string]int {
	t.Helper()
	out := map[string]int{}
	if err := s.View(t.Context(), func(tx *store.Tx) error {
		for name, q := range map[string]func(n *int) error{
			"person_word": func(n *int) error {
				return tx.Row(t.Context(), `SELECT COUNT(1) FROM person_word WHERE province_id = 38 AND person_id = $1`, []any{int64(p)}, n)
			},
			"person_key": func(n *int) error {
				return tx.Row(t.Context(), `SELECT COUNT(1) FROM person_key WHERE person_id = $1`, []any{int64(p)}, n)
			},
			"person_sealed": func(n *int) error {
				return tx.Row(t.Context(), `SELECT COUNT(1) FROM person_sealed WHERE province_id = 38 AND person_id = $1`, []any{int64(p)}, n)
			},
			"dossier_paper": func(n *int) error {
				return tx.Row(t.Context(), `SELECT COUNT(1) FROM dossier_paper c JOIN dossier d ON d.province_id = c.province_id AND d.id = c.dossier_id WHERE d.province_id = 38 AND d.person_id = $1`, []any{int64(p)}, n)
			},
		} {
			n := 0
			if err := q(&n); err != nil {
				return err
			}
			out[name] = n
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRetention: on a clock that is moved by hand records are due from the day their term ends and no day before; erasing takes what is due
// and nothing else.
func TestRetention(t *testing.T) {
	now := storetest.Now()
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); now = now.Add(time.Millisecond); return now }
	turn := func(to time.Time) { mu.Lock(); defer mu.Unlock(); now = to }
	storetest.EachWith(t, storetest.Options{Now: clock}, func(t *testing.T, s *store.Store) {
		turn(storetest.Now())
		testRetention(t, s, func(months int) { turn(storetest.Now().AddDate(0, months, 1)) })
	})
}

func testRetention(t *testing.T, s *store.Store, later func(months int)) {
	t.Helper()
	tree := storetest.Grow(t, s, 38)
	sv := subjects.New(s)
	committee := at(tree.Communes[0], access.Committee)
	p := applicant(t, s, tree, committee, "Trần Thị Hoà", "038198000001")
	kept := applicant(t, s, tree, committee, "Trần Văn Bình", "038098000002")
	ended := s.Today()
	act(t, s, committee, p, dossier.Refuse, ended, "Chi bộ không đồng ý")
	term, _ := subject.Book().Kept("refused")
	last := ended.AddMonths(term.Months)
	unit := tree.Communes[0].ID
	for _, c := range []struct {
		on   day.Date
		want int
	}{{ended, 0}, {last.AddDays(-1), 0}, {last, 1}, {last.AddDays(400), 1}} {
		d, err := sv.Due(t.Context(), committee, unit, c.on)
		if err != nil || len(d.People) != c.want {
			t.Errorf("by %v: %d due, want %d: %v", c.on, len(d.People), c.want, err)
		}
	}
	if _, err := sv.EraseDue(t.Context(), committee, unit); fault.TextOf(err).Key != "erase.nothing" {
		t.Errorf("erased before the term: %v", err)
	}
	if _, err := sv.Due(t.Context(), at(tree.Communes[1], access.Admin), unit, last); !fault.Is(err, fault.NotFound) {
		t.Errorf("listed from elsewhere: %v", err)
	}
	if _, err := sv.Due(t.Context(), at(tree.Communes[0], access.Clerk), unit, last); !fault.Is(err, fault.Forbidden) {
		t.Errorf("listed by a clerk: %v", err)
	}
	later(term.Months)
	if n, err := sv.EraseDue(t.Context(), committee, unit); err != nil || n != 1 {
		t.Fatalf("erased %d: %v", n, err)
	}
	erased := func(i id.ID) (is bool) {
		if err := s.View(t.Context(), func(tx *store.Tx) (err error) { _, is, err = tx.ErasedOf(i); return err }); err != nil {
			t.Fatal(err)
		}
		return is
	}
	if !erased(p) || erased(kept) {
		t.Errorf("erased: due %t, kept %t", erased(p), erased(kept))
	}
	if d, err := sv.Due(t.Context(), committee, unit, s.Today()); err != nil || !d.Empty() {
		t.Errorf("still due: %+v %v", d, err)
	}
	clean(t, s)
}

// TestEraseTakesTwo: where two persons are asked for, one asks and nothing happens; the deed does what was asked for, once, and nothing when
// it is not due any more.
func TestEraseTakesTwo(t *testing.T) {
	s := storetest.SQLite(t)
	tree := storetest.Grow(t, s, 38)
	sv := subjects.New(s)
	committee := at(tree.Communes[0], access.Committee)
	p := applicant(t, s, tree, committee, "Trần Thị Hoà", "038198000001")
	act(t, s, committee, p, dossier.Refuse, day.Of(2024, 3, 3), "Chi bộ không đồng ý")
	if err := s.Update(t.Context(), audit.Of(access.System("test"), "approval.guards", 0, 0), func(tx *store.Tx) error {
		return tx.PutSetting("four_eyes", `{"mode":"always","kinds":[]}`)
	}); err != nil {
		t.Fatal(err)
	}
	_, err := sv.EraseDue(t.Context(), committee, tree.Communes[0].ID)
	var needed *approval.Needed
	if !asNeeded(err, &needed) || needed.Kind != approval.Erase || needed.N != 1 {
		t.Fatalf("one person erases: %v", err)
	}
	deed := sv.Deeds()[approval.Erase]
	do := func() error {
		return s.Update(context.Background(), audit.Of(committee, "approval.approve", 38, 0), func(tx *store.Tx) error {
			_, err := deed(tx, committee, committee, needed.Act)
			return err
		})
	}
	if err := do(); err != nil {
		t.Fatal(err)
	}
	if err := do(); err == nil {
		t.Error("done twice")
	}
	if n := counts(t, s, p)["person_word"]; n != 0 {
		t.Error(fmt.Sprint(n, " words are left"))
	}
}

func asNeeded(err error, to **approval.Needed) bool {
	n, ok := errors.AsType[*approval.Needed](err)
	*to = n
	return ok
}
