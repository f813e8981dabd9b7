package dossier

import (
	"ketnap/internal/day"
	"ketnap/internal/id"
)

// Bodies that may refuse.
const (
	ByCell      = "cell"      // chi bộ
	ByCommittee = "committee" // đảng ủy cơ sở
	ByDecider   = "decider"   // cấp có thẩm quyền
)

// fold is what the acts of a dossier add up to.
type fold struct {
	held   set      // steps done and in force
	last   [64]int  // by number of the step: its last act in force, -1 when none
	in     []int    // acts in force, in order
	kept   []int    // acts not taken back, in order
	fails  int      // votes of the cell on recognition without the share
	failed day.Date // day of the last of them
	floor  day.Date // day of the last return, refusal or lapse: what is done again comes after
	end    State    // "" while it is live
	closed day.Date
}

// fold reads the acts.
func (d *Dossier) fold() fold {
	f := fold{held: before(d.Start), in: make([]int, 0, len(d.Acts)+1), kept: make([]int, 0, len(d.Acts)+1)}
	for i := range f.last {
		f.last[i] = -1
	}
	for i := range d.Acts {
		if d.Acts[i].Step != Undo {
			f.kept = append(f.kept, i)
			continue
		}
		for k := len(f.kept) - 1; k >= 0; k-- {
			if d.Acts[f.kept[k]].ID == d.Acts[i].Undoes {
				f.kept = append(f.kept[:k], f.kept[k+1:]...)
				break
			}
		}
	}
	for _, i := range f.kept {
		f.add(d, i)
	}
	if n := len(d.Acts); n > 0 && len(f.kept) == 0 {
		f.close(Void, d.Acts[n-1].On)
	}
	return f
}

// add takes one more act that was not taken back.
func (f *fold) add(d *Dossier, i int) {
	a := &d.Acts[i]
	n := number[a.Step]
	f.in = append(f.in, i)
	f.last[n] = i
	if n < firstTurn {
		f.held |= 1 << n
		if a.Step == Recognise {
			f.closed = a.On
		}
		return
	}
	switch a.Step {
	case Lapse:
		f.reopen(d, Certify, a.On)
	case SendBack:
		f.reopen(d, Step(a.Details.To), a.On)
	case Refuse:
		f.refuse(d, a)
	case Move:
		if a.Details.To == Abroad {
			f.close(Away, a.On)
		}
	default:
		if end, ok := ends[a.Step]; ok {
			f.close(end, a.On)
		}
	}
}

// Abroad is where a Move leads that leaves the province.
const Abroad = "out"

var ends = map[Step]State{Drop: Dropped, Withdraw: Withdrawn, Strike: Struck, Quit: Left, Die: Dead, Cancel: Cancelled}

func (f *fold) close(end State, on day.Date) { f.end, f.closed = end, on }

// refuse: of a proposal it is the end; of an application the way goes back to the pool; of a recognition
// a vote of the cell is counted, and a refusal above makes the cell consider it again.
func (f *fold) refuse(d *Dossier, a *Act) {
	switch {
	case !f.held.has(Adopt):
		f.close(Refused, a.On)
	case !f.held.has(Ceremony):
		f.reopen(d, Open, a.On)
	case a.Details.By == ByCell:
		f.fails++
		f.failed, f.floor = a.On, max(f.floor, a.On)
	default:
		f.reopen(d, CellRecognise, a.On)
	}
}

// reopen takes a step and everything that rests on it out of force.
func (f *fold) reopen(d *Dossier, s Step, on day.Date) {
	gone := resting[s]
	f.held &^= gone
	f.floor = max(f.floor, on)
	in := f.in[:0]
	for _, i := range f.in {
		if !gone.has(d.Acts[i].Step) {
			in = append(in, i)
		} else {
			f.last[number[d.Acts[i].Step]] = -1
		}
	}
	f.in = in
}

// state names where the acts lead.
func (f *fold) state() State {
	if f.end != "" {
		return f.end
	}
	for _, m := range marks {
		if f.held&m.any != 0 {
			return m.state
		}
	}
	return ""
}

// marks says which state the furthest step done means.
var marks = []struct {
	any   set
	state State
}{
	{of(Recognise), Recognised},
	{of(SelfReview, HelperRemark, LaterOpinions, CellRecognise, SectionAgree, CommitteeAgree, SubmitRecognise), Considering},
	{of(NewCourse), Schooled},
	{of(Ceremony), Probation},
	{of(Decide), Decided},
	{of(Submit), Submitted},
	{of(CommitteeVote), Agreed},
	{of(SectionReport), Examined},
	{of(CellVote), CellVoted},
	{of(Opinion, Opinions), Consulting},
	{of(Ask, Answer, Verify), Verifying},
	{of(Open, standing), Applying},
	{of(Certify), Certified},
	{of(Send), Sent},
	{of(Adopt), InPool},
	{of(Propose), Proposed},
}

// StateOf returns where the acts of a dossier lead; "" when there is neither an act nor a start.
func StateOf(d *Dossier) State {
	f := d.fold()
	return f.state()
}

// ClosedOn returns the day on which the way ended by its acts, 0 while it goes on.
func (d *Dossier) ClosedOn() day.Date { return d.fold().closed }

// Standing returns the acts in force, in the order of recording: neither taken back nor reopened.
func (d *Dossier) Standing() []Act {
	f := d.fold()
	out := make([]Act, len(f.in))
	for n, i := range f.in {
		out[n] = d.Acts[i]
	}
	return out
}

// Last returns the last act of a step that is in force.
func (d *Dossier) Last(s Step) (Act, bool) {
	n, known := number[s]
	if !known {
		return Act{}, false
	}
	if i := d.fold().last[n]; i >= 0 {
		return d.Acts[i], true
	}
	return Act{}, false
}

// Latest returns the act that can be taken back: the last that was not; false when there is none.
func (d *Dossier) Latest() (Act, bool) {
	f := d.fold()
	if len(f.kept) == 0 {
		return Act{}, false
	}
	return d.Acts[f.kept[len(f.kept)-1]], true
}

// Undone tells which acts were taken back, and Reopened which are out of force because the way went back.
func (d *Dossier) Undone() (undone, reopened map[id.ID]bool) {
	f := d.fold()
	undone, reopened = map[id.ID]bool{}, map[id.ID]bool{}
	for _, a := range d.Acts {
		if a.Step != Undo {
			undone[a.ID] = true
		}
	}
	for _, i := range f.kept {
		delete(undone, d.Acts[i].ID)
		reopened[d.Acts[i].ID] = true
	}
	for _, i := range f.in {
		delete(reopened, d.Acts[i].ID)
	}
	return undone, reopened
}

// Has reports whether a step is done and in force, also when the ledger knew it before the dossier began.
func (d *Dossier) Has(s Step) bool {
	f := d.fold()
	return f.held.has(s)
}

// FailedVotes counts the votes of the cell on recognition that lacked the share.
func (d *Dossier) FailedVotes() int { return d.fold().fails }

// Appealed returns the day of the vote of the cell after which the level above decides on recognition, given after how many that is; ok is
// false as long as the cell has the word.
func (d *Dossier) Appealed(fails int) (on day.Date, ok bool) {
	f := d.fold()
	if !f.appealed(Way{Fails: fails}) || f.held.has(CellRecognise) {
		return 0, false
	}
	return f.failed, true
}

// Dates returns the day of the last act in force of each step, by its code; of steps before the start
// the day the record has. A step not done is absent.
func (d *Dossier) Dates() map[string]int {
	f := d.fold()
	out := map[string]int{}
	for s, on := range d.Known {
		if f.held.has(s) {
			out[string(s)] = int(on)
		}
	}
	for s, n := range number {
		if i := f.last[n]; i >= 0 {
			out[string(s)] = int(d.Acts[i].On)
		}
	}
	return out
}

// helper is the member the acts in force assign to help, 0 when none does.
func (f *fold) helper(d *Dossier) id.ID {
	var h id.ID
	for _, i := range f.in {
		if x := d.Acts[i].Details.Helper; x != 0 {
			h = x
		}
	}
	return h
}
