package subjects_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/png"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/people"
	"ketnap/internal/person"
	"ketnap/internal/scans"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
	"ketnap/internal/transfer"
)

// uses are the ways in which the data of somebody is used that consent covers: each returns what it let out.
type uses struct {
	t     *testing.T
	s     *store.Store
	tree  storetest.Tree
	clerk access.Actor
	who   id.ID
}

func (u uses) reveal(field string) string {
	u.t.Helper()
	v, err := people.New(u.s).Reveal(u.t.Context(), u.clerk, u.who, field, "gọi mời họp")
	if err != nil && fault.TextOf(err).Key != "consent.closed" {
		u.t.Fatal(err)
	}
	return v
}

func (u uses) export() string {
	u.t.Helper()
	var out bytes.Buffer
	x := transfer.New(u.s, nil)
	defer x.Close()
	if _, err := x.Export(u.t.Context(), u.clerk, u.tree.Cells[0][0].ID, batch.Pool, "báo cáo cấp ủy", "vi", &out); err != nil {
		u.t.Fatal(err)
	}
	return sheetText(u.t, out.Bytes())
}

func (u uses) feed() int {
	u.t.Helper()
	l, err := people.New(u.s).Feed(u.t.Context(), u.clerk, u.tree.Cells[0][0].ID, people.Filter{}, "", 50)
	if err != nil {
		u.t.Fatal(err)
	}
	return len(l.Page.Rows)
}

// sheetText is everything a workbook says.
func sheetText(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&b, r); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// TestConsent: what is withdrawn is closed at once in every way it was used, and to everybody; given again it opens. What was said before stays
// on record, and one answer is one entry.
func TestConsent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		sv, ps, sc := subjects.New(s), people.New(s), scans.New(s)
		cell := tree.Cells[0][0]
		clerk, viewer, far := at(cell, access.Clerk), at(cell, access.Viewer), at(tree.Communes[1], access.Admin)
		i, _, err := ps.Create(t.Context(), clerk, people.Form{Person: person.Person{Name: "Trần Thị Hoà", Birth: day.Of(2000, 5, 1), Sex: 2, Ethnic: 1}, Unit: cell.ID,
			Sealed: person.Sealed{Phone: "0912345678", Email: "hoa@vi.du", Number: "038300012345"}, Stage: ledger.Pool, Cause: ledger.Adopt, Effective: day.Of(2026, 2, 3), Key: "n"})
		if err != nil {
			t.Fatal(err)
		}
		other := storetest.Enrol(t, s, cell, "Lê Văn Yên", ledger.Pool, day.Of(2026, 2, 3)).ID
		me := access.Actor{User: 9, Name: "Trần Thị Hoà", Method: "test", Self: i}
		u := uses{t, s, tree, clerk, i}
		open := func(name string, want bool) {
			t.Helper()
			for use, got := range map[string]bool{"phone": u.reveal("phone") == "0912345678", "email": u.reveal("email") == "hoa@vi.du", "export": strings.Contains(u.export(), "0912345678")} {
				if got != want {
					t.Errorf("%s: %s open: %t", name, use, got)
				}
			}
			if u.reveal("number") != "038300012345" {
				t.Errorf("%s: what consent does not cover is closed", name)
			}
			r, err := ps.Get(t.Context(), clerk, i)
			for _, field := range []string{"phone", "email"} {
				if err != nil || (r.Filled[field] != "") != want || slices.Contains(r.Withheld, field) == want || r.Filled["number"] == "" {
					t.Errorf("%s: %s on the page: %v %v %v", name, field, r.Filled, r.Withheld, err)
				}
			}
			if _, err := ps.Reveal(t.Context(), access.System("test"), i, "phone", "kiểm tra hồ sơ"); (err == nil) != want {
				t.Errorf("%s: the console: %v", name, err)
			}
		}
		say := func(purpose string, said subject.Said) {
			t.Helper()
			if err := sv.Say(t.Context(), me, purpose, 1, said, ""); err != nil {
				t.Fatal(purpose, said, err)
			}
		}
		open("nothing said", true)
		say("contact", subject.Given)
		open("given", true)
		say("contact", subject.Withdrawal)
		open("withdrawn", false)
		if m, err := sv.Mine(t.Context(), me); err != nil || m.Filled["phone"] == "" || len(m.Consents) != 2 {
			t.Errorf("the owner does not see their own telephone: %+v %v", m, err)
		}
		o, err := sv.MyCopy(t.Context(), me)
		if err != nil || o.Sealed.Phone == "" || len(o.Consents) != 2 || o.Consents[1].Said != subject.Withdrawal || o.Consents[1].Hash == "" {
			t.Errorf("the own copy: %+v %v", o.Consents, err)
		}
		for _, lang := range i18n.Langs() {
			if pdf, err := o.PDF(i18n.For(lang), nil); err != nil || len(pdf) == 0 {
				t.Error(err)
			}
		}

		// Nothing is filled in again, by hand or by a sheet; emptying it goes.
		r, err := ps.Get(t.Context(), clerk, i)
		if err != nil {
			t.Fatal(err)
		}
		f := people.Form{Person: r.Person, Sealed: person.Sealed{Phone: "0987654321"}, Key: "u1"}
		if err := ps.Update(t.Context(), clerk, f); fault.FieldsOf(err)["phone"].Key != "consent.closed" {
			t.Errorf("a closed field is filled in: %v", err)
		}
		f.Sealed, f.Clear, f.Key = person.Sealed{}, []string{"phone"}, "u2"
		if err := ps.Update(t.Context(), clerk, f); err != nil {
			t.Errorf("a closed field cannot be emptied: %v", err)
		}

		// Lists of other programs.
		if n := u.feed(); n != 2 {
			t.Fatalf("%d people for programs", n)
		}
		say("share", subject.Refusal)
		if n := u.feed(); n != 1 {
			t.Errorf("%d people for programs after one refused", n)
		}
		say("share", subject.Given)
		if n := u.feed(); n != 2 {
			t.Errorf("%d people for programs after one agreed", n)
		}

		// Who may say and note what.
		for name, who := range map[string]access.Actor{"a clerk": clerk, "the console": access.System("test"), "nobody": {}} {
			if err := sv.Say(t.Context(), who, "contact", 1, subject.Given, ""); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s says it: %v", name, err)
			}
		}
		if err := sv.Say(t.Context(), me, "contact", 2, subject.Given, ""); fault.TextOf(err).Key != "consent.other_text" {
			t.Errorf("agreed to another text than that of today: %v", err)
		}
		note := subjects.ConsentForm{Person: i, Purpose: "contact", Version: 1, Said: subject.Given, Way: subject.ByPaper, On: s.Today(), Place: "tủ hồ sơ chi bộ", Key: "c1"}
		if err := sv.Note(t.Context(), far, note); !fault.Is(err, fault.NotFound) {
			t.Errorf("noted from elsewhere: %v", err)
		}
		if err := sv.Note(t.Context(), viewer, note); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a viewer notes: %v", err)
		}
		old := note
		old.On, old.Key = s.Today().AddDays(-9), "c0"
		if err := sv.Note(t.Context(), clerk, old); fault.FieldsOf(err)["on"].Key != "consent.older" {
			t.Errorf("a paper from before the withdrawal opens again: %v", err)
		}
		self := note
		self.Way, self.Key = subject.BySelf, "c2"
		if err := sv.Note(t.Context(), clerk, self); fault.FieldsOf(err)["way"].Key == "" {
			t.Errorf("an official notes what only the own page says: %v", err)
		}
		for range 2 { // pressed twice
			if err := sv.Note(t.Context(), clerk, note); err != nil {
				t.Fatal(err)
			}
		}
		if u.reveal("email") != "hoa@vi.du" {
			t.Error("given again on paper, and closed")
		}
		side, err := sv.Side(t.Context(), clerk, i)
		last, _ := subject.Latest(side.Consents, "contact")
		if err != nil || len(side.Consents) != 5 || last.Way != subject.ByPaper || last.By != clerk.Name || last.Place != note.Place {
			t.Errorf("%+v %v", side.Consents, err)
		}

		// Counted and listed where one may look, each entry once; who left is not among them.
		gone := storetest.Enrol(t, s, cell, "Võ Thị Xa", ledger.Pool, day.Of(2026, 2, 3)).ID
		if err := sv.Note(t.Context(), clerk, subjects.ConsentForm{Person: gone, Purpose: "contact", Version: 1, Said: subject.Given, Way: subject.ByPaper, On: s.Today(), Place: "tủ"}); err != nil {
			t.Fatal(err)
		}
		leaves(t, s, gone, func(*store.Tx, *person.Person) error { return nil })
		a, err := sv.Consents(t.Context(), clerk, cell.ID)
		if err != nil || a.People != 2 || a.Lines[0].Purpose.Code != "contact" || a.Lines[0].N[subject.Given] != 1 || a.Lines[0].Silent != 1 || a.Lines[1].Silent != 2 {
			t.Errorf("%+v %v", a, err)
		}
		if _, err := sv.Consents(t.Context(), far, cell.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("counted from elsewhere: %v", err)
		}
		if l, err := sv.Saying(t.Context(), clerk, cell.ID, "contact", subject.Given); err != nil || len(l.Rows) != 1 || l.Rows[0].Person != i || l.Rows[0].Name != "Trần Thị Hoà" {
			t.Errorf("%+v %v", l, err)
		}
		if _, err := sv.Saying(t.Context(), viewer, cell.ID, "contact", subject.Given); !fault.Is(err, fault.Forbidden) {
			t.Errorf("listed by a viewer: %v", err)
		}
		for object, want := range map[id.ID]int{i: 5, cell.ID: 1} { // five answers; one look at the list, for who was refused saw none
			entries := 0
			if err := s.View(t.Context(), func(tx *store.Tx) error {
				rows, err := tx.Entries(store.TrailFilter{Province: 38, Object: object, Area: "consent", AtMost: 100})
				entries = len(rows)
				return err
			}); err != nil || entries != want {
				t.Errorf("%d entries about %d, want %d: %v", entries, object, want, err)
			}
		}

		// Of several at once one holds.
		var good atomic.Int64
		atOnce(6, func(n int) {
			err := sv.Note(t.Context(), clerk, subjects.ConsentForm{Person: other, Purpose: "scan", Version: 1, Said: subject.Given, Way: subject.ByPaper, On: s.Today(), Place: "tủ"})
			if err == nil {
				good.Add(1)
			} else if !fault.Is(err, fault.Stale) && !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
		if good.Load() != 1 {
			t.Errorf("%d of six equal answers are stored", good.Load())
		}
		u.copies(sc, sv)
		erased(t, s, i)
	})
}

func drawn(t *testing.T, wide int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, wide, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// copies of papers: none is kept or opened after a withdrawal.
func (u uses) copies(sc *scans.Service, sv *subjects.Service) {
	t := u.t
	t.Helper()
	p := applicant(t, u.s, u.tree, at(u.tree.Root, access.Admin), "Võ Thị Bản", "038198000077")
	if err := sc.Allow(t.Context(), access.System("test"), true); err != nil {
		t.Fatal(err)
	}
	me := access.Actor{User: 10, Name: "Võ Thị Bản", Method: "test", Self: p}
	picture, wider := drawn(t, 8), drawn(t, 9)
	c, err := sc.Add(t.Context(), u.clerk, p, string(dossier.CV), "ly-lich.png", picture)
	if err != nil {
		t.Fatal(err)
	}
	if err := sv.Say(t.Context(), me, "scan", 1, subject.Refusal, ""); err != nil {
		t.Fatal(err)
	}
	if _, _, err := sc.Read(t.Context(), u.clerk, p, c.ID); fault.TextOf(err).Key != "consent.closed" {
		t.Errorf("a copy is opened: %v", err)
	}
	if _, err := sc.Add(t.Context(), u.clerk, p, string(dossier.CV), "khac.png", wider); fault.TextOf(err).Key != "consent.closed" {
		t.Errorf("a copy is kept: %v", err)
	}
	if err := sc.Drop(t.Context(), u.clerk, p, c.ID, "người có dữ liệu không đồng ý"); err != nil {
		t.Errorf("a copy cannot be taken away: %v", err)
	}
	if err := sv.Say(t.Context(), me, "scan", 1, subject.Given, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := sc.Add(t.Context(), u.clerk, p, string(dossier.CV), "ly-lich.png", picture); err != nil {
		t.Errorf("given, and closed: %v", err)
	}
}

// leaves takes somebody out of the pool, and does what follows.
func leaves(t *testing.T, s *store.Store, i id.ID, then func(*store.Tx, *person.Person) error) {
	t.Helper()
	if err := s.Update(t.Context(), storetest.Entry(38), func(tx *store.Tx) error {
		p, err := tx.Person(i)
		if err != nil {
			return err
		}
		if _, err := tx.Post(&p, ledger.Movement{Cause: ledger.Drop, Effective: tx.Today}); err != nil {
			return err
		}
		return then(tx, &p)
	}); err != nil {
		t.Fatal(err)
	}
}

// erased: where a paper lies is forgotten with its owner; what they said is not.
func erased(t *testing.T, s *store.Store, i id.ID) {
	t.Helper()
	leaves(t, s, i, func(tx *store.Tx, p *person.Person) error { return tx.Erase(p, "term") })
	if err := s.View(t.Context(), func(tx *store.Tx) error {
		all, err := tx.Consents(i)
		for _, c := range all {
			if c.Place != "" {
				t.Errorf("the place of a paper is kept: %+v", c)
			}
		}
		if len(all) != 5 {
			t.Errorf("%d answers are kept", len(all))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
