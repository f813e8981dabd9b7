package web

import (
	"time"

	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/deadlines"
	"ketnap/internal/ledger"
	"ketnap/internal/markup"
	"ketnap/internal/person"
)

// The parts of a dossier's page that repeat. They are written by a pen: a dossier at its end has some thirty acts, each
// with what the rules found.

// doneBody writes the steps that were done, each folded with what it recorded.
func (b Base) doneBody(done []doneStep) markup.Piece {
	var p markup.Pen
	for i := range done {
		d := &done[i]
		p.Open("details", markup.A("class", "data"))
		p.Open("summary")
		p.Put(d.Label + " ")
		p.Say("· "+d.Date+" · "+d.By, "span", markup.A("class", "quiet"))
		p.Close()
		p.Open("div", markup.A("class", "stack"))
		if d.Ref != "" {
			p.Say(d.Ref, "p")
		}
		factList(&p, d.Facts)
		b.writeFound(&p, d.Found)
		p.Close()
		p.Close()
	}
	return p.Done()
}

// factList writes facts as a list of terms; nothing when there are none.
func factList(p *markup.Pen, facts []fact) {
	if len(facts) == 0 {
		return
	}
	p.Open("dl", markup.A("class", "facts"))
	for _, f := range facts {
		p.Say(f.Label, "dt")
		p.Say(f.Value, "dd")
	}
	p.Close()
}

// timelineBody writes events as the partial "timeline" does.
func timelineBody(events []Event) markup.Piece {
	var p markup.Pen
	if len(events) == 0 {
		return p.Done()
	}
	p.Open("ol", markup.A("class", "timeline"))
	for i := range events {
		e := &events[i]
		p.Open("li", markup.A("class", e.Kind))
		p.Say(e.Date, "p", markup.A("class", "when"))
		p.Open("div", markup.A("class", "what"))
		p.Open("p")
		p.Say(e.Title, "strong")
		p.Close()
		if e.Text != "" {
			p.Say(e.Text, "p")
		}
		if e.Ref != "" {
			p.Say(e.Ref, "p", markup.A("class", "quiet"))
		}
		p.Close()
		p.Close()
	}
	return p.Done()
}

// dueBody writes what is still to be done for the person: how it stands, by when, by which clause, what a miss means, and what they
// were let off, with the decision. What is further off than soon days, for which nothing has to be done yet, is folded.
func (b Base) dueBody(lines []deadlines.Line, soon int) markup.Piece {
	var p markup.Pen
	var near, far []deadlines.Line
	for i := range lines {
		if lines[i].State == deadline.Running && lines[i].Left > soon {
			far = append(far, lines[i])
			continue
		}
		near = append(near, lines[i])
	}
	if len(near) == 0 && len(far) > 0 {
		p.Say(b.T("dossier.dues_none_near"), "p")
	}
	b.dueList(&p, near)
	if len(far) > 0 {
		p.Open("details", markup.A("class", "data"))
		p.Say(b.T("dossier.dues_far", len(far)), "summary")
		b.dueList(&p, far)
		p.Close()
	}
	return p.Done()
}

func (b Base) dueList(p *markup.Pen, lines []deadlines.Line) {
	if len(lines) == 0 {
		return
	}
	p.Open("ul", markup.A("class", "stack"))
	for i := range lines {
		l := &lines[i]
		badge := b.dueBadge(l)
		p.Open("li")
		p.Say(badge.Text, "span", markup.A("class", "badge "+badge.Kind))
		p.Put(" " + b.term(&l.Term) + " ")
		text := "– " + b.T("dossier.due_on", l.Due, b.T("deadline.organ"+organText([]deadline.Organ{l.Organ})))
		if l.Level > 0 {
			text += ", " + b.T("deadline.level", l.Level)
		}
		p.Say(text, "span", markup.A("class", "quiet"))
		p.Open("p", markup.A("class", "hint"))
		p.Put(b.clause(&l.Term))
		if miss := l.Term.Miss[string(b.Lang)]; miss != "" && l.State == deadline.Overdue {
			p.Put(". " + miss)
		}
		p.Close()
		for _, text := range b.waiver(l) {
			p.Say(text, "p", markup.A("class", "hint"))
		}
		p.Close()
	}
	p.Close()
}

// waiver tells by which decision somebody was let off, who recorded it and when, and why it was taken back if it was; nothing when
// nobody was let off.
func (b Base) waiver(l *deadlines.Line) []string {
	w := l.Waiver
	if w == nil {
		return nil
	}
	at := func(ms int64) time.Time { return time.UnixMilli(ms).In(day.Vietnam) }
	out := []string{b.T("deadline.waived_by", at(w.At), w.By) + " " + b.T("deadline.waived_sealed")}
	if w.Reason != "" {
		out[0] = b.T("deadline.waived_by", at(w.At), w.By) + " " + b.T("deadline.waived_why", w.Reason, w.No, w.Dated)
	}
	if w.Back != "" {
		out = append(out, b.T("deadline.waived_back", at(w.BackAt), w.BackBy, w.Back))
	}
	return out
}

// late counts what is overdue.
func late(lines []deadlines.Line) int {
	n := 0
	for i := range lines {
		if lines[i].State == deadline.Overdue {
			n++
		}
	}
	return n
}

// handOverHref is the address where somebody is offered to another unit, "" when they cannot be.
func handOverHref(x person.Person, may bool) string {
	if s := x.Place.Stage; !may || s == ledger.Official || s == ledger.Outside {
		return ""
	}
	return "/ban-giao/moi?nguoi=" + x.ID.String()
}
