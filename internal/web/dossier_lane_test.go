package web

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/rule"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/units"
)

// lane is a desk with one more commune that decides and a cell of four official members there, its secretary and the officer of
// the commune.
type lane struct {
	desk
	secretary, officer *browser
	members            []id.ID
	people             int
}

func newLane(t *testing.T) *lane {
	t.Helper()
	l := &lane{desk: newDesk(t, Config{})}
	l.write(func(tx *store.Tx) error {
		add := func(parent org.Unit, kind org.Kind, name string) (org.Unit, error) {
			u := org.Unit{ID: tx.NewID(38), Kind: kind, Name: name, Short: name, Sector: 1, Founded: day.Of(2010, 1, 1)}.Place(parent)
			return u, tx.AddUnit(u)
		}
		var err error
		if l.communes[0], err = add(l.root, org.Grassroots, "Đảng bộ xã Lối"); err != nil {
			return err
		}
		for i, name := range []string{"Chi bộ Lối Một", "Chi bộ Lối Hai"} {
			if l.cells[0][i], err = add(l.communes[0], org.Cell, name); err != nil {
				return err
			}
		}
		return tx.AddTag(org.Tag{Unit: l.communes[0].ID, Kind: org.PowerTag, Value: "standing", From: day.Of(2010, 1, 1), Source: "test"})
	})
	for _, name := range []string{"Nguyễn Văn An", "Trần Văn Bình", "Phạm Thị Cúc", "Vũ Văn Dũng"} {
		l.members = append(l.members, storetest.Enrol(t, l.st, l.cells[0][0], name, ledger.Official, day.Of(2015, 3, 26)).ID)
	}
	l.secretary = l.as(l.user("bithu", access.Clerk, l.cells[0][0]))
	l.officer = l.as(l.user("canbo", access.Clerk, l.communes[0]))
	return l
}

// laneSteps are the days on which somebody of the lane takes each step.
var laneSteps = []struct {
	step dossier.Step
	on   day.Date
}{
	{dossier.Adopt, day.Of(2024, 2, 3)}, {dossier.Send, day.Of(2024, 3, 1)}, {dossier.Certify, day.Of(2024, 4, 20)}, {dossier.Open, day.Of(2024, 9, 2)},
	{dossier.CV, day.Of(2024, 9, 10)}, {dossier.Introduce, day.Of(2024, 9, 12)}, {dossier.Verify, day.Of(2024, 11, 1)}, {dossier.Opinion, day.Of(2024, 11, 4)},
	{dossier.Opinions, day.Of(2024, 11, 5)}, {dossier.CellVote, day.Of(2025, 2, 3)}, {dossier.CommitteeVote, day.Of(2025, 2, 20)}, {dossier.Decide, day.Of(2025, 3, 19)},
	{dossier.Receive, day.Of(2025, 3, 25)}, {dossier.Ceremony, day.Of(2025, 4, 2)}, {dossier.NewCourse, day.Of(2025, 9, 1)}, {dossier.SelfReview, day.Of(2026, 4, 3)},
	{dossier.HelperRemark, day.Of(2026, 4, 3)}, {dossier.LaterOpinions, day.Of(2026, 4, 4)}, {dossier.CellRecognise, day.Of(2026, 4, 20)},
}

// upto brings somebody new to where a step is done; days moves the steps that it names.
func (l *lane) upto(u org.Unit, last dossier.Step, days map[dossier.Step]day.Date) id.ID {
	l.t.Helper()
	l.people++
	names := []string{"Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười"}
	from := day.Of(2024, 1, 6)
	if on := days[dossier.Adopt]; on != 0 {
		from = on.AddDays(-30)
	}
	p := storetest.Enrol(l.t, l.st, u, "Lê Thị "+names[l.people%10]+" "+names[l.people/10%10], ledger.Proposed, from)
	for _, s := range laneSteps {
		if last == "" {
			break
		}
		on := s.on
		if x := days[s.step]; x != 0 {
			on = x
		}
		l.act(l.form(p.ID, s.step, on))
		if s.step == last {
			break
		}
	}
	return p.ID
}

// form is an act with all its step cannot do without.
func (l *lane) form(p id.ID, s dossier.Step, on day.Date) dossiers.ActForm {
	f := dossiers.ActForm{Person: p, Version: dossiers.AnyVersion, Step: s, On: on, No: strconv.Itoa(int(on)%1000) + "-NQ"}
	x := &f.Details
	if s.Votes() {
		x.Vote = &dossier.Vote{Officials: 4, Summoned: 4, Present: 4, Issued: 4, Valid: 4, For: 4}
	}
	switch s {
	case dossier.Open:
		x.Route = "a"
	case dossier.Introduce:
		x.Introducers = []dossier.Introducer{{Member: l.members[0], Since: day.Of(2020, 1, 1)}, {Member: l.members[1], Since: day.Of(2020, 1, 1)}}
	case dossier.Adopt, dossier.Ceremony:
		x.Helper = l.members[2]
	case dossier.Opinion:
		x.Body = "Đoàn xã"
	case dossier.Decide:
		x.Vote = &dossier.Vote{Officials: 9, Summoned: 9, Present: 9, Issued: 9, Valid: 9, For: 9}
	}
	return f
}

// act records an act by the program itself and goes on with every warning.
func (l *lane) act(f dossiers.ActForm) {
	l.t.Helper()
	who := access.System("test")
	found, err := l.app.Dossiers.Preview(context.Background(), who, f)
	for _, x := range found {
		if x.Level == rule.Warn {
			f.Accept, f.Details.Text = append(f.Accept, x.Check), "đã cân nhắc"
		}
	}
	if err == nil {
		_, err = l.app.Dossiers.Act(context.Background(), who, f)
	}
	if err != nil {
		l.t.Fatalf("%s: %v", f.Step, err)
	}
}

// stands is the state of a dossier, the stage of its person in the ledger, and how much was recorded of it.
type stands struct {
	state   dossier.State
	stage   ledger.Stage
	version int64
	moves   int
}

func (l *lane) at(p id.ID) stands {
	l.t.Helper()
	v, err := l.app.Dossiers.Get(context.Background(), access.System("test"), p)
	if err != nil {
		l.t.Fatal(err)
	}
	var n int
	if err := l.st.View(context.Background(), func(tx *store.Tx) error {
		ms, err := tx.Movements(p)
		n = len(ms)
		return err
	}); err != nil {
		l.t.Fatal(err)
	}
	return stands{v.Dossier.State, v.Person.Place.Stage, v.Dossier.Version, n}
}

// count is how many dossiers of a unit stand in a state, as the board says it.
func (l *lane) count(b *browser, u org.Unit, s dossier.State) int {
	l.t.Helper()
	for _, a := range nodes(l.t, b.get("/ho-so?u="+u.ID.String()).page, "a", "href", "/ho-so?state="+string(s)+"&u="+u.ID.String()) {
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, strings.ReplaceAll(inner(a), string(s), ""))
		if n, err := strconv.Atoi(digits); err == nil {
			return n
		}
	}
	return 0
}

// hiddenOf is the value of a hidden field of a page.
func hiddenOf(t *testing.T, page, name string) string {
	t.Helper()
	for _, n := range nodes(t, page, "input", "name", name) {
		if attrOf(n, "type") == "hidden" {
			return attrOf(n, "value")
		}
	}
	t.Errorf("the page has no %s", name)
	return ""
}

// posts opens the form of a step and sends it with what is typed.
func (l *lane) posts(b *browser, p id.ID, s dossier.Step, typed ...string) answer {
	l.t.Helper()
	page := "/nguoi/" + p.String() + "/ho-so/ghi"
	form := b.get(page + "?step=" + string(s))
	form.want(l.t, 200)
	return b.post(page, append([]string{"step", string(s), "do", "save", "key", hiddenOf(l.t, form.page, "key"), "version", hiddenOf(l.t, form.page, "version")}, typed...)...)
}

// verified proves that the ledger, its counters and the dossiers agree.
func (l *lane) verified() {
	l.t.Helper()
	if _, err := l.st.Verify(context.Background(), store.VerifyOptions{}, func(d store.Difference) error {
		l.t.Errorf("verify: %+v", d)
		return nil
	}); err != nil {
		l.t.Fatal(err)
	}
}

// revoke takes the power to decide from the commune.
func (l *lane) revoke() {
	l.t.Helper()
	act := units.Act{On: day.Of(2025, 3, 1), Decision: org.Decision{No: "9-QĐ", Issuer: "Tỉnh ủy", Date: day.Of(2025, 2, 27)}}
	if err := l.app.Units.Amend(context.Background(), access.System("test"), units.AmendForm{Unit: l.communes[0].ID, Withdraw: []string{"standing"}, Act: act}); err != nil {
		l.t.Fatal(err)
	}
}
