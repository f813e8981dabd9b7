package dossier

import (
	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// Next lists the steps of the chain that may be done now, in the order of the way.
func (d *Dossier) Next(w Way) []Step {
	f := d.fold()
	var out []Step
	for _, s := range chain {
		if listed(w.Steps, s) && f.may(d, w, s) == nil {
			out = append(out, s)
		}
	}
	return out
}

// Open lists the steps beside the chain, and the ways out and back, that are possible now.
func (d *Dossier) Open(w Way) (besides, ways []Step) {
	f := d.fold()
	for _, s := range beside {
		if f.may(d, w, s) == nil {
			besides = append(besides, s)
		}
	}
	for _, s := range turns {
		if f.may(d, w, s) == nil {
			ways = append(ways, s)
		}
	}
	return besides, ways
}

// Do adds an act when it may be done: its ground exists, it is not done twice, its day is not before
// what it rests on, and what the step cannot do without is there. The dossier is left as it was when
// it may not.
func (d *Dossier) Do(w Way, a Act) error {
	const op = "dossier.Do"
	if !a.Step.Valid() {
		return fault.E(op, fault.Invalid, "dossier.step_unknown")
	}
	f := d.fold()
	if err := f.may(d, w, a.Step); err != nil {
		return err
	}
	if err := f.fit(d, w, a); err != nil {
		return err
	}
	if err := f.dated(d, w, a); err != nil {
		return err
	}
	d.Acts = append(d.Acts, a)
	if a.Step == Undo {
		f = d.fold()
	} else {
		f.kept = append(f.kept, len(d.Acts)-1)
		f.add(d, len(d.Acts)-1)
	}
	was := d.State
	d.State, d.Closed, d.Helper = f.state(), f.closed, f.helper(d)
	if d.State != was {
		d.Moved = a.On
	}
	if d.Opened == 0 || len(d.Acts) == 1 {
		d.Opened = a.On
	}
	d.Pack = f.pack(d)
	return nil
}

// pack is the pack the acts in force pin the dossier to.
func (f *fold) pack(d *Dossier) string {
	p := ""
	for _, i := range f.in {
		switch a := &d.Acts[i]; a.Step {
		case Open:
			p = a.Pack
		case Rebase:
			p = a.Details.To
		}
	}
	return p
}

// Pin returns the pack the acts in force pin the dossier to, "" when none does.
func (d *Dossier) Pin() string {
	f := d.fold()
	return f.pack(d)
}

// may says why a step cannot be done from where the dossier stands; nil when it can.
func (f *fold) may(d *Dossier, w Way, s Step) error {
	const op = "dossier.may"
	state := f.state()
	closed := f.end != "" || f.held.has(Recognise)
	switch {
	case s == Undo:
		if len(f.kept) == 0 {
			return fault.E(op, fault.Conflict, "dossier.nothing_to_undo")
		}
		return nil
	case closed && (s != Card || state != Recognised):
		return fault.E(op, fault.Conflict, "dossier.closed", stateKey(state), f.closed)
	case s.Chain():
		return f.mayChain(d, w, s)
	case s.Turn():
		return f.mayTurn(d, w, s, state)
	}
	return f.mayBeside(s, state)
}

// mayChain: a step applies, is not done yet, and nothing it rests on is missing.
func (f *fold) mayChain(d *Dossier, w Way, s Step) error {
	const op = "dossier.may"
	i := f.last[number[s]]
	switch {
	case i >= 0:
		return fault.E(op, fault.Conflict, "dossier.twice", stepKey(s), d.Acts[i].On)
	case f.held.has(s) && !f.late(d, s):
		return fault.E(op, fault.Conflict, "dossier.known", stepKey(s))
	case s != Propose && f.held == 0 && d.Start == "":
		return fault.E(op, fault.Conflict, "dossier.missing_step", stepKey(Propose), stepKey(s))
	case !listed(w.Steps, s):
		return fault.E(op, fault.Conflict, "dossier.not_applicable", stepKey(s))
	case s == CellRecognise && f.appealed(w):
		return fault.E(op, fault.Conflict, "dossier.votes_spent", f.fails)
	}
	if g := f.missing(w, s); g != "" {
		return fault.E(op, fault.Conflict, "dossier.missing_step", stepKey(g), stepKey(s))
	}
	if s == Verify {
		if n := f.unanswered(d); n > 0 {
			return fault.E(op, fault.Conflict, "dossier.unanswered", n)
		}
	}
	return nil
}

// late reports whether the step by which the ledger brought the person to the start may still be
// recorded: nothing else was.
func (f *fold) late(d *Dossier, s Step) bool {
	entry := map[State]Step{Proposed: Propose, InPool: Adopt, Certified: Certify, Probation: Ceremony}[d.Start]
	if s != entry {
		return false
	}
	for _, i := range f.kept {
		if d.Acts[i].Step.Chain() || d.Acts[i].Step.Turn() {
			return false
		}
	}
	return true
}

// appealed reports whether the cell has voted so often in vain that the level above decides.
func (f *fold) appealed(w Way) bool { return w.Fails > 0 && f.fails >= w.Fails }

// missing finds the first step that s rests on and that is not done; "" when none is.
func (f *fold) missing(w Way, s Step) Step {
	for _, g := range grounds[s] {
		switch {
		case f.held.has(g), g == CellRecognise && f.appealed(w):
		case listed(w.Steps, g):
			if m := f.missing(w, g); m != "" {
				return m
			}
			return g
		default:
			if m := f.missing(w, g); m != "" {
				return m
			}
		}
	}
	return ""
}

// unanswered counts the relatives who were asked about without an answer.
func (f *fold) unanswered(d *Dossier) int {
	n := 0
	for _, i := range f.in {
		if a := &d.Acts[i]; a.Step == Ask && a.Details.Relative != nil && !a.Details.Relative.Exempt && !f.about(d, Answer, a.Details.Relative.Key) {
			n++
		}
	}
	return n
}

// about reports whether an act of a step on a relative is in force.
func (f *fold) about(d *Dossier, s Step, key string) bool {
	for _, i := range f.in {
		if a := &d.Acts[i]; a.Step == s && a.Details.Relative != nil && a.Details.Relative.Key == key {
			return true
		}
	}
	return false
}

// spans says between which states a step beside the chain, or a way out, is possible.
var spans = map[Step][2]State{
	Help: {InPool, Considering}, Task: {InPool, Consulting}, Remark: {InPool, Considering}, Review: {InPool, Consulting}, Note: {Proposed, Considering},
	Circumstances: {InPool, Considering}, Discipline: {Probation, Considering},
	Ask: {Applying, Consulting}, Answer: {Applying, Consulting}, Opinion: {Applying, Consulting},
	Lapse: {Certified, Consulting}, Drop: {Proposed, Consulting}, Withdraw: {Applying, Decided}, Strike: {Probation, Considering}, Quit: {Probation, Considering},
	Die: {Proposed, Considering}, Cancel: {Decided, Considering}, Correct: {Decided, Considering}, Extend: {Certified, Considering},
	Rebase: {Applying, Considering}, Move: {Proposed, Considering}, Refuse: {Proposed, Considering}, SendBack: {CellVoted, Considering},
}

func inSpan(s Step, state State) error {
	if span, ok := spans[s]; ok && state.between(span[0], span[1]) {
		return nil
	}
	return fault.E("dossier.may", fault.Conflict, "dossier.not_here", stepKey(s), stateKey(state))
}

func (f *fold) mayBeside(s Step, state State) error {
	const op = "dossier.may"
	if err := inSpan(s, state); err != nil {
		return err
	}
	switch {
	case s == Ask && f.held.has(Verify), s == Answer && f.held.has(Verify):
		return fault.E(op, fault.Conflict, "dossier.done_already", stepKey(Verify))
	case s == Opinion && f.held.has(Opinions):
		return fault.E(op, fault.Conflict, "dossier.done_already", stepKey(Opinions))
	}
	if g := grounds[s]; len(g) > 0 && !f.held.has(g[0]) {
		return fault.E(op, fault.Conflict, "dossier.missing_step", stepKey(g[0]), stepKey(s))
	}
	return nil
}

func (f *fold) mayTurn(d *Dossier, w Way, s Step, state State) error {
	const op = "dossier.may"
	if err := inSpan(s, state); err != nil {
		return err
	}
	switch s {
	case SendBack:
		if len(f.returnable()) == 0 {
			return fault.E(op, fault.Conflict, "dossier.not_here", stepKey(s), stateKey(state))
		}
	case Refuse:
		if len(f.refusers(d, w)) == 0 {
			return fault.E(op, fault.Conflict, "dossier.nothing_to_refuse", stateKey(state))
		}
	case Correct:
		if i := f.last[number[Correct]]; i >= 0 {
			return fault.E(op, fault.Conflict, "dossier.twice", stepKey(s), d.Acts[i].On)
		}
	case Rebase:
		if f.pack(d) == "" {
			return fault.E(op, fault.Conflict, "dossier.not_pinned")
		}
	}
	return nil
}

// returnable lists the steps a dossier may be sent back to: those done in the round under way. What
// was decided is cancelled or corrected, not sent back.
func (f *fold) returnable() []Step {
	from, to := CV, CommitteeVote
	switch {
	case f.held.has(Ceremony):
		from, to = SelfReview, CommitteeAgree
		if !f.held.has(CellRecognise) {
			return nil
		}
	case f.held.has(Decide) || !f.held.has(CellVote):
		return nil
	}
	var out []Step
	inside := false
	for _, s := range chain {
		inside = inside || s == from
		if inside && f.held.has(s) {
			out = append(out, s)
		}
		if s == to {
			break
		}
	}
	return out
}

// Returnable lists the steps a dossier may be sent back to now.
func (d *Dossier) Returnable() []Step {
	f := d.fold()
	if f.closed != 0 {
		return nil
	}
	return f.returnable()
}

// refusers lists who may refuse now: each body whose own step is next.
func (f *fold) refusers(d *Dossier, w Way) []string {
	if !f.held.has(Adopt) {
		return []string{ByCell}
	}
	turn := []struct {
		by   string
		step Step
	}{{ByCell, CellVote}, {ByCommittee, CommitteeVote}, {ByDecider, Decide}}
	if f.held.has(Ceremony) {
		turn[0].step, turn[1].step, turn[2].step = CellRecognise, CommitteeAgree, Recognise
	}
	var out []string
	for _, t := range turn {
		if f.mayChain(d, w, t.step) == nil {
			out = append(out, t.by)
		}
	}
	return out
}

// Refusers lists who may refuse now.
func (d *Dossier) Refusers(w Way) []string {
	f := d.fold()
	if f.closed != 0 {
		return nil
	}
	return f.refusers(d, w)
}

// dated holds the day of an act against the days of what it rests on.
func (f *fold) dated(d *Dossier, w Way, a Act) error {
	const op = "dossier.dated"
	wrong := func(field string, key fault.Key, args ...any) error {
		return fault.E(op, fault.Invalid, key, args...).Field(field, key, args...)
	}
	switch {
	case !a.On.Valid():
		return wrong("on", "ledger.date_missing")
	case a.On > w.Today:
		return wrong("on", "ledger.date_future", a.On)
	case a.Dated != 0 && !a.Dated.Valid():
		return wrong("dated", "ledger.date_missing")
	case a.Dated > w.Today:
		return wrong("dated", "ledger.date_future", a.Dated)
	case a.Step == Undo || a.Step == Note:
		return nil
	}
	ground, on := f.ground(d, w, a.Step)
	if a.On < on {
		return wrong("on", "dossier.before_ground", stepKey(ground), on)
	}
	if a.Step.Chain() && a.On < f.floor {
		return wrong("on", "dossier.before_return", f.floor)
	}
	if end := f.probationEnd(d, w); end != 0 && a.On < end && (a.Step == CellRecognise || a.Step == Recognise) {
		return wrong("on", "dossier.before_month_end", end)
	}
	return nil
}

// ground finds the latest day among the steps an act rests on; a way out rests on everything done.
func (f *fold) ground(d *Dossier, w Way, s Step) (last Step, on day.Date) {
	look := func(g Step) {
		if i := f.last[number[g]]; i >= 0 && d.Acts[i].On > on {
			last, on = g, d.Acts[i].On
		} else if k := d.Known[g]; i < 0 && k.Valid() && k > on && f.held.has(g) {
			last, on = g, k
		}
	}
	var rests func(s Step)
	rests = func(s Step) {
		for _, g := range grounds[s] {
			if f.held.has(g) {
				look(g)
			} else {
				rests(g)
			}
		}
	}
	if s.Turn() {
		for _, g := range chain {
			look(g)
		}
		return last, on
	}
	if f.late(d, s) && f.held.has(s) {
		return "", 0
	}
	rests(s)
	return last, on
}

// probationEnd is the first day after the months of probation, 0 before the ceremony.
func (f *fold) probationEnd(d *Dossier, w Way) day.Date {
	joined := d.joined(f)
	if joined == 0 || w.Probation == 0 {
		return 0
	}
	return joined.AddMonths(w.Probation)
}

func (d *Dossier) joined(f *fold) day.Date {
	if i := f.last[number[Ceremony]]; i >= 0 {
		return d.Acts[i].On
	}
	if f.held.has(Ceremony) {
		return d.Known[Ceremony]
	}
	return 0
}

// Joined returns the day of the ceremony (ngày vào Đảng), 0 before it.
func (d *Dossier) Joined() day.Date {
	f := d.fold()
	return d.joined(&f)
}

func stepKey(s Step) fault.Key   { return fault.Key("step." + string(s)) }
func stateKey(s State) fault.Key { return fault.Key("dstate." + string(s)) }
