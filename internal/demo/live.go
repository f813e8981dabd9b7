package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// A demo shows the procedure at work: in the first commune of the first province people are on their
// way at every step, some with days to spare, some overdue, some sent back, refused or gone.

// proposers are who proposes people for the pool.
var proposers = []struct{ by, body string }{{"youth", "Ban Chấp hành Đoàn cơ sở"}, {"union", "Ban Chấp hành Công đoàn cơ sở"}, {"member", ""}}

// story is one invented way: the last step done, how many days ago, and a turn it took after that.
type story struct {
	upto dossier.Step
	ago  []int // one dossier for each
	turn dossier.Step
}

var stories = []story{
	{upto: dossier.Propose, ago: []int{3, 12, 40}},
	{upto: dossier.Adopt, ago: []int{20, 75, 200}},
	{upto: dossier.Send, ago: []int{6, 25}},
	{upto: dossier.Certify, ago: []int{30, 1790, 1650}},
	{upto: dossier.Open, ago: []int{4, 60}},
	{upto: dossier.Introduce, ago: []int{8, 30}},
	{upto: dossier.Verify, ago: []int{5, 340}},
	{upto: dossier.Opinions, ago: []int{6, 20}},
	{upto: dossier.CellVote, ago: []int{3, 35, 80, 110}},
	{upto: dossier.CommitteeVote, ago: []int{4, 30}},
	{upto: dossier.Submit, ago: []int{2, 18}},
	{upto: dossier.Decide, ago: []int{3, 15}},
	{upto: dossier.Receive, ago: []int{2, 10}},
	{upto: dossier.Ceremony, ago: []int{9, 60, 290, 355, 372}},
	{upto: dossier.OwnCV, ago: []int{12, 100}},
	{upto: dossier.NewCourse, ago: []int{25, 160}},
	{upto: dossier.LaterOpinions, ago: []int{3, 9}},
	{upto: dossier.CellRecognise, ago: []int{5, 30}},
	{upto: dossier.SubmitRecognise, ago: []int{4}},
	{upto: dossier.Recognise, ago: []int{6, 45}},
	{upto: dossier.Card, ago: []int{10, 120}},
	{upto: dossier.CommitteeVote, ago: []int{14}, turn: dossier.SendBack},
	{upto: dossier.Submit, ago: []int{50}, turn: dossier.Refuse},
	{upto: dossier.Adopt, ago: []int{150}, turn: dossier.Drop},
	{upto: dossier.CV, ago: []int{33}, turn: dossier.Withdraw},
	{upto: dossier.OwnCV, ago: []int{90}, turn: dossier.Strike},
	{upto: dossier.Receive, ago: []int{21}, turn: dossier.Cancel},
	{upto: dossier.SectionReport, ago: []int{2, 17}},
}

// gaps are usual days from the step before.
var gaps = map[dossier.Step]int{
	dossier.Adopt: 21, dossier.Send: 88, dossier.Certify: 19, dossier.Open: 126, dossier.CV: 8, dossier.Introduce: 4, dossier.Verify: 31, dossier.Opinions: 6,
	dossier.CellVote: 14, dossier.SectionReport: 6, dossier.CommitteeVote: 9, dossier.Submit: 5, dossier.Decide: 24, dossier.Receive: 4, dossier.Ceremony: 11,
	dossier.OwnCV: 17, dossier.NewCourse: 140, dossier.SelfReview: 212, dossier.HelperRemark: 1, dossier.LaterOpinions: 3, dossier.CellRecognise: 6,
	dossier.SectionAgree: 4, dossier.CommitteeAgree: 6, dossier.SubmitRecognise: 3, dossier.Recognise: 12, dossier.Card: 15,
}

// liver tells the stories in a database that has its people.
type liver struct {
	st    *store.Store
	sv    *dossiers.Service
	k     *maker
	who   access.Actor
	no    int
	moved int // movements made
}

// tell lets people of the first commune be on their way; it returns how many dossiers it made.
func (g *grower) tell(ctx context.Context) (int, error) {
	l := &liver{st: g.st, sv: dossiers.New(g.st), k: g.maker("live"), who: access.System("demo")}
	seats, err := l.able(ctx, slices.DeleteFunc(slices.Clone(g.live), func(s seat) bool { return s.u.Branch != g.res.Commune }))
	if err != nil || len(seats) == 0 {
		return 0, err
	}
	g.res.Secretary = seats[0].u.ID
	l.k.serial = 900_000 // beyond the numbers of those who were there before
	made := 0
	for _, s := range stories {
		for _, ago := range s.ago {
			p, err := l.tell(ctx, place(seats, made, s.upto), s, ago)
			if err != nil {
				return made, fmt.Errorf("%s %s: %w", s.upto, s.turn, err)
			}
			if s.upto == dossier.OwnCV && s.turn == "" {
				g.res.Probationer = p
			}
			made++
		}
	}
	if err := l.around(ctx, seats, g.res.Commune); err != nil {
		return made, err
	}
	g.res.People += made + len(offers)
	g.res.Movements += made + len(offers) + l.moved
	g.res.Members += tellMembers()
	return made, nil
}

// around tells what happens beside the way itself: hand-overs, classes, the remarks of helpers.
func (l *liver) around(ctx context.Context, seats []seat, commune id.ID) error {
	if err := l.offer(ctx, seats); err != nil {
		return err
	}
	if err := l.teach(ctx, commune); err != nil {
		return err
	}
	return l.help(ctx, commune)
}

// secretaries: one in so many stories happens in the cell of the demo's secretary, whose page would be empty otherwise.
const secretaries = 5

// place is where the n-th story happens: what a committee decides or a section reports needs a cell that has one above it.
func place(seats []seat, n int, upto dossier.Step) seat {
	if n%secretaries == secretaries/2 && seats[0].has(upto) {
		return seats[0]
	}
	for i := range seats {
		if s := seats[(n+i)%len(seats)]; s.has(upto) {
			return s
		}
	}
	return seats[n%len(seats)]
}

// tellMembers counts those whose story ends as a member.
func tellMembers() int {
	n := 0
	for _, s := range stories {
		if _, joined := plan(s.upto, day.Of(2026, 1, 1))[dossier.Ceremony]; joined && s.turn == "" {
			n += len(s.ago)
		}
	}
	return n
}

// able keeps the units where a meeting can decide: several official members who have been there for years.
func (l *liver) able(ctx context.Context, seats []seat) ([]seat, error) {
	var out []seat
	err := l.st.View(ctx, func(tx *store.Tx) error {
		out = nil
		for _, s := range seats {
			ps, err := tx.Officials(s.u.ID)
			if err != nil {
				return err
			}
			if len(old(ps, l.k.today)) >= 5 {
				out = append(out, s)
			}
		}
		return nil
	})
	return out, err
}

// old keeps members who have been official in their unit for years.
func old(ps []person.Person, today day.Date) []person.Person {
	return slices.DeleteFunc(ps, func(p person.Person) bool { return p.Since > today.AddMonths(-12*7) })
}

// tell makes one person and lets the service record what was done, day by day.
func (l *liver) tell(ctx context.Context, s seat, st story, ago int) (id.ID, error) {
	on := plan(st.upto, l.k.today.AddDays(-ago))
	p, err := l.enrol(ctx, s, on[dossier.Propose])
	if err != nil {
		return p, err
	}
	cast, err := l.cast(ctx, s.u, on)
	if err != nil {
		return p, err
	}
	for _, step := range dossier.Steps() {
		d, told := on[step]
		if !told {
			continue
		}
		err = l.act(ctx, l.form(p, cast, step, d))
		if fault.TextOf(err).Key == "dossier.not_applicable" {
			continue // the unit has no such committee
		}
		if err != nil {
			return p, fmt.Errorf("%s: %w", step, err)
		}
	}
	if err := l.papers(ctx, p, on); err != nil || st.turn == "" {
		return p, err
	}
	f := l.form(p, cast, st.turn, l.k.today.AddDays(-min(ago, 2)))
	return p, l.act(ctx, f)
}

// papers ticks the papers of what was done, each with its day and where it lies; one in a few dossiers lacks one.
func (l *liver) papers(ctx context.Context, p id.ID, on map[dossier.Step]day.Date) error {
	v, err := l.sv.Get(ctx, l.who, p)
	if err != nil || !v.Known {
		return err
	}
	var there []dossier.Paper
	for i, x := range v.Checklist {
		made := on[dossier.Step(x.Step)]
		if !v.Dossier.Has(dossier.Step(x.Step)) || made == 0 || (l.no+i)%11 == 0 {
			continue
		}
		there = append(there, dossier.Paper{Code: x.Code, Present: true, Made: made, Place: "Tủ hồ sơ chi bộ"})
	}
	if len(there) == 0 {
		return nil
	}
	return l.sv.PutPapers(ctx, l.who, p, there)
}

// plan lays the steps up to one out backwards from its day.
func plan(upto dossier.Step, last day.Date) map[dossier.Step]day.Date {
	on := map[dossier.Step]day.Date{}
	found := false
	d := last
	for _, s := range slices.Backward(dossier.Steps()) {
		if !s.Chain() {
			continue
		}
		if found = found || s == upto; found {
			on[s] = d
			d = d.AddDays(-gaps[s])
		}
	}
	return on
}

// act records an act; where the rules warn, the demo goes on with a reason, as people do.
func (l *liver) act(ctx context.Context, f dossiers.ActForm) error {
	r, err := l.sv.Act(ctx, l.who, f)
	if err == nil && r.Movement != 0 {
		l.moved++
	}
	if fault.TextOf(err).Key != "dossier.warned" {
		return err
	}
	found, err := l.sv.Preview(ctx, l.who, f)
	if err != nil {
		return err
	}
	for _, x := range found {
		f.Accept = append(f.Accept, x.Check)
	}
	if f.Details.Reason == "" {
		f.Details.Reason = "Đã báo cáo cấp ủy, đồng ý cho tiếp tục"
	}
	if r, err = l.sv.Act(ctx, l.who, f); err == nil && r.Movement != 0 {
		l.moved++
	}
	return err
}

// enrol makes somebody young who was proposed on a day.
func (l *liver) enrol(ctx context.Context, s seat, on day.Date) (id.ID, error) {
	p := l.k.person(s.n, on, true)
	p.Birth = on.AddMonths(-12 * (19 + l.k.r.IntN(8))).AddDays(-l.k.r.IntN(300))
	p.Youth = true
	e := l.k.enrol(p, s.u.ID, []step{{on, ledger.Proposed, ledger.Propose}})
	err := l.st.Update(ctx, audit.Of(l.who, "demo.people", s.u.Province(), p.ID), func(tx *store.Tx) error { return tx.Enrol([]store.Enrolment{e}) })
	return p.ID, err
}

// cast is who takes part in a unit: how many are official on a day, and members who introduce and help.
type cast struct {
	officials map[day.Date]int
	old       []person.Person
}

func (l *liver) cast(ctx context.Context, u org.Unit, on map[dossier.Step]day.Date) (cast, error) {
	c := cast{officials: map[day.Date]int{}}
	err := l.st.View(ctx, func(tx *store.Tx) error {
		ps, err := tx.Officials(u.ID)
		if err != nil {
			return err
		}
		c.old = old(ps, l.k.today)
		for s, d := range on {
			if !s.Votes() {
				continue
			}
			if c.officials[d], err = tx.OfficialsOn(u.ID, d); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

// form fills in what each step records.
func (l *liver) form(p id.ID, c cast, s dossier.Step, on day.Date) dossiers.ActForm {
	f := dossiers.ActForm{Person: p, Version: dossiers.AnyVersion, Step: s, On: on}
	x := &f.Details
	l.no++
	paper := func(kind string) { f.No, f.Dated = fmt.Sprintf("%02d-%s", 1+l.no%90, kind), on }
	if s.Votes() {
		x.Vote = votes(l.k.r, s, c.officials[on])
		x.Minutes = fmt.Sprintf("Biên bản họp ngày %s", on.VN())
	}
	if s.Reasoned() {
		x.Reason = reasons[s]
	}
	var helper id.ID
	if len(c.old) > 0 {
		helper = c.old[l.no%len(c.old)].ID
	}
	switch s {
	case dossier.Propose:
		who := proposers[l.no%len(proposers)]
		x.By, x.Body, x.Reason = who.by, who.body, "Tích cực trong công tác và phong trào ở đơn vị"
	case dossier.Adopt:
		paper("NQ/CB")
		x.Helper, x.HelperPaper = helper, f.No
	case dossier.Send:
		x.Text = "Lớp bồi dưỡng nhận thức về Đảng"
	case dossier.Certify:
		f.No, x.Issuer, x.Grade = l.k.certificate(), "Trung tâm Chính trị", "khá"
	case dossier.Open:
		x.Route = "b"
	case dossier.Introduce:
		x.Introducers = []dossier.Introducer{{Member: helper, Since: on.AddMonths(-26)}}
		x.Body = "Ban Chấp hành Đoàn cơ sở"
	case dossier.CellVote, dossier.CellRecognise:
		paper("NQ/CB")
	case dossier.CommitteeVote, dossier.CommitteeAgree:
		paper("NQ/ĐU")
	case dossier.SectionReport, dossier.SectionAgree:
		paper("BC/ĐUBP")
	case dossier.Decide, dossier.Recognise, dossier.Strike, dossier.Cancel:
		paper("QĐ/ĐU")
	case dossier.Ceremony:
		x.Place, x.Helper = "Hội trường chi bộ", helper
	case dossier.NewCourse:
		f.No, x.Issuer = l.k.certificate(), "Trung tâm Chính trị"
	case dossier.Card:
		f.No = fmt.Sprintf("%s9%09d", l.k.province, l.no)
	case dossier.SendBack:
		x.To = string(dossier.Opinions)
	case dossier.Refuse:
		x.By = dossier.ByDecider
	}
	return f
}

// reasons are what is written when the way does not lead on.
var reasons = map[dossier.Step]string{
	dossier.SendBack: "Phần nhận xét của tổ chức chính trị - xã hội còn thiếu, đề nghị lấy lại ý kiến",
	dossier.Refuse:   "Cần tiếp tục phấn đấu, chi bộ theo dõi thêm",
	dossier.Drop:     "Chuyển đi làm ăn xa, không còn nguyện vọng",
	dossier.Withdraw: "Người xin vào Đảng rút đơn vì hoàn cảnh gia đình",
	dossier.Strike:   "Không sinh hoạt nhiều tháng, không có lý do chính đáng",
	dossier.Cancel:   "Quyết định ban hành khi chưa đủ thủ tục",
}

// votes are figures of a meeting at which nearly everybody agrees.
func votes(r *rand.Rand, s dossier.Step, officials int) *dossier.Vote {
	n := officials
	if s == dossier.CommitteeVote || s == dossier.CommitteeAgree {
		n = 13
	}
	v := &dossier.Vote{Officials: n, Excluded: r.IntN(1 + n/12)}
	v.Summoned = n - v.Excluded
	v.Present = v.Summoned - r.IntN(1+n/10)
	v.Issued, v.Valid = v.Present, v.Present
	v.For = v.Present - r.IntN(1+n/14)
	return v
}
