package ledger

// Counted says under which measure a unit counts that m happened, and with which sign; ok is false
// when it does not count there: a move wholly inside that leaves the stage as it is. from and to say
// which legs lie in the unit's subtree. It is what Tally.Add does for happenings, for lists that must
// have as many lines as a counter says.
func (m Movement) Counted(from, to bool) (measure Measure, sign int64, ok bool) {
	origin, goal, sign := m.From, m.To, int64(1)
	fromIn, toIn := from && !m.From.Out(), to && !m.To.Out()
	if m.Reverses != 0 {
		origin, goal, sign = m.To, m.From, -1
		fromIn, toIn = toIn, fromIn
	}
	switch {
	case toIn && (!fromIn || origin.Stage != goal.Stage):
		return Happened(m.Cause), sign, true
	case fromIn && !toIn:
		return Left(m.Cause), sign, true
	}
	return 0, 0, false
}

// Counting returns the attributes m counts under, whichever way it goes: those on arrival, of a
// reversal those its original arrived with.
func (m Movement) Counting() Attrs {
	if m.Reverses != 0 {
		return m.Before()
	}
	return m.Attrs
}

// Outward reports whether a measure counts people leaving.
func (m Measure) Outward() bool { return m >= outward && m < stockBase }
