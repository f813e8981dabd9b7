package rule_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/rule"
)

// sound are facts that every regime lets through, for one step: a Youth Union member of 19 in a cell of twelve
// under a section and a grassroots committee, everything in time.
func sound(step string, from day.Date) rule.Facts {
	open := from.AddDays(40)
	f := rule.Facts{
		Step: step, Today: from.AddDays(900), Route: "b", Helpers: 1, Opinions: 2, No: "01-NQ/CB",
		Person:    rule.PersonFacts{Birth: open.AddMonths(-19 * 12), Schooling: 4, Youth: true, Stage: "dossier", Live: 1},
		Cell:      rule.UnitFacts{Known: true, ID: 1, Kind: "cell", Officials: 12, Youth: true},
		Section:   rule.UnitFacts{Known: true, ID: 2, Kind: "section"},
		Committee: rule.UnitFacts{Known: true, ID: 3, Kind: "grassroots"},
		Decider:   rule.UnitFacts{Known: true, ID: 4, Kind: "upper", Power: "standing"},
		Cert:      rule.CertFacts{Known: true, Issued: from.AddDays(5)}, Course: rule.CertFacts{Known: true, Issued: from.AddDays(400)},
		Introducers: []rule.MemberFacts{{Known: true, ID: 11, Official: true, SameUnit: true, Since: from.AddMonths(-24)}, {Known: true, ID: 12, Official: true, SameUnit: true, Since: from.AddMonths(-13)}},
		Helper:      rule.MemberFacts{Known: true, ID: 13, Official: true, SameUnit: true},
		Vote:        rule.VoteFacts{Known: true, Officials: 12, Excluded: 2, Summoned: 10, Present: 9, Issued: 9, Valid: 9, For: 9},
		Relatives:   rule.RelativeFacts{Total: 5, Exempt: 2, Asked: 3, Answered: 3},
		Papers:      map[string]int{"application": int(open), "cv": int(open.AddDays(5)), "opinions": 0},
	}
	if step == "decide" || step == "committee_vote" || step == "committee_agree" || step == "recognise" {
		f.Vote = rule.VoteFacts{Known: true, Officials: 9, Summoned: 9, Present: 8, Issued: 8, Valid: 8, For: 7}
	}
	ceremony := from.AddDays(150)
	if step == "discipline" {
		f.Penalty = "reprimand"
	}
	if step == "strike" {
		f.Person.Stage = "probationary"
	}
	f.Dates = map[string]int{"open": int(open)}
	at := map[string]day.Date{"open": open, "cv": open, "introduce": open, "verify": from.AddDays(70), "opinions": from.AddDays(75), "cell_vote": from.AddDays(80),
		"section_report": from.AddDays(85), "committee_vote": from.AddDays(90), "decide": from.AddDays(110), "receive": from.AddDays(115), "ceremony": ceremony, "own_cv": ceremony.AddDays(10),
		"cell_recognise": ceremony.AddMonths(12).AddDays(10), "committee_agree": ceremony.AddMonths(12).AddDays(15), "recognise": ceremony.AddMonths(12).AddDays(25)}
	f.On = at[step]
	if f.On == day.None {
		f.On = from.AddDays(20)
	}
	for s, d := range at {
		if d < f.On {
			f.Dates[s] = int(d)
		}
	}
	f.PaperDate = f.On
	return f
}

// wrong is one case of real life: what is changed, and the check that must speak.
type wrong struct {
	name  string
	step  string
	edit  func(f *rule.Facts)
	check string // "" when everything must still hold
	level rule.Level
	only  []string // regimes; nil is all
	not   []string // regimes in which it is no fault
}

var old = []string{"qd45", "qd29", "qd24", "qd232", "qd294", "qd20"}

func voted(v rule.VoteFacts) func(*rule.Facts) {
	v.Known = true
	return func(f *rule.Facts) { f.Vote = v }
}

var wrongs = []wrong{
	{"a pupil of 15 in the pool", "adopt", func(f *rule.Facts) { f.Person.Birth = f.On.AddMonths(-15 * 12) }, "age.pool", rule.Warn, nil, nil},
	{"17 and eleven months when the dossier opens", "open", func(f *rule.Facts) { f.Person.Birth = f.On.AddMonths(-215) }, "age.soon", rule.Warn, nil, nil},
	{"another dossier of the same name and birth", "open", func(f *rule.Facts) { f.Person.Live = 2 }, "dossier.twin", rule.Warn, nil, nil},
	{"18 on the day after the meeting", "cell_vote", func(f *rule.Facts) { f.Person.Birth = f.On.AddDays(1).AddMonths(-216) }, "age.min", rule.Refuse, nil, nil},
	{"18 on the day of the meeting", "cell_vote", func(f *rule.Facts) { f.Person.Birth = f.On.AddMonths(-216) }, "", "", nil, nil},
	{"no birthday", "cell_vote", func(f *rule.Facts) { f.Person.Birth = 0 }, "birth.known", rule.Refuse, nil, nil},
	{"60 years and no more", "cell_vote", func(f *rule.Facts) { f.Person.Birth, f.Person.Youth = f.On.AddMonths(-720), false }, "", "", nil, nil},
	{"60 years and a month", "cell_vote", func(f *rule.Facts) { f.Person.Birth = f.On.AddMonths(-721) }, "age.max", rule.Warn, nil, nil},
	{"60 years and a month, with consent", "cell_vote", func(f *rule.Facts) { f.Person.Birth, f.Consent = f.On.AddMonths(-721), true }, "", "", nil, nil},
	{"decided over 60 without consent", "decide", func(f *rule.Facts) { f.Person.Birth = day.Date(f.Dates["cell_vote"]).AddMonths(-722) }, "age.consent", rule.Refuse, nil, nil},
	{"decided over 60 with consent", "decide", func(f *rule.Facts) { f.Person.Birth, f.Consent = day.Date(f.Dates["cell_vote"]).AddMonths(-722), true }, "", "", nil, nil},
	{"60 at the meeting, over 60 at the decision", "decide", func(f *rule.Facts) { f.Person.Birth = day.Date(f.Dates["cell_vote"]).AddMonths(-720) }, "", "", nil, nil},
	{"schooling not told", "cell_vote", func(f *rule.Facts) { f.Person.Schooling = 0 }, "school.known", rule.Warn, nil, nil},
	{"primary school in town", "cell_vote", func(f *rule.Facts) { f.Person.Schooling = 2 }, "school.min", rule.Refuse, nil, nil},
	{"primary school in the mountains", "cell_vote", func(f *rule.Facts) { f.Person.Schooling, f.Person.HardArea = 2, true }, "", "", nil, nil},
	{"an elder who reads, without consent", "cell_vote", func(f *rule.Facts) { f.Person.Schooling, f.Person.HardArea = 1, true }, "school.min", rule.Refuse, nil, nil},
	{"an elder who reads, with consent", "cell_vote", func(f *rule.Facts) { f.Person.Schooling, f.Person.HardArea, f.Consent = 1, true, true }, "", "", nil, nil},
	{"primary school sent to the course", "send", func(f *rule.Facts) { f.Person.Schooling = 2 }, "school.course", rule.Warn, nil, nil},
	{"dossier without a certificate", "open", func(f *rule.Facts) { f.Cert = rule.CertFacts{} }, "cert.known", rule.Warn, nil, nil},
	{"meeting without a certificate", "cell_vote", func(f *rule.Facts) { f.Cert = rule.CertFacts{} }, "cert.needed", rule.Refuse, nil, nil},
	{"certificate of exactly 60 months", "cell_vote", func(f *rule.Facts) { f.Cert.Issued = f.On.AddMonths(-60) }, "", "", nil, nil},
	{"certificate of 60 months and a day", "cell_vote", func(f *rule.Facts) { f.Cert.Issued = f.On.AddMonths(-60).AddDays(-1) }, "cert.valid", rule.Refuse, nil, nil},
	{"an application of 13 months", "cell_vote", func(f *rule.Facts) { f.Papers["application"] = int(f.On.AddMonths(-13)) }, "papers.fresh", rule.Warn, nil, nil},
	{"an opinion of 13 months at the decision", "decide", func(f *rule.Facts) { f.Papers["opinions"] = int(f.On.AddMonths(-13)) }, "papers.fresh", rule.Warn, nil, nil},
	{"one introducer on route a", "introduce", func(f *rule.Facts) {
		f.Route, f.Person.Youth, f.Cell.Youth, f.Introducers = "a", false, false, f.Introducers[:1]
	}, "introducers.count", rule.Refuse, nil, nil},
	{"one introducer beside the Youth Union", "introduce", func(f *rule.Facts) { f.Introducers = f.Introducers[:1] }, "", "", nil, nil},
	{"nobody introduces", "introduce", func(f *rule.Facts) { f.Introducers = nil }, "introducers.count", rule.Refuse, nil, nil},
	{"the same introducer twice", "introduce", func(f *rule.Facts) { f.Introducers[1] = f.Introducers[0] }, "introducers.distinct", rule.Refuse, nil, nil},
	{"a probationer introduces", "introduce", func(f *rule.Facts) { f.Introducers[0].Official = false }, "introducers.official", rule.Refuse, nil, nil},
	{"the person introduces themself", "introduce", func(f *rule.Facts) { f.Introducers[0].Self = true }, "introducers.official", rule.Refuse, nil, nil},
	{"an introducer of another commune", "introduce", func(f *rule.Facts) { f.Introducers[0].SameUnit = false }, "introducers.unit", rule.Refuse, nil, nil},
	{"an introducer of eleven months", "introduce", func(f *rule.Facts) { f.Introducers[0].Since = f.On.AddMonths(-11) }, "introducers.together", rule.Refuse, nil, nil},
	{"an introducer of twelve months", "introduce", func(f *rule.Facts) { f.Introducers[0].Since = f.On.AddMonths(-12) }, "", "", nil, nil},
	{"an introducer since nobody knows when", "introduce", func(f *rule.Facts) { f.Introducers[0].Since = 0 }, "introducers.since", rule.Warn, nil, nil},
	{"two members for a Youth Union member", "introduce", func(f *rule.Facts) { f.Route = "a" }, "route.youth", rule.Refuse, nil, nil},
	{"of youth age and not in the Union", "introduce", func(f *rule.Facts) { f.Person.Youth, f.Route = false, "a" }, "route.youth_age", rule.Warn, nil, nil},
	{"two members for a union member in an enterprise", "introduce", func(f *rule.Facts) {
		f.Person.Youth, f.Person.Union, f.Cell.Youth, f.Cell.Union, f.Route = false, true, false, true, "a"
	}, "route.union", rule.Warn, nil, nil},
	{"the trade union introduces a union member", "introduce", func(f *rule.Facts) {
		f.Person.Youth, f.Person.Union, f.Cell.Youth, f.Cell.Union, f.Route = false, true, false, true, "c"
	}, "", "", nil, nil},
	{"the trade union introduces who is not in it", "introduce", func(f *rule.Facts) { f.Person.Youth, f.Cell.Youth, f.Route = false, false, "c" }, "route.fits", rule.Refuse, nil, nil},
	{"adopted without a helper", "adopt", func(f *rule.Facts) { f.Helper, f.Helpers = rule.MemberFacts{}, 0 }, "helper.assigned", rule.Refuse, nil, nil},
	{"a ceremony without a helper", "ceremony", func(f *rule.Facts) { f.Helper, f.Helpers = rule.MemberFacts{}, 0 }, "helper.probation", rule.Warn, nil, nil},
	{"a probationer helps", "help", func(f *rule.Facts) { f.Helper.Official = false }, "helper.official", rule.Refuse, nil, nil},
	{"their own helper", "help", func(f *rule.Facts) { f.Helper.Self = true }, "helper.self", rule.Refuse, nil, nil},
	{"a helper of another cell", "help", func(f *rule.Facts) { f.Helper.SameUnit = false }, "helper.unit", rule.Warn, nil, nil},
	{"the mother is not named", "verify", func(f *rule.Facts) { f.Relatives = rule.RelativeFacts{Total: 1, Asked: 1, Answered: 1} }, "relatives.listed", rule.Warn, nil, nil},
	{"only the parents, one of them a member", "verify", func(f *rule.Facts) { f.Relatives = rule.RelativeFacts{Total: 2, Exempt: 1, Asked: 1, Answered: 1} }, "", "", nil, nil},
	{"a grandfather not answered for", "verify", func(f *rule.Facts) { f.Relatives.Answered = 2 }, "relatives.answered", rule.Warn, nil, nil},
	{"an exemption nobody can prove", "verify", func(f *rule.Facts) { f.Relatives.Unproven = 1 }, "relatives.proven", rule.Warn, nil, nil},
	{"a summary of no opinions", "opinions", func(f *rule.Facts) { f.Opinions = 0 }, "opinions.given", rule.Warn, nil, nil},
	{"a resolution without votes", "cell_vote", func(f *rule.Facts) { f.Vote = rule.VoteFacts{} }, "vote.known", rule.Refuse, nil, nil},
	{"a decision without votes", "decide", func(f *rule.Facts) { f.Vote = rule.VoteFacts{} }, "vote.decision", rule.Warn, nil, nil},
	{"13 excluded of 12", "cell_vote", voted(rule.VoteFacts{Officials: 12, Excluded: 13, Summoned: -1, Present: -1, Issued: -1, Valid: -1}), "vote.excluded", rule.Refuse, nil, nil},
	{"12 summoned, 2 of them excluded", "cell_vote", voted(rule.VoteFacts{Officials: 12, Excluded: 2, Summoned: 12, Present: 10, Issued: 10, Valid: 10, For: 10}), "vote.summoned", rule.Refuse, nil, nil},
	{"more present than summoned", "cell_vote", voted(rule.VoteFacts{Officials: 12, Excluded: 2, Summoned: 10, Present: 11, Issued: 10, Valid: 10, For: 10}), "vote.present", rule.Refuse, nil, nil},
	{"more ballots than people", "cell_vote", voted(rule.VoteFacts{Officials: 12, Excluded: 2, Summoned: 10, Present: 9, Issued: 10, Valid: 9, For: 9}), "vote.issued", rule.Refuse, nil, nil},
	{"more valid than issued", "cell_vote", voted(rule.VoteFacts{Officials: 12, Excluded: 2, Summoned: 10, Present: 9, Issued: 8, Valid: 9, For: 8}), "vote.valid", rule.Refuse, nil, nil},
	{"more in favour than valid", "cell_vote", voted(rule.VoteFacts{Officials: 12, Excluded: 2, Summoned: 10, Present: 9, Issued: 9, Valid: 8, For: 9}), "vote.for", rule.Refuse, nil, nil},
	{"half the cell came", "cell_vote", voted(rule.VoteFacts{Officials: 12, Summoned: 12, Present: 7, Issued: 7, Valid: 7, For: 7}), "vote.quorum", rule.Warn, nil, nil},
	{"7 of 10: two thirds is 7", "cell_vote", voted(rule.VoteFacts{Officials: 12, Excluded: 2, Summoned: 10, Present: 9, Issued: 9, Valid: 9, For: 7}), "", "", nil, nil},
	{"6 of 10", "cell_vote", voted(rule.VoteFacts{Officials: 12, Excluded: 2, Summoned: 10, Present: 9, Issued: 9, Valid: 9, For: 6}), "vote.share", rule.Refuse, nil, nil},
	{"all present in favour, too few of the whole", "cell_recognise", voted(rule.VoteFacts{Officials: 12, Summoned: 12, Present: 8, Issued: 8, Valid: 7, For: 7}), "vote.share", rule.Refuse, nil, nil},
	{"5 of 9 of the grassroots committee", "committee_vote", voted(rule.VoteFacts{Officials: 9, Summoned: 9, Present: 9, Issued: 9, Valid: 9, For: 5}), "vote.share", rule.Refuse, nil, nil},
	{"5 of 9 of the standing committee: more than half", "decide", voted(rule.VoteFacts{Officials: 9, Summoned: 9, Present: 9, Issued: 9, Valid: 9, For: 5}), "", "", nil, nil},
	{"4 of 8 of the standing committee: only half", "decide", voted(rule.VoteFacts{Officials: 8, Summoned: 8, Present: 8, Issued: 8, Valid: 8, For: 4}), "vote.decided", rule.Refuse, nil, nil},
	{"5 of 9 of an empowered committee", "decide", func(f *rule.Facts) {
		f.Decider = f.Committee
		f.Decider.Power = "committee"
		f.Vote = rule.VoteFacts{Known: true, Officials: 9, Summoned: 9, Present: 9, Issued: 9, Valid: 9, For: 5}
	}, "vote.decided", rule.Refuse, old, nil},
	{"an empowered committee decides", "decide", func(f *rule.Facts) { f.Decider = f.Committee; f.Decider.Power = "committee" }, "decide.power", rule.Refuse, []string{"qd208"}, old},
	{"the standing committee of a commune decides", "decide", func(f *rule.Facts) { f.Decider = f.Committee; f.Decider.Power = "standing" }, "", "", nil, nil},
	{"the collective of a province decides", "decide", func(f *rule.Facts) { f.Decider.Kind, f.Decider.Power = "province", "collective" }, "", "", nil, nil},
	{"the collective of a commune decides", "decide", func(f *rule.Facts) { f.Decider.Power = "collective" }, "decide.power", rule.Refuse, nil, nil},
	{"2 official members and a probationer", "cell_recognise", func(f *rule.Facts) {
		f.Cell.Officials = 2
		f.Vote = rule.VoteFacts{Known: true, Officials: 2, Summoned: 2, Present: 2, Issued: 2, Valid: 2, For: 2}
	}, "cell.officials", rule.Refuse, nil, nil},
	{"a probationer was counted", "cell_vote", func(f *rule.Facts) { f.Cell.Officials = 11 }, "cell.counted", rule.Warn, nil, nil},
	{"a third failed vote", "cell_recognise", func(f *rule.Facts) { f.FailedVotes = 3 }, "cell.failed", rule.Refuse, nil, nil},
	{"a second failed vote", "cell_recognise", func(f *rule.Facts) { f.FailedVotes = 2 }, "", "", nil, nil},
	{"a resolution without a number", "cell_vote", func(f *rule.Facts) { f.No = "" }, "number.given", rule.Warn, nil, nil},
	{"a decision without a day", "decide", func(f *rule.Facts) { f.PaperDate = 0 }, "number.decision", rule.Refuse, nil, nil},
	{"an organ without power that day", "decide", func(f *rule.Facts) { f.Decider.Power = "" }, "decide.power", rule.Refuse, nil, nil},
	{"nobody has the power", "recognise", func(f *rule.Facts) { f.Decider = rule.UnitFacts{} }, "decide.power", rule.Refuse, nil, nil},
	{"an owner decided by a commune", "decide", func(f *rule.Facts) { f.Person.Owner, f.Decider.Kind = true, "grassroots" }, "decide.owner", rule.Warn, nil, nil},
	{"the 61st working day", "decide", func(f *rule.Facts) { f.On = working(f.Dates["cell_vote"], 61) }, "decide.late", rule.Warn, nil, nil},
	{"the 60th working day", "decide", func(f *rule.Facts) { f.On = working(f.Dates["cell_vote"], 60) }, "", "", nil, nil},
	{"the 61st working day, extended", "decide", func(f *rule.Facts) {
		f.On = working(f.Dates["cell_vote"], 61)
		f.Until = working(f.Dates["cell_vote"], 90)
	}, "", "", nil, nil},
	{"ethnic Hoa without three generations", "cell_vote", func(f *rule.Facts) { f.Person.Hoa = true }, "special.hoa", rule.Warn, nil, nil},
	{"ethnic Hoa with three generations", "cell_vote", func(f *rule.Facts) { f.Person.Hoa, f.Papers["three_generations"] = true, 0 }, "", "", nil, nil},
	{"a believer nobody at home was asked about", "cell_vote", func(f *rule.Facts) { f.Person.Religious, f.OpinionsOf = true, []string{"union"} }, "special.religion", rule.Warn, nil, nil},
	{"a believer known at home", "cell_vote", func(f *rule.Facts) { f.Person.Religious, f.OpinionsOf = true, []string{"union", "front"} }, "", "", nil, nil},
	{"married to a foreigner, no opinion", "cell_vote", func(f *rule.Facts) { f.Special.ForeignSpouse, f.Papers["foreign_marriage"] = true, 0 }, "special.foreign", rule.Warn, nil, nil},
	{"married to a foreigner, no report", "cell_vote", func(f *rule.Facts) { f.Special.ForeignSpouse, f.OpinionsOf = true, []string{"superior"} }, "special.foreign", rule.Warn, nil, nil},
	{"married to a foreigner, both there", "cell_vote", func(f *rule.Facts) {
		f.Special.ForeignSpouse, f.OpinionsOf, f.Papers["foreign_marriage"] = true, []string{"protection"}, 0
	}, "", "", nil, nil},
	{"relatives abroad not asked about", "verify", func(f *rule.Facts) { f.Special.Abroad = true }, "special.abroad", rule.Warn, nil, nil},
	{"relatives abroad asked about", "verify", func(f *rule.Facts) { f.Special.Abroad, f.Relatives.Abroad = true, 1 }, "", "", nil, nil},
	{"a political question nobody looked at", "cell_vote", func(f *rule.Facts) { f.Special.Political = true }, "special.political", rule.Warn, nil, nil},
	{"a political question with an opinion", "cell_vote", func(f *rule.Facts) { f.Special.Political, f.OpinionsOf = true, []string{"protection"} }, "", "", nil, nil},
	{"decided before the political question is", "decide", func(f *rule.Facts) { f.Special.Political = true }, "special.concluded", rule.Refuse, nil, nil},
	{"decided after the political question was", "decide", func(f *rule.Facts) { f.Special.Political, f.Papers["political_conclusion"] = true, 0 }, "", "", nil, nil},
	{"a third child 23 months ago", "cell_vote", func(f *rule.Facts) { f.Special.Child, f.Special.ChildBorn = 3, f.On.AddMonths(-23) }, "special.child", rule.Refuse, []string{"qd45", "qd29", "qd24", "qd232"}, nil},
	{"a third child 23 months ago, today", "cell_vote", func(f *rule.Facts) { f.Special.Child, f.Special.ChildBorn = 3, f.On.AddMonths(-23) }, "special.child", rule.Warn, []string{"qd294", "qd20", "qd208"}, nil},
	{"a third child 24 months ago", "cell_vote", func(f *rule.Facts) { f.Special.Child, f.Special.ChildBorn = 3, f.On.AddMonths(-24) }, "", "", nil, nil},
	{"a fourth child 24 months ago", "cell_vote", func(f *rule.Facts) { f.Special.Child, f.Special.ChildBorn = 4, f.On.AddMonths(-24) }, "special.child", rule.Refuse, []string{"qd45", "qd29", "qd24", "qd232"}, nil},
	{"an applicant under discipline", "open", func(f *rule.Facts) { f.Special.Discipline = "pending" }, "special.discipline", rule.Warn, nil, nil},
	{"an applicant whose discipline holds", "cell_vote", func(f *rule.Facts) { f.Special.Discipline = "standing" }, "special.discipline", rule.Warn, nil, nil},
	{"no cell at home and nobody assigned", "open", func(f *rule.Facts) { f.Special.Assigned = true }, "special.assigned", rule.Warn, nil, nil},
	{"no cell at home, one assigned", "open", func(f *rule.Facts) { f.Special.Assigned, f.Papers["assignment"] = true, 0 }, "", "", nil, nil},
	{"a probationer dismissed", "discipline", func(f *rule.Facts) { f.Penalty = "dismissal" }, "discipline.form", rule.Refuse, nil, nil},
	{"a probationer warned", "discipline", func(f *rule.Facts) { f.Penalty = "warning" }, "", "", nil, nil},
	{"disciplined during probation", "cell_recognise", func(f *rule.Facts) { f.Dates["discipline"] = int(f.On.AddMonths(-3)) }, "discipline.noted", rule.Warn, nil, nil},
	{"left over the population policy", "open", func(f *rule.Facts) {
		f.Readmit = rule.ReadmitFacts{Before: true, Left: f.On.AddMonths(-30), Cause: "population"}
	}, "readmit.population", rule.Warn, nil, nil},
	{"left 35 months ago", "open", func(f *rule.Facts) { f.Readmit = rule.ReadmitFacts{Before: true, Left: f.On.AddMonths(-35)} }, "readmit.wait", rule.Refuse, nil, nil},
	{"left 36 months ago", "open", func(f *rule.Facts) { f.Readmit = rule.ReadmitFacts{Before: true, Left: f.On.AddMonths(-36)} }, "", "", nil, nil},
	{"record cleared 59 months ago", "open", func(f *rule.Facts) {
		f.Readmit = rule.ReadmitFacts{Before: true, Left: f.On.AddMonths(-99), Cause: "crime", Cleared: f.On.AddMonths(-59)}
	}, "readmit.crime", rule.Refuse, nil, nil},
	{"left nobody knows when", "open", func(f *rule.Facts) { f.Readmit = rule.ReadmitFacts{Before: true} }, "readmit.left", rule.Warn, nil, nil},
	{"readmitted before", "open", func(f *rule.Facts) { f.Readmit = rule.ReadmitFacts{Before: true, Left: f.On.AddMonths(-90), Times: 1} }, "readmit.once", rule.Refuse, nil, nil},
	{"left for causing disunity", "open", func(f *rule.Facts) {
		f.Readmit = rule.ReadmitFacts{Before: true, Left: f.On.AddMonths(-90), Cause: "disunity"}
	}, "readmit.cause", rule.Refuse, nil, nil},
	{"readmitted without consent", "decide", func(f *rule.Facts) { f.Readmit = rule.ReadmitFacts{Before: true, Left: f.On.AddMonths(-90)} }, "readmit.consent", rule.Refuse, nil, nil},
	{"readmitted with consent", "decide", func(f *rule.Facts) {
		f.Readmit, f.Consent = rule.ReadmitFacts{Before: true, Left: f.On.AddMonths(-90)}, true
	}, "", "", nil, nil},
	{"a ceremony 31 working days after receipt", "ceremony", func(f *rule.Facts) { f.On = working(f.Dates["receive"], 31) }, "ceremony.late", rule.Warn, nil, nil},
	{"a ceremony 30 working days after receipt", "ceremony", func(f *rule.Facts) { f.On = working(f.Dates["receive"], 30) }, "ceremony.late", rule.Warn, []string{"qd208"}, old},
	{"a ceremony 30 working days after the decision", "ceremony", func(f *rule.Facts) { f.On = working(f.Dates["decide"], 30) }, "", "", nil, nil},
	{"a late ceremony agreed to", "ceremony", func(f *rule.Facts) { f.On, f.Until = working(f.Dates["receive"], 40), working(f.Dates["receive"], 40) }, "", "", nil, nil},
	{"a ceremony before the decision", "ceremony", func(f *rule.Facts) { f.On = day.Date(f.Dates["decide"]).AddDays(-1); delete(f.Dates, "receive") }, "ceremony.after", rule.Refuse, nil, nil},
	{"the own CV after 31 working days", "own_cv", func(f *rule.Facts) { f.On = working(f.Dates["ceremony"], 31) }, "own_cv.late", rule.Warn, nil, nil},
	{"recognised a day before month 12", "cell_recognise", func(f *rule.Facts) {
		f.On = day.Date(f.Dates["ceremony"]).AddMonths(12).AddDays(-1)
		f.PaperDate = f.On
	}, "recognise.early", rule.Refuse, nil, nil},
	{"a resolution dated before month 12", "cell_recognise", func(f *rule.Facts) { f.PaperDate = day.Date(f.Dates["ceremony"]).AddMonths(12).AddDays(-1) }, "recognise.early", rule.Refuse, nil, nil},
	{"considered two months late", "cell_recognise", func(f *rule.Facts) { f.On = day.Date(f.Dates["ceremony"]).AddMonths(14); f.PaperDate = f.On }, "recognise.late", rule.Warn, nil, nil},
	{"recognised after 31 working days", "recognise", func(f *rule.Facts) { f.On = working(f.Dates["cell_recognise"], 31) }, "recognise.decided", rule.Warn, nil, nil},
	{"recognised after 31 working days, extended", "recognise", func(f *rule.Facts) { f.On = working(f.Dates["cell_recognise"], 31); f.Until = f.On }, "", "", nil, nil},
	{"no course of new members", "cell_recognise", func(f *rule.Facts) { f.Course = rule.CertFacts{} }, "course.needed", rule.Refuse, nil, nil},
	{"struck off without being a probationer", "strike", func(f *rule.Facts) { f.Person.Stage = "pool" }, "strike.probationer", rule.Refuse, nil, nil},
	{"citing a regulation of 2001", "cell_vote", func(f *rule.Facts) { f.Cited = "Căn cứ Quy định số 45 - QĐ/TW" }, "cited.holds", rule.Warn, nil, []string{"qd45"}},
}

func working(from int, n int) day.Date {
	cal, err := day.NewCalendar(nil)
	if err != nil {
		panic(err)
	}
	return cal.AddWorking(day.Date(from), n)
}

// TestCases: in every regime sound facts pass every check of every step, each case is found by its check and
// by no other, and every check of every regime has a case.
func TestCases(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range b.Packs() {
		t.Run(p.ID, func(t *testing.T) {
			from := p.From.AddMonths(1)
			for _, s := range p.AllSteps() {
				if bad := failing(t, p, sound(s.Step, from)); len(bad) > 0 {
					t.Errorf("sound facts of %s: %v", s.Step, bad)
				}
			}
			spoke := map[string]bool{}
			for _, w := range wrongs {
				if w.only != nil && !slices.Contains(w.only, p.ID) && !slices.Contains(w.not, p.ID) {
					continue
				}
				f := sound(w.step, from)
				w.edit(&f)
				bad := failing(t, p, f)
				want := map[string]rule.Level{}
				if w.check != "" && !slices.Contains(w.not, p.ID) {
					want[w.check] = w.level
					spoke[w.check] = true
				}
				// figures that do not add up may break several relations at once
				if strings.HasPrefix(w.check, "vote.") {
					maps.DeleteFunc(bad, func(c string, _ rule.Level) bool { return c != w.check && strings.HasPrefix(c, "vote.") })
				}
				if !maps.Equal(bad, want) {
					t.Errorf("%s: found %v, not %v", w.name, bad, want)
				}
			}
			for _, c := range p.Checks() {
				if !spoke[c.Key] && !(c.Key == "cited.holds" && p.ID == "qd45") {
					t.Errorf("no case for %s", c.Key)
				}
			}
		})
	}
}

func failing(t *testing.T, p *rule.Pack, f rule.Facts) map[string]rule.Level {
	t.Helper()
	found, err := p.Examine(f)
	if err != nil {
		t.Fatal(err)
	}
	bad := map[string]rule.Level{}
	for _, x := range found {
		if x.Level == rule.Pass {
			continue
		}
		bad[x.Check] = x.Level
		if x.Text["vi"] == "" || x.Text["en"] == "" || x.Clause == "" {
			t.Errorf("%s says nothing: %+v", x.Check, x)
		}
	}
	return bad
}

// TestSteps: the way is computed from the tree and the powers, and packs know every step of the machine.
func TestSteps(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range b.Packs() {
		for name, c := range map[string]struct {
			edit func(*rule.Facts)
			gone []string
		}{
			"the whole way": {func(*rule.Facts) {}, nil},
			"no section":    {func(f *rule.Facts) { f.Section = rule.UnitFacts{} }, []string{"section_report", "section_agree"}},
			"a base cell": {func(f *rule.Facts) {
				f.Section, f.Committee = rule.UnitFacts{}, rule.UnitFacts{}
				f.Cell.Kind = "base_cell"
			},
				[]string{"section_report", "section_agree", "committee_vote", "committee_agree"}},
			"the standing committee decides itself": {func(f *rule.Facts) { f.Decider = f.Committee; f.Decider.Power = "standing" }, []string{"submit", "submit_recognise"}},
			"the empowered committee decides itself": {func(f *rule.Facts) { f.Decider = f.Committee; f.Decider.Power = "committee" },
				[]string{"committee_vote", "committee_agree", "submit", "submit_recognise"}},
		} {
			f := sound("open", p.From)
			c.edit(&f)
			steps, err := p.Steps(f)
			if err != nil {
				t.Fatal(err)
			}
			var have []string
			for _, s := range steps {
				have = append(have, s.Step)
			}
			for _, s := range p.AllSteps() {
				if want := !s.Exit && !slices.Contains(c.gone, s.Step); want != slices.Contains(have, s.Step) {
					t.Errorf("%s, %s: step %s", p.ID, name, s.Step)
				}
			}
		}
	}
}

// TestStepsOfTheMachine: codes of steps agree with those of package dossier, in its order.
func TestStepsOfTheMachine(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range b.Packs() {
		var chain, all []dossier.Step
		for _, s := range p.AllSteps() {
			all = append(all, dossier.Step(s.Step))
			if !s.Exit && !s.Repeat {
				chain = append(chain, dossier.Step(s.Step))
			}
		}
		want := dossier.Steps()
		if !slices.Equal(chain, want[:len(chain)]) {
			t.Errorf("%s: %v, not %v", p.ID, chain, want[:len(chain)])
		}
		slices.Sort(all)
		slices.Sort(want)
		if !slices.Equal(all, want) {
			t.Errorf("%s knows %v, the machine %v", p.ID, all, want)
		}
	}
}

// TestEverythingHasASource: who reads a value can see where it comes from, how sure that is and since when.
func TestEverythingHasASource(t *testing.T) {
	b, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string]rule.Document{}
	for _, d := range b.Documents() {
		docs[d.Key] = d
	}
	for _, p := range b.Packs() {
		n := 0
		origin := func(what string, o rule.Origin) {
			n++
			if o.Source == "" || o.Doc == "" || !slices.Contains([]string{"sure", "likely", "unsure"}, o.Sure) || !o.Since.Valid() {
				t.Errorf("%s: %s: %+v", p.ID, what, o)
			}
			// hd12_2022 may be cited after its day: the day of its successor is not known
			if d := docs[o.Doc]; d.Until != 0 && d.Until < p.From && d.Role != "other" {
				t.Errorf("%s: %s rests on %s, which ended on %s", p.ID, what, d, d.Until)
			}
		}
		for _, v := range p.Values() {
			origin("value "+v.Key, v.Origin)
		}
		for _, c := range p.Clocks() {
			origin("clock "+c.Key, rule.Origin{Doc: "x", Source: c.Source, Sure: c.Sure, Since: c.Since})
			if c.Text["vi"] == "" || c.Text["en"] == "" || c.Miss["vi"] == "" || c.Miss["en"] == "" || c.Length <= 0 {
				t.Errorf("%s: clock %s says too little", p.ID, c.Key)
			}
		}
		for _, c := range p.Checks() {
			origin("check "+c.Key, c.Origin)
		}
		for _, s := range p.AllSteps() {
			origin("step "+s.Step, s.Origin)
		}
		for _, x := range p.Papers() {
			origin("paper "+x.Key, x.Origin)
		}
		for _, x := range p.Forms() {
			origin("form "+x.Code, x.Origin)
		}
		for _, x := range p.Votes() {
			origin("vote "+x.Step, x.Origin)
		}
		for _, x := range p.Deciders() {
			origin("decider "+x.Power, x.Origin)
		}
		t.Logf("%s: %d things with a source", p.ID, n)
	}
}
