package web

import (
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/geo"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/units"
)

// unitCard is a unit with its history as pages show it.
type unitCard struct {
	units.View
	Href, Pilot, People, Tree string
	Kind                      string
	State                     *Badge // that it ended, or did not exist on the day; nil otherwise
	Code, Sector, Place       string
	Count, CountHref          string
	Began, Ended              string
	AboveText                 string
	Above                     []unitLink
	Blocs, Powers             []heldLine
	OldNames, OldCodes        []heldLine
	Before, After             []unitLink
	Told                      []toldEvent
}

// unitLink names a unit; Note is what is said behind the name.
type unitLink struct{ Name, Href, Note string }

// heldLine is a dated attribute in words.
type heldLine struct{ Text, When, Source string }

// toldEvent is an entry of a unit's history: Lines say what changed, Links which units had a part.
type toldEvent struct {
	Date, Title, Kind string
	Lines             []string
	Links             []toldLinks
	Ref, Note         string
}

type toldLinks struct {
	Label string
	Units []unitLink
}

// card puts a unit into words.
func (b Base) card(v units.View, on day.Date) *unitCard {
	c := &unitCard{View: v, Href: treeUnitHref(v.ID, on), Pilot: unitHref(v.ID), People: "/nguoi?u=" + v.ID.String(), Tree: treeHref(v.ID, on),
		Kind: b.T("kind." + string(v.Kind)), Code: org.FormatCode(v.Code), Sector: person.Sectors.In(string(b.Lang), v.Sector),
		Place: b.placeOf(v.Location), Count: b.Num(v.Members), Began: b.Date(v.Founded), Ended: b.Date(v.Dissolved)}
	if on == 0 { // on a past day the list goes by the tree of today
		c.CountHref = stockHref(v.ID, 0, ledger.Probationary, ledger.Official)
	}
	switch {
	case v.Dissolved != 0:
		c.State = &Badge{Kind: "bad", Text: b.T("unit.ended_on", v.Dissolved)}
	case !v.Exists():
		c.State = &Badge{Kind: "warn", Text: b.T("unit.not_yet", v.On)}
	}
	c.AboveText = b.T("unit.above")
	if v.Dissolved != 0 && !v.Exists() {
		c.AboveText = b.T("unit.counts_in")
	}
	for i, a := range v.Above {
		link := unitLink{Name: a.Name}
		if i >= v.Shut {
			link.Href = treeUnitHref(a.ID, on)
		}
		c.Above = append(c.Above, link)
	}
	c.Blocs = b.held(v.Blocs, func(s string) string { return b.T("unit.bloc." + s) })
	c.Powers = b.held(v.Powers, strings.Clone)
	if n := len(v.Names); n > 0 { // the last name is the present one, also of a unit that ended
		c.OldNames = b.held(v.Names[:n-1], strings.Clone)
	}
	c.OldCodes = b.held(past(v.Codes), org.FormatCode)
	for _, k := range v.Before {
		c.Before = append(c.Before, unitLink{k.Name, treeUnitHref(k.ID, 0), b.T("unit.kin", b.T("unit.event."+string(k.Event)), k.On)})
	}
	for _, k := range v.After {
		note := b.T("unit.kin", b.T("unit.event."+string(k.Event)), k.On)
		if k.Principal {
			note = b.T("unit.kin_principal", note)
		}
		c.After = append(c.After, unitLink{k.Name, treeUnitHref(k.ID, 0), note})
	}
	for _, h := range v.Events {
		c.Told = append(c.Told, b.told(h))
	}
	return c
}

// placeOf names an administrative code with the code behind it.
func (b Base) placeOf(code string) string {
	p, ok := geo.Lookup(code)
	if !ok {
		return code
	}
	return b.T("unit.place", p.Full(), code)
}

// past returns what no longer holds.
func past(hs []units.Held) []units.Held {
	var out []units.Held
	for _, h := range hs {
		if h.To != 0 {
			out = append(out, h)
		}
	}
	return out
}

func (b Base) held(hs []units.Held, text func(string) string) []heldLine {
	var out []heldLine
	for _, h := range hs {
		l := heldLine{Text: text(h.Value), When: b.T("unit.since", h.From), Source: h.Source}
		if h.To != 0 {
			l.When = b.T("unit.from_to", h.From, h.To.AddDays(-1))
		}
		out = append(out, l)
	}
	return out
}

// told puts an event into words as the unit saw it.
func (b Base) told(h units.Happening) toldEvent {
	e := toldEvent{Date: b.Date(h.On), Title: b.T("unit.told." + string(h.Kind) + "." + string(h.Role)), Kind: "plain", Note: h.Note, Ref: b.decision(h)}
	link := func(key string, refs []units.Ref) {
		if len(refs) == 0 {
			return
		}
		l := toldLinks{Label: b.T(key)}
		for _, r := range refs {
			l.Units = append(l.Units, unitLink{Name: r.Name, Href: treeUnitHref(r.ID, 0)})
		}
		e.Links = append(e.Links, l)
	}
	switch {
	case h.Kind == org.Founded, h.Kind == org.Split && h.Role == org.To:
		e.Kind = "good"
	case h.Role == org.From && (h.Kind == org.Dissolved || h.Kind == org.Merged):
		e.Kind = "bad"
	}
	switch {
	case h.Kind == org.Amended:
		e.Lines = b.amended(h.Before, h.After)
	case h.Kind == org.Renamed:
		e.Lines = []string{b.T("unit.changed", h.Before, h.After)}
	case h.Role == org.Subject && descended(h.Kind):
		e.Lines = []string{b.T("unit.moved", h.Before, h.After)}
	}
	link("unit.told.of", h.Of)
	if h.Role != org.Subject || h.Kind == org.Reparented {
		if h.Role == org.From {
			link("unit.told.with", h.From)
		} else {
			link("unit.told.from", h.From)
		}
		link("unit.told.to", h.To)
	}
	return e
}

// descended reports whether an event took units below others to their successors.
func descended(k org.EventKind) bool { return k == org.Merged || k == org.Split || k == org.Dissolved }

// decision names the paper an event rests on; "" when none was recorded.
func (b Base) decision(h units.Happening) string {
	if h.Decision == "" {
		return ""
	}
	ref := b.T("unit.ref", h.Decision)
	if h.Issuer != "" {
		ref = b.T("unit.ref_by", h.Decision, h.Issuer)
	}
	if h.Decided != 0 {
		ref = b.T("unit.ref_on", ref, h.Decided)
	}
	return ref
}

// amended puts the lines "field value" of a change of particulars into words.
func (b Base) amended(before, after string) []string {
	was, is := strings.Split(before, "\n"), strings.Split(after, "\n")
	var lines []string
	for i := range min(len(was), len(is)) {
		field, old, _ := strings.Cut(was[i], " ")
		_, now, _ := strings.Cut(is[i], " ")
		lines = append(lines, b.T("unit.amended", b.T("unit.field."+field), b.particular(field, old), b.particular(field, now)))
	}
	return lines
}

// particular puts the value of a field into words.
func (b Base) particular(field, value string) string {
	if value == "" || value == "0" {
		return "—"
	}
	switch field {
	case "code":
		return org.FormatCode(value)
	case "sector":
		n := 0
		for _, r := range value {
			n = n*10 + int(r-'0')
		}
		return person.Sectors.In(string(b.Lang), n)
	case "location":
		return b.placeOf(value)
	case "bloc":
		var names []string
		for v := range strings.SplitSeq(value, ",") {
			names = append(names, b.T("unit.bloc."+v))
		}
		return strings.Join(names, ", ")
	}
	return value
}
