package subjects_test

import (
	"encoding/json"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/people"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

func at(u org.Unit, role access.Role) access.Actor {
	return access.Actor{User: 5, Name: "Nguyễn Văn Thử", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
}

// TestRequest: a request is taken down, answered, granted; granting a restriction closes the record at once, lifting opens it; who may what.
func TestRequest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		sv, ps := subjects.New(s), people.New(s)
		p := storetest.Enrol(t, s, tree.Cells[0][0], "Trần Thị Hoà", ledger.Pool, day.Of(2026, 2, 3))
		clerk, committee, far := at(tree.Cells[0][0], access.Clerk), at(tree.Communes[0], access.Committee), at(tree.Communes[1], access.Admin)
		f := subjects.Form{Person: p.ID, Kind: subject.Restrict, On: s.Today(), Asked: "Đề nghị ngừng xử lý", Key: "k1"}
		if _, err := sv.Receive(t.Context(), far, f); !fault.Is(err, fault.NotFound) {
			t.Fatalf("from elsewhere: %v", err)
		}
		i, err := sv.Receive(t.Context(), clerk, f)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := sv.Receive(t.Context(), clerk, f); err != nil || again != i {
			t.Fatalf("the same form twice: %v %v %v", i, again, err)
		}
		if _, err := sv.Get(t.Context(), far, i); !fault.Is(err, fault.NotFound) {
			t.Fatalf("read from elsewhere: %v", err)
		}
		if err := sv.Decide(t.Context(), clerk, i, subjects.Grant, "đã làm xong"); !fault.Is(err, fault.Forbidden) {
			t.Fatalf("a clerk decides: %v", err)
		}
		if err := sv.Decide(t.Context(), clerk, i, subjects.Answer, ""); !fault.Is(err, fault.Invalid) {
			t.Fatalf("an answer without words: %v", err)
		}
		if err := sv.Decide(t.Context(), clerk, i, subjects.Answer, "đã gọi điện báo"); err != nil {
			t.Fatal(err)
		}
		reveal := func() error {
			_, err := ps.Reveal(t.Context(), committee, p.ID, "phone", "kiểm tra hồ sơ")
			return err
		}
		if err := reveal(); err != nil {
			t.Fatal(err)
		}
		if err := sv.Decide(t.Context(), committee, i, subjects.Grant, "ngừng theo yêu cầu"); err != nil {
			t.Fatal(err)
		}
		if err := reveal(); !fault.Is(err, fault.Conflict) {
			t.Fatalf("a restricted record is opened: %v", err)
		}
		if err := sv.Decide(t.Context(), committee, i, subjects.Refuse, "đổi ý kiến"); !fault.Is(err, fault.Conflict) {
			t.Fatalf("decided twice: %v", err)
		}
		if err := sv.Lift(t.Context(), clerk, p.ID, "đồng ý lại"); !fault.Is(err, fault.Forbidden) {
			t.Fatalf("a clerk lifts: %v", err)
		}
		if err := sv.Lift(t.Context(), committee, p.ID, "đồng ý lại"); err != nil {
			t.Fatal(err)
		}
		if err := reveal(); err != nil {
			t.Fatal(err)
		}
		open, err := sv.List(t.Context(), committee, tree.Communes[0].ID, false)
		closed, err2 := sv.List(t.Context(), committee, tree.Communes[0].ID, true)
		if err != nil || err2 != nil || len(open.Rows) != 0 || len(closed.Rows) != 1 || closed.Rows[0].Name != p.Name {
			t.Fatalf("lists: %v %v %v %v", open.Rows, closed.Rows, err, err2)
		}
		if l, err := sv.List(t.Context(), far, tree.Communes[1].ID, true); err != nil || len(l.Rows) != 0 {
			t.Fatalf("a list elsewhere: %v %v", l.Rows, err)
		}
	})
}

// TestOwn: the own record holds what is kept and who looked, for a reason that is in the trail; nobody from elsewhere gets it.
func TestOwn(t *testing.T) {
	s := storetest.Open(t, dbtest.SQLite(t), 0, storetest.Options{})
	tree := storetest.Grow(t, s, 38)
	sv, ps := subjects.New(s), people.New(s)
	clerk, admin := at(tree.Cells[0][0], access.Clerk), at(tree.Root, access.Admin)
	i, _, err := ps.Create(t.Context(), clerk, people.Form{Person: person.Person{Name: "Trần Thị | **Hoà**", Birth: day.Of(2000, 5, 1), Sex: 2, Ethnic: 1, Note: "{{x}} >c .page"},
		Sealed: person.Sealed{Phone: "0912345678"}, Unit: tree.Cells[0][0].ID, Stage: ledger.Pool, Cause: ledger.Adopt, Effective: day.Of(2026, 3, 3), Key: "n"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ps.Get(t.Context(), clerk, i); err != nil {
		t.Fatal(err)
	}
	if _, err := sv.Own(t.Context(), at(tree.Communes[1], access.Admin), i, "theo yêu cầu"); !fault.Is(err, fault.NotFound) {
		t.Fatalf("from elsewhere: %v", err)
	}
	if _, err := sv.Own(t.Context(), clerk, i, " "); !fault.Is(err, fault.Invalid) {
		t.Fatalf("without a reason: %v", err)
	}
	o, err := sv.Own(t.Context(), clerk, i, "giao cho người có dữ liệu")
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(o)
	if err != nil || !strings.Contains(string(data), "0912345678") || len(o.Movements) != 1 || len(o.Looks) != 1 {
		t.Fatalf("%s %v", data, err)
	}
	for _, lang := range i18n.Langs() {
		if paper, err := o.Paper(i18n.For(lang), people.SealedValues(o.Sealed)); err != nil || !strings.HasPrefix(string(paper), "PK") {
			t.Fatalf("%s: %v", lang, err)
		}
	}
	side, err := sv.Side(t.Context(), admin, i)
	if err != nil || len(side.Looks) != 2 || side.Looks[0].Action != "person.own" || side.Looks[0].Why() != "giao cho người có dữ liệu" {
		t.Fatalf("%+v %v", side.Looks, err)
	}
	if side, err = sv.Side(t.Context(), clerk, i); err != nil || side.Looks != nil {
		t.Fatalf("a clerk sees who looked: %v %v", side.Looks, err)
	}
}
