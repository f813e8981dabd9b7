package target

import (
	"slices"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/ledger"
)

// Rule is how the program counts an indicator from its records (cách đếm): movements with one of some causes, organisations founded or
// dissolved, or classes held. A rule that counts nothing belongs to a number from a register outside of the program.
type Rule struct {
	Causes []ledger.Cause
	Units  []string // UnitFounded, UnitDissolved
	Class  bool     // classes of the awareness course that ended
}

// Codes of what a rule counts beside causes of movements.
const (
	UnitFounded   = "unit.founded"
	UnitDissolved = "unit.dissolved"
	ClassHeld     = "course.held"
)

const ruleSep = "+"

// RuleCodes lists everything a rule can count: what changes nothing about anybody's way is left out.
func RuleCodes() []string {
	var codes []string
	for _, c := range ledger.Causes() {
		if c != ledger.Opening && c != ledger.Change && c != ledger.Reorganise {
			codes = append(codes, c.String())
		}
	}
	return append(codes, ClassHeld, UnitFounded, UnitDissolved)
}

// ParseRule reads the code of a rule: what it counts, joined by "+"; "" counts nothing. Its parts come from one kind of record, or
// persons would be added to organisations.
func ParseRule(code string) (r Rule, err error) {
	const op = "target.ParseRule"
	if code == "" {
		return r, nil
	}
	known := RuleCodes()
	for _, part := range strings.Split(code, ruleSep) {
		if !contains(known, part) {
			return Rule{}, fault.E(op, fault.Invalid, "indicator.rule_unknown", part).Field("rule", "indicator.rule_unknown", part)
		}
		switch part {
		case ClassHeld:
			r.Class = true
		case UnitFounded, UnitDissolved:
			r.Units = append(r.Units, part)
		default:
			i := slices.IndexFunc(ledger.Causes(), func(c ledger.Cause) bool { return c.String() == part })
			r.Causes = append(r.Causes, ledger.Causes()[i])
		}
	}
	if r.kinds() > 1 {
		return Rule{}, fault.E(op, fault.Invalid, "indicator.rule_mixed").Field("rule", "indicator.rule_mixed")
	}
	return r, nil
}

func (r Rule) kinds() (n int) {
	for _, there := range []bool{len(r.Causes) > 0, len(r.Units) > 0, r.Class} {
		if there {
			n++
		}
	}
	return n
}

// Counted is the unit of count of what the rule counts, "" when it counts nothing.
func (r Rule) Counted() string {
	switch {
	case len(r.Causes) > 0:
		return InPersons
	case len(r.Units) > 0:
		return InUnits
	case r.Class:
		return InEvents
	}
	return ""
}

// Counts reports whether the rule counts a number of a document: of its unit of count, and for a group only where movements tell it.
func (r Rule) Counts(f Figure) bool {
	_, ok := ParseGroup(f.Slice)
	return r.Counted() == f.Value.Counted && ok && (f.Slice == "" || len(r.Causes) > 0)
}

// BuiltRule is the rule of an indicator of the program, nothing for any other.
func BuiltRule(indicator string) Rule {
	if i, ok := IndicatorOf(indicator); ok {
		return Rule{Causes: i.Causes}
	}
	if indicator == UnitsFounded {
		return Rule{Units: []string{UnitFounded}}
	}
	return Rule{}
}

// ParseGroups reads the codes of the groups an indicator may be told apart by, joined by a space.
func ParseGroups(codes string) ([]string, error) {
	list := strings.Fields(codes)
	for _, c := range list {
		if !contains(Groups(), c) {
			return nil, fault.E("target.ParseGroups", fault.Invalid, "target.slice_unknown").Field("slices", "target.slice_unknown")
		}
	}
	return list, nil
}
