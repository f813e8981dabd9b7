package web

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/store/storetest"
)

// seven are the figures of a vote as they are typed, in the order of the minutes.
func seven(n ...string) []string {
	var out []string
	for i, f := range voteFields {
		out = append(out, f.name, n[i])
	}
	return out
}

// TestWrongInput sends what is wrong through the page: each is refused with words that tell what to do, what was typed stands
// in the form again, and nothing at all was recorded.
func TestWrongInput(t *testing.T) {
	l := newLane(t)
	all := seven("4", "0", "4", "4", "4", "4", "4")
	long := map[dossier.Step]day.Date{dossier.Adopt: day.Of(2019, 9, 3), dossier.Send: day.Of(2019, 10, 1), dossier.Certify: day.Of(2020, 1, 15)}
	introduce := func(a, b id.ID, since string) []string {
		return []string{"introducer1", a.String(), "since1", since, "introducer2", b.String(), "since2", "01/01/2020", "on", "12/09/2024"}
	}
	for _, c := range []struct {
		name   string
		upto   dossier.Step
		days   map[dossier.Step]day.Date
		step   dossier.Step
		typed  []string
		self   string // a field that names the person
		status int
		says   []string
	}{
		{name: "more present than summoned", upto: dossier.Opinions, step: dossier.CellVote, typed: append(seven("4", "0", "4", "5", "4", "4", "4"), "on", "03/02/2025", "no", "5-NQ"), status: 422,
			says: []string{"mâu thuẫn", `id="f-present-error"`, `value="5"`}},
		{name: "more valid than issued", upto: dossier.Opinions, step: dossier.CellVote, typed: append(seven("4", "0", "4", "4", "3", "4", "3"), "on", "03/02/2025", "no", "5-NQ"), status: 422, says: []string{"mâu thuẫn", `id="f-valid-error"`}},
		{name: "more for than valid", upto: dossier.Opinions, step: dossier.CellVote, typed: append(seven("4", "0", "4", "4", "4", "3", "4"), "on", "03/02/2025", "no", "5-NQ"), status: 422, says: []string{"mâu thuẫn", `id="f-for-error"`}},
		{name: "no figures", upto: dossier.Opinions, step: dossier.CellVote, typed: []string{"on", "03/02/2025", "no", "5-NQ"}, status: 422, says: []string{`id="f-officials-error"`}},
		{name: "not a number", upto: dossier.Opinions, step: dossier.CellVote, typed: append(seven("bốn", "0", "4", "4", "4", "4", "4"), "on", "03/02/2025"), status: 422, says: []string{`value="bốn"`, `id="f-officials-error"`}},
		{name: "too few in favour", upto: dossier.Opinions, step: dossier.CellVote, typed: append(seven("4", "0", "4", "4", "4", "4", "2"), "on", "03/02/2025", "no", "5-NQ"), status: 422, says: []string{"cần ít nhất 3"}},
		{name: "a day before its ground", upto: dossier.Opinions, step: dossier.CellVote, typed: append(slices.Clone(all), "on", "04/11/2024", "no", "5-NQ"), status: 422, says: []string{"Ngày không thể trước «", "05/11/2024", `value="04/11/2024"`}},
		{name: "a day to come", upto: dossier.Adopt, step: dossier.Certify, typed: []string{"on", "01/01/2127", "no", "1/GCN"}, status: 422, says: []string{"01/01/2127"}},
		{name: "no day at all", upto: dossier.Open, step: dossier.CV, typed: []string{"on", "31/02/2025"}, status: 422, says: []string{`value="31/02/2025"`, `id="f-on-error"`}},
		{name: "the certificate lapsed before the meeting", upto: dossier.Opinions, days: long, step: dossier.CellVote, typed: append(slices.Clone(all), "on", "03/02/2025", "no", "5-NQ"), status: 422,
			says: []string{"16/01/2025", "học lại"}},
		{name: "one introducer twice", upto: dossier.CV, step: dossier.Introduce, typed: introduce(l.members[0], l.members[0], "01/01/2020"), status: 422, says: []string{"hai người khác nhau"}},
		{name: "less than twelve months together", upto: dossier.CV, step: dossier.Introduce, typed: introduce(l.members[0], l.members[1], "01/02/2024"), status: 422, says: []string{"12 tháng"}},
		{name: "their own helper", upto: dossier.Adopt, step: dossier.Help, typed: []string{"on", "05/05/2024"}, self: "helper", status: 422, says: []string{"chính người này"}},
		{name: "their own introducer", upto: dossier.CV, step: dossier.Introduce, typed: []string{"introducer2", l.members[1].String(), "since2", "01/01/2020", "on", "12/09/2024"}, self: "introducer1", status: 422, says: []string{"chính người này"}},
		{name: "a step skipped", upto: dossier.Adopt, step: dossier.CellVote, typed: append(slices.Clone(all), "on", "03/02/2025", "no", "5-NQ"), status: 409, says: []string{"Chưa có bước «", "phải ghi bước đó trước"}},
		{name: "a step twice", upto: dossier.CV, step: dossier.CV, typed: []string{"on", "11/09/2024"}, status: 409, says: []string{"đã ghi ngày 10/09/2024"}},
		{name: "recognised before the end of month twelve", upto: dossier.LaterOpinions, step: dossier.CellRecognise, typed: append(slices.Clone(all), "on", "01/04/2026", "no", "9-NQ"), status: 422, says: []string{"04/04/2026"}},
		{name: "a helper who is nobody's", upto: dossier.Adopt, step: dossier.Help, typed: []string{"on", "05/05/2024"}, status: 422, says: []string{`id="f-helper-error"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l.t = t
			p := l.upto(l.cells[0][0], c.upto, c.days)
			before, typed := l.at(p), c.typed
			if c.self != "" {
				typed = append([]string{c.self, p.String()}, typed...)
			}
			a := l.posts(l.secretary, p, c.step, typed...)
			a.want(t, c.status, c.says...)
			if got := l.at(p); got != before {
				t.Errorf("refused, and yet %+v became %+v", before, got)
			}
			if t.Failed() {
				t.Log(inner(nodes(t, a.page, "main", "", "")[0]))
			}
		})
	}
	l.t = t
	l.verified()
}

// TestNoPower: the cell cannot decide for its commune, and the commune not on a day when it has no power to.
func TestNoPower(t *testing.T) {
	l := newLane(t)
	p := l.upto(l.cells[0][0], dossier.CommitteeVote, nil)
	before := l.at(p)
	ballot := seven("9", "0", "9", "9", "9", "9", "9")
	if a := l.secretary.get("/nguoi/" + p.String() + "/ho-so/ghi?step=decide"); a.StatusCode == http.StatusOK {
		typed := append([]string{"step", "decide", "do", "save", "key", hiddenOf(t, a.page, "key"), "version", hiddenOf(t, a.page, "version"), "on", "19/03/2025", "no", "1-QĐ/CB"}, ballot...)
		l.secretary.post("/nguoi/"+p.String()+"/ho-so/ghi", typed...).want(t, 403, "Đảng bộ xã Lối")
	}
	if got := l.at(p); got != before {
		t.Errorf("%+v became %+v", before, got)
	}
	l.revoke()
	l.posts(l.officer, p, dossier.Decide, append([]string{"on", "19/03/2025", "no", "1-QĐ/ĐU"}, ballot...)...).want(t, 409, "Cấp có thẩm quyền tiếp nhận hồ sơ")
	if a := l.posts(l.officer, p, dossier.Submit, "on", "10/03/2025"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.StatusCode)
	}
	before = l.at(p)
	a := l.posts(l.officer, p, dossier.Decide, append([]string{"on", "19/03/2025", "no", "1-QĐ/ĐU"}, ballot...)...)
	a.want(t, 422, "thẩm quyền")
	if t.Failed() {
		t.Log(inner(nodes(t, a.page, "main", "", "")[0]))
	}
	if got := l.at(p); got != before {
		t.Errorf("%+v became %+v", before, got)
	}
	l.verified()
}

// TestTwoDossiers: a second dossier of what looks like the same person is not opened before somebody says why they are two.
func TestTwoDossiers(t *testing.T) {
	l := newLane(t)
	p := l.upto(l.cells[0][0], dossier.Open, nil)
	v, err := l.app.Dossiers.Get(context.Background(), access.System("test"), p)
	if err != nil {
		t.Fatal(err)
	}
	twin := storetest.Enrol(t, l.st, l.cells[0][0], v.Person.Name, ledger.Proposed, day.Of(2024, 1, 6)).ID
	for _, x := range laneSteps[:3] {
		l.act(l.form(twin, x.step, x.on))
	}
	before := l.at(twin)
	open := []string{"on", "02/09/2024", "no", "2-NQ", "route", "a"}
	l.posts(l.secretary, twin, dossier.Open, open...).want(t, 422, "Cùng họ tên và ngày sinh", `value="dossier.twin"`)
	l.posts(l.secretary, twin, dossier.Open, append(open, "accept", "dossier.twin")...).want(t, 422, "Ghi lý do")
	if got := l.at(twin); got != before {
		t.Errorf("%+v became %+v", before, got)
	}
	if a := l.posts(l.secretary, twin, dossier.Open, append(open, "accept", "dossier.twin", "reason", "hai người khác nhau, đã đối chiếu căn cước")...); a.StatusCode != http.StatusSeeOther {
		t.Errorf("with a reason: %d", a.StatusCode)
	}
	l.verified()
}

// TestTwoAtOnce: two people have the same form open; the second is told so and shown the way to what stands now.
func TestTwoAtOnce(t *testing.T) {
	l := newLane(t)
	p := l.upto(l.cells[0][0], dossier.Open, nil)
	page := "/nguoi/" + p.String() + "/ho-so/ghi"
	one, two := l.secretary.get(page+"?step=cv"), l.officer.get(page+"?step=cv")
	send := func(b *browser, form answer, on string) answer {
		return b.post(page, "step", "cv", "do", "save", "key", hiddenOf(t, form.page, "key"), "version", hiddenOf(t, form.page, "version"), "on", on)
	}
	if a := send(l.secretary, one, "10/09/2024"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.StatusCode)
	}
	after := l.at(p)
	late := send(l.officer, two, "12/09/2024")
	late.want(t, 409, "vừa được người khác ghi thêm", `href="`+actHref(p, dossier.CV)+`"`)
	if a := send(l.secretary, one, "10/09/2024"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the same form a second time: %d", a.StatusCode)
	}
	if got := l.at(p); got != after {
		t.Errorf("%+v became %+v", after, got)
	}
	l.secretary.get(dossierHref(p)).want(t, 200, "10/09/2024")
	l.verified()
}
