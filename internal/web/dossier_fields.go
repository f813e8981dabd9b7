package web

import (
	"fmt"
	"net/http"
	"strings"

	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
)

// actForms are the fields of each step, in the order of its paper form; a step not named has the day,
// number and day of its paper, and a text. "vote" stands for the figures of the vote.
var actForms = map[dossier.Step]string{
	dossier.Propose: "by body group on reason", dossier.Adopt: "on no dated helper helper_paper text", dossier.Help: "helper on no dated", dossier.Task: "text on",
	dossier.Remark: "quarter text on", dossier.Review: "on no text", dossier.Send: "on no text", dossier.Certify: "no issuer on grade", dossier.Lapse: "on reason",
	dossier.Open: "on no dated route consent", dossier.CV: "on special", dossier.Introduce: "introducer1 since1 introducer2 since2 body no on",
	dossier.Ask: "relative relation place abroad exempt no on", dossier.Answer: "relative text on", dossier.Verify: "text on", dossier.Opinion: "by body text on", dossier.Opinions: "text on",
	dossier.CellVote: "on vote no dated cited minutes", dossier.CommitteeVote: "on vote no dated cited minutes", dossier.CellRecognise: "on vote no dated cited minutes",
	dossier.CommitteeAgree: "on vote no dated cited minutes", dossier.Submit: "on text", dossier.SubmitRecognise: "on text", dossier.Decide: "no on vote cited consent", dossier.Recognise: "no on vote cited",
	dossier.Receive: "on", dossier.Ceremony: "on place helper", dossier.OwnCV: "on", dossier.NewCourse: "no issuer on grade", dossier.SelfReview: "on text",
	dossier.HelperRemark: "on text", dossier.LaterOpinions: "on text", dossier.Card: "no on place", dossier.Drop: "on no reason", dossier.Refuse: "by on vote no reason",
	dossier.SendBack: "to on no reason", dossier.Withdraw: "on reason", dossier.Quit: "on no dated reason", dossier.Die: "on no", dossier.Strike: "on no dated reason",
	dossier.Cancel: "on no dated reason", dossier.Correct: "on no dated reason", dossier.Extend: "clock until on no dated", dossier.Move: "unit out on no dated", dossier.Note: "text",
	dossier.Circumstances: "on special text", dossier.Discipline: "on penalty no dated reason",
}

// actFields makes the fields of a step.
func (a *App) actFields(r *http.Request, p *actPage, step dossier.Step, pick unitPick) error {
	names, ok := actForms[step]
	if !ok {
		names = "on no dated text"
	}
	var officials []dossiers.Official
	if strings.Contains(names, "helper") || strings.Contains(names, "introducer") {
		var err error
		if officials, err = a.Dossiers.Officials(r.Context(), a.actor(r), p.V.Person.ID); err != nil {
			return err
		}
	}
	to := &p.Fields
	for _, name := range strings.Fields(names) {
		if name == "vote" {
			p.vote(step)
			to = &p.After
			continue
		}
		if name == "special" {
			p.special()
			to = &p.After
			continue
		}
		if name == "unit" {
			f, err := a.unitField(r, p.Base, p.T("movement.unit"), p.In, pick, p.Errs)
			if err != nil {
				return err
			}
			f.Required = false
			*to = append(*to, f)
			continue
		}
		*to = append(*to, p.actField(name, step, officials))
	}
	if p.Warned && !strings.Contains(names, "reason") && !strings.Contains(names, "text") {
		why := p.Field("reason", p.T("dossier.field.accept_reason"), p.In.Get("reason"), p.Errs).As("textarea")
		p.Why = &why
	}
	return nil
}

// actField makes one field of a step.
func (p *actPage) actField(name string, step dossier.Step, officials []dossiers.Official) Field {
	label := p.T("dossier.field." + strings.TrimRight(name, "12"))
	if step == dossier.Answer && name == "text" {
		label = p.T("dossier.field.result")
	}
	if own := p.ownLabel(name, step); own != "" {
		label = own
	}
	f := p.Field(name, label, p.In.Get(name), p.Errs)
	switch name {
	case "on":
		return f.As("date").Must().Help(p.whenHint(step))
	case "dated", "until", "since1", "since2":
		return f.As("date")
	case "text", "reason", "minutes":
		f = f.As("textarea")
		if name == "reason" || step == dossier.Task || step == dossier.Note {
			f = f.Must()
		}
		return f
	case "consent", "abroad", "exempt", "out":
		return f.As("check").Tick(p.In.Get(name) != "")
	case "no", "cited", "quarter", "grade", "relation", "body", "issuer", "place", "group", "helper_paper":
		if name == "quarter" {
			return f.From(p.quarters()).Must()
		}
		return f.Width("medium")
	case "helper":
		return f.From(p.memberChoices(officials, true)).Help(p.T("dossier.helper_hint"))
	case "introducer1", "introducer2":
		if name == "introducer1" {
			f = p.Field(name, label+" 1", p.In.Get(name), p.moved("introducers", name))
			return f.From(p.memberChoices(officials, false)).Help(p.T("dossier.introducer_hint"))
		}
		f.Label = label + " 2"
		return f.From(p.memberChoices(officials, false)).Help(p.T("dossier.introducer2_hint"))
	case "penalty":
		return f.From(p.choices("dossier.penalty.", true, dossier.Penalties...)).Must()
	case "route":
		return f.From(p.choices("dossier.route.", true, dossier.Routes...)).Must()
	case "by":
		if step == dossier.Refuse {
			return f.From(p.choices("dossier.refuser.", true, p.V.Refusers...)).Must()
		}
		return f.From(p.choices("dossier.by.", true, "youth", "union", "women", "veterans", "farmers", "front", "member", "residence", "superior", "protection", "other"))
	case "to":
		var cs []Choice
		for _, s := range p.V.Back {
			cs = append(cs, Choice{Label: p.T("step." + string(s)), Value: string(s)})
		}
		return f.From(p.blank(cs)).Must()
	case "relative":
		if step == dossier.Answer {
			return f.From(p.blank(p.asked())).Must()
		}
		return f.Must().Width("medium")
	case "clock":
		return f.From(p.blank(p.clocks())).Must()
	}
	return f
}

// ownLabel is what a field is called on the paper of a step, when that is not its common name.
func (p *actPage) ownLabel(name string, step dossier.Step) string {
	switch {
	case name == "no" && (step == dossier.Certify || step == dossier.NewCourse):
		return p.T("people.col.cert_no")
	case name == "on" && (step == dossier.Certify || step == dossier.NewCourse):
		return p.T("people.col.cert_on")
	case name == "no" && step == dossier.Card:
		return p.T("person.sealed.card")
	case name == "on" && step == dossier.Ceremony:
		return p.T("movement.ceremony")
	case name == "on" && step == dossier.Die:
		return p.T("movement.death")
	case name == "on" && step.Votes():
		return p.T("dossier.field.met")
	case name == "on" && (step == dossier.Decide || step == dossier.Recognise):
		return p.T("dossier.field.decided")
	case name == "no" && (step == dossier.Decide || step == dossier.Recognise):
		return p.T("movement.decision")
	}
	return ""
}

// whenHint says what a day of a step means for the person.
func (p *actPage) whenHint(step dossier.Step) string {
	switch step {
	case dossier.Ceremony:
		return p.T("movement.ceremony_hint")
	case dossier.Decide:
		return p.T("movement.party_age_hint")
	case dossier.Recognise:
		if end := p.V.Ends; end != 0 {
			return p.T("movement.recognise_hint", end)
		}
	case dossier.CellRecognise:
		if end := p.V.Ends; end != 0 {
			return p.T("person.probation_ends", end)
		}
	}
	return ""
}

// moved shows what is wrong with a group of fields at its first one.
func (p *actPage) moved(from, to string) map[string]fault.Text {
	errs := map[string]fault.Text{}
	for k, v := range p.Errs {
		if k == from {
			k = to
		}
		errs[k] = v
	}
	return errs
}

func (p *actPage) blank(cs []Choice) []Choice {
	return append([]Choice{{Label: p.T("dossier.choose")}}, cs...)
}

func (p *actPage) choices(prefix string, blank bool, values ...string) []Choice {
	var cs []Choice
	for _, v := range values {
		cs = append(cs, Choice{Label: p.T(prefix + v), Value: v})
	}
	if blank {
		return p.blank(cs)
	}
	return cs
}

// memberChoices offers the official members of the cell, with what limits them.
func (p *actPage) memberChoices(officials []dossiers.Official, helper bool) []Choice {
	var cs []Choice
	for _, o := range officials {
		label := o.Name
		switch {
		case helper && o.Helping > 0:
			label += " – " + p.T("dossier.helping", o.Helping)
		case !helper && o.Since != 0:
			label += " – " + p.T("dossier.since", o.Since)
		}
		cs = append(cs, Choice{Label: label, Value: o.ID.String()})
	}
	return p.blank(cs)
}

// quarters offers this quarter and those of the two years before.
func (p *actPage) quarters() []Choice {
	y, q := p.V.Today.Year(), (p.V.Today.Month()+2)/3
	var cs []Choice
	for range 9 {
		cs = append(cs, Choice{Label: p.T("dossier.quarter", q, y), Value: fmt.Sprintf("%d-Q%d", y, q)})
		if q--; q == 0 {
			y, q = y-1, 4
		}
	}
	return cs
}

// asked offers the relatives whose verification has no answer yet.
func (p *actPage) asked() []Choice {
	open := map[string]string{}
	var keys []string
	for _, a := range p.V.Dossier.Standing() {
		r := a.Details.Relative
		switch {
		case r == nil:
		case a.Step == dossier.Ask && !r.Exempt:
			open[r.Key] = strings.TrimSpace(r.Relation + " " + r.Name)
			keys = append(keys, r.Key)
		case a.Step == dossier.Answer:
			delete(open, r.Key)
		}
	}
	var cs []Choice
	for _, k := range keys {
		if open[k] != "" {
			cs = append(cs, Choice{Label: open[k], Value: k})
		}
	}
	return cs
}

// clocks offers the periods the pack lets the level above extend.
func (p *actPage) clocks() []Choice {
	var cs []Choice
	for _, c := range p.V.Clocks {
		if c.Extension > 0 {
			cs = append(cs, Choice{Label: c.Text[string(p.Lang)], Value: c.Key})
		}
	}
	return cs
}

// vote makes the seven figures, and says what they come to.
func (p *actPage) vote(step dossier.Step) {
	v := &voteBlock{Must: step.Votes()}
	for _, f := range voteFields {
		field := p.Field(f.name, p.T("dossier.vote."+f.name), p.In.Get(f.name), p.Errs).As("number").Keys("numeric").Width("short")
		if v.Must {
			field = field.Must()
		}
		if f.name == "officials" && p.V.Facts.Cell.Officials > 0 && (step == dossier.CellVote || step == dossier.CellRecognise) {
			field = field.Help(p.T("dossier.vote.officials_hint", p.V.Facts.Cell.Officials))
		}
		v.Fields = append(v.Fields, field)
	}
	p.Vote = v
	p.countVote(step)
}

// countVote says what the figures come to as far as they are typed: which contradict each other, how many are enough, and whether they are.
// A figure nobody typed yet is taken for one that fits.
func (p *actPage) countVote(step dossier.Step) {
	var d dossier.Details
	readVote(p.In, &d, fault.E("web.vote", fault.Invalid, "dossier.unfit"))
	if d.Vote == nil || d.Vote.Officials < 1 {
		return
	}
	x, v := *d.Vote, p.Vote
	typed := func(name string) bool { return p.In.Get(name) != "" }
	most := x.Counting()
	for _, f := range voteFields[2:] {
		n := f.of(&x)
		if !typed(f.name) {
			*n = most
		}
		most = *n
	}
	if err := x.Check(); err != nil {
		wrong := fieldsOf(err)
		for _, f := range voteFields {
			if t, ok := wrong[f.name]; ok && typed(f.name) && len(p.Errs) == 0 {
				v.Wrong = append(v.Wrong, p.T("dossier.vote."+f.name)+": "+p.T(string(t.Key), t.Args...))
			}
		}
		return
	}
	c, asked := p.V.Count(step, x)
	if v.Counted = typed("for"); !v.Counted {
		if asked {
			v.Says = p.T("dossier.vote.need", c.Need, c.Base, c.Share)
		}
		return
	}
	v.Says, v.Enough = p.T("dossier.vote.says", x.For, x.Counting()), true
	v.Bar = []voteBar{{p.T("dossier.vote.for"), x.For, x.Counting()}}
	if asked {
		v.Enough = x.For >= c.Need
		v.Says = p.T("dossier.vote.share", x.For, c.Base, c.Share, c.Need)
		v.Bar = []voteBar{{p.T("dossier.vote.for"), x.For, c.Base}, {p.T("dossier.vote.needed"), c.Need, c.Base}}
	}
}
