package dossier

import (
	"slices"
	"strings"

	"ketnap/internal/fault"
)

// votes are the steps that are a vote of a meeting.
var votes = []Step{CellVote, CommitteeVote, CellRecognise, CommitteeAgree}

// Votes reports whether a step cannot be recorded without the figures of its vote.
func (s Step) Votes() bool { return slices.Contains(votes, s) }

// reasoned are the steps that say why.
var reasoned = []Step{Drop, Refuse, SendBack, Withdraw, Strike, Quit, Cancel, Correct, Lapse, Undo, Discipline}

// Reasoned reports whether a step cannot be recorded without a reason.
func (s Step) Reasoned() bool { return slices.Contains(reasoned, s) }

// fit says what an act lacks that no regulation could do without.
func (f *fold) fit(d *Dossier, w Way, a Act) error {
	e := fault.E("dossier.fit", fault.Invalid, "dossier.unfit")
	x := a.Details
	if a.Step.Votes() && x.Vote == nil {
		e.Field("officials", "vote.none")
	}
	if x.Vote != nil {
		if err := x.Vote.Check(); err != nil {
			return err
		}
	}
	named := a.Step == Drop && x.Group != "" // one of the reasons the pool lists: no words are needed
	if a.Step.Reasoned() && !named && len([]rune(strings.TrimSpace(x.Reason))) < 3 {
		key := fault.Key("dossier.reason_missing")
		if a.Step == Undo {
			key = "movement.reason_missing"
		}
		e.Field("reason", key)
	}
	f.fitTurn(e, d, w, a)
	f.fitBeside(e, d, a)
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

func (f *fold) fitTurn(e *fault.Error, d *Dossier, w Way, a Act) {
	x := a.Details
	switch a.Step {
	case Open:
		if !slices.Contains(Routes, x.Route) {
			e.Field("route", "dossier.route_missing")
		}
	case Introduce:
		if len(x.Introducers) == 0 {
			e.Field("introducers", "dossier.introducer_missing")
		}
	case SendBack:
		if !slices.Contains(f.returnable(), Step(x.To)) {
			e.Field("to", "dossier.return_where")
		}
	case Refuse:
		if !slices.Contains(f.refusers(d, w), x.By) {
			e.Field("by", "dossier.refuse_who")
		}
	case Extend:
		switch {
		case x.Clock == "":
			e.Field("clock", "dossier.extend_what")
		case f.extended(d, x.Clock):
			e.Field("clock", "dossier.extended")
		}
		if !x.Until.Valid() || x.Until <= a.On {
			e.Field("until", "dossier.extend_until")
		}
	case Rebase:
		if x.To == "" || x.To == f.pack(d) {
			e.Field("to", "dossier.rebase_where")
		}
	case Move:
		if x.To == "" {
			e.Field("unit", "ledger.unit_must_change")
		}
	case Undo:
		if last := d.Acts[f.kept[len(f.kept)-1]]; last.ID != a.Undoes {
			e.Field("undoes", "dossier.undo_last", stepKey(last.Step), last.On)
		}
	}
}

// Routes are the ways of being introduced: two members; Youth Union and a member; trade union and a member.
var Routes = []string{"a", "b", "c"}

func (f *fold) fitBeside(e *fault.Error, d *Dossier, a Act) {
	x := a.Details
	switch a.Step {
	case Help:
		if x.Helper == 0 {
			e.Field("helper", "dossier.helper_missing")
		}
	case Task, Note:
		if strings.TrimSpace(x.Text) == "" {
			e.Field("text", "dossier.text_missing")
		}
	case Remark:
		switch {
		case x.Quarter == "":
			e.Field("quarter", "dossier.quarter_missing")
		case f.already(d, a, func(y Details) bool { return y.Quarter == x.Quarter }):
			e.Field("quarter", "dossier.quarter_twice", x.Quarter)
		}
	case Review:
		for _, i := range f.in {
			if b := &d.Acts[i]; b.Step == Review && b.On == a.On {
				e.Field("on", "dossier.twice", stepKey(Review), a.On)
			}
		}
	case Opinion:
		switch {
		case strings.TrimSpace(x.Body) == "":
			e.Field("body", "dossier.body_missing")
		case f.already(d, a, func(y Details) bool { return y.Body == x.Body }):
			e.Field("body", "dossier.body_twice", x.Body)
		}
	case Ask, Answer:
		f.fitRelative(e, d, a)
	case Circumstances:
		if x.Special == nil {
			e.Field("special", "dossier.special_missing")
		}
	case Discipline:
		if !slices.Contains(Penalties, x.Penalty) {
			e.Field("penalty", "dossier.penalty_missing")
		}
	}
	if s := x.Special; s != nil {
		s.fit(e, a.On)
	}
}

func (f *fold) fitRelative(e *fault.Error, d *Dossier, a Act) {
	r := a.Details.Relative
	switch {
	case r == nil || strings.TrimSpace(r.Key) == "":
		e.Field("relative", "dossier.relative_missing")
	case a.Step == Ask && f.about(d, Ask, r.Key):
		e.Field("relative", "dossier.asked_twice", r.Key)
	case a.Step == Answer && !f.about(d, Ask, r.Key):
		e.Field("relative", "dossier.not_asked", r.Key)
	case a.Step == Answer && f.about(d, Answer, r.Key):
		e.Field("relative", "dossier.answered_twice", r.Key)
	case a.Step == Answer:
		for _, i := range f.in {
			if b := &d.Acts[i]; b.Step == Ask && b.Details.Relative.Key == r.Key && b.On > a.On {
				e.Field("on", "dossier.before_ground", stepKey(Ask), b.On)
			}
		}
	}
}

// already reports whether an act of the same step in force says the same.
func (f *fold) already(d *Dossier, a Act, same func(Details) bool) bool {
	for _, i := range f.in {
		if b := &d.Acts[i]; b.Step == a.Step && same(b.Details) {
			return true
		}
	}
	return false
}

// extended reports whether a later day was agreed to for a clock already.
func (f *fold) extended(d *Dossier, clock string) bool {
	for _, i := range f.in {
		if b := &d.Acts[i]; b.Step == Extend && b.Details.Clock == clock {
			return true
		}
	}
	return false
}
