package ledger

import (
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// Rules are the limits of the day on which a movement is posted.
type Rules struct {
	Today  day.Date // no movement takes effect after it
	Closed day.Date // last day of the closed periods, 0 when none is closed
}

// Check says whether m may follow last. It enforces that the chain of a person never breaks: m
// starts where the last movement ended, not before the day it took effect, with the attributes it
// carried. It returns nil or a fault of kind Invalid whose fields name what to mend.
func Check(m Movement, last Last, r Rules) error {
	const op = "ledger.Check"
	if err := checkDates(op, m, last, r); err != nil {
		return err
	}
	if m.From != last.Place && !(m.From.Out() && last.Place.Out()) {
		return fault.E(op, fault.Stale, "ledger.place_changed")
	}
	if !m.From.Out() && m.Before() != last.Attrs {
		return fault.E(op, fault.Stale, "ledger.attrs_changed")
	}
	if m.From.Out() != (m.From.Unit == 0) || m.To.Out() != (m.To.Unit == 0) {
		return fault.E(op, fault.Invalid, "ledger.place_broken")
	}
	if m.Reverses != 0 {
		return nil
	}
	return checkShape(op, m)
}

func checkDates(op string, m Movement, last Last, r Rules) error {
	switch {
	case !m.Effective.Valid():
		return fault.E(op, fault.Invalid, "ledger.date_missing").Field("effective", "ledger.date_missing")
	case m.Effective > r.Today:
		return fault.E(op, fault.Invalid, "ledger.date_future", m.Effective).Field("effective", "ledger.date_future", m.Effective)
	case m.Effective <= r.Closed:
		return fault.E(op, fault.Conflict, "ledger.period_closed", r.Closed).Field("effective", "ledger.period_closed", r.Closed)
	case m.Effective < last.Effective:
		return fault.E(op, fault.Invalid, "ledger.date_before_last", last.Effective).Field("effective", "ledger.date_before_last", last.Effective)
	}
	return nil
}

func checkShape(op string, m Movement) error {
	s, ok := m.Cause.shape()
	if !ok {
		return fault.E(op, fault.Invalid, "ledger.cause_unknown")
	}
	if !slices.Contains(s.from, m.From.Stage) || !slices.Contains(s.to, m.To.Stage) {
		return fault.E(op, fault.Invalid, "ledger.cause_unfit", fault.Key("cause."+s.code), fault.Key("stage."+m.From.Stage.String()))
	}
	differs := m.From.Unit != m.To.Unit && !m.From.Out() && !m.To.Out()
	switch {
	case s.unit == sameUnit && differs:
		return fault.E(op, fault.Invalid, "ledger.unit_must_stay")
	case s.unit == otherUnit && !differs:
		return fault.E(op, fault.Invalid, "ledger.unit_must_change")
	case s.unit == otherUnit && m.From.Stage != m.To.Stage:
		return fault.E(op, fault.Invalid, "ledger.stage_must_stay")
	case m.Cause == Change && (m.Was == nil || m.From != m.To):
		return fault.E(op, fault.Invalid, "ledger.place_broken")
	case m.Cause != Change && s.unit != otherUnit && m.Was != nil:
		return fault.E(op, fault.Invalid, "ledger.place_broken")
	}
	return nil
}
