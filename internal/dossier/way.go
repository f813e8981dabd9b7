package dossier

import "ketnap/internal/day"

// Way is what the rules say of the way of one dossier: everything a regulation may change about the
// order of the steps. The machine has no number of its own.
type Way struct {
	Steps     []Step   // of the chain that apply, in any order
	Probation int      // months
	Fails     int      // votes without the share after which the level above decides; 0: never
	Today     day.Date // nothing takes place after it
}

// set is a set of steps, by their number in codes.
type set uint64

func of(steps ...Step) set {
	var s set
	for _, x := range steps {
		s |= 1 << number[x]
	}
	return s
}

func (s set) has(x Step) bool { return s&(1<<number[x]) != 0 }

// chain is the steps that lead on, in the order of the way. Each is done once, until it is reopened.
var chain = []Step{Propose, Adopt, Send, Certify, Open, CV, Introduce, Verify, Opinions, CellVote, SectionReport, CommitteeVote, Submit, Decide, Receive,
	Ceremony, OwnCV, NewCourse, SelfReview, HelperRemark, LaterOpinions, CellRecognise, SectionAgree, CommitteeAgree, SubmitRecognise, Recognise, Card}

// beside are the steps that accompany the chain and may come again.
var beside = []Step{Help, Task, Remark, Review, Ask, Answer, Opinion, Note, Circumstances, Discipline}

// turns are the ways out and back.
var turns = []Step{Lapse, Drop, Refuse, SendBack, Withdraw, Strike, Quit, Die, Cancel, Correct, Extend, Rebase, Move, Undo}

// number gives each step a place in a set. standing is the mark of a dossier that stood in the ledger
// before its application was recorded here.
var number = func() map[Step]uint {
	n := map[Step]uint{}
	for _, list := range [][]Step{chain, beside, turns, {standing}} {
		for _, s := range list {
			n[s] = uint(len(n))
		}
	}
	return n
}()

const standing Step = "standing"

// firstTurn is the number of the first way out or back.
var firstTurn = uint(len(chain) + len(beside))

// grounds says on which steps each step of the chain rests. Where a ground does not apply to a dossier,
// those it rests on itself take its place. Send and OwnCV are waited for by nothing.
var grounds = map[Step][]Step{
	Adopt:           {Propose},
	Send:            {Adopt},
	Certify:         {Adopt},
	Open:            {Certify},
	CV:              {Open},
	Introduce:       {Open},
	Verify:          {CV},
	Opinions:        {Open},
	CellVote:        {CV, Introduce, Verify, Opinions},
	SectionReport:   {CellVote},
	CommitteeVote:   {SectionReport},
	Submit:          {CommitteeVote},
	Decide:          {Submit},
	Receive:         {Decide},
	Ceremony:        {Receive},
	OwnCV:           {Ceremony},
	NewCourse:       {Ceremony},
	SelfReview:      {Ceremony},
	HelperRemark:    {Ceremony},
	LaterOpinions:   {Ceremony},
	CellRecognise:   {NewCourse, SelfReview, HelperRemark, LaterOpinions},
	SectionAgree:    {CellRecognise},
	CommitteeAgree:  {SectionAgree},
	SubmitRecognise: {CommitteeAgree},
	Recognise:       {SubmitRecognise},
	Card:            {Recognise},
	Ask:             {CV},
	Answer:          {CV}, // and on the question about the same relative
	Opinion:         {Open},
	Discipline:      {Ceremony},
}

// resting is each step with everything that rests on it, directly or not: what is reopened with it.
var resting = func() map[Step]set {
	out := map[Step]set{}
	for s := range grounds {
		for _, g := range above(s) {
			out[g] |= of(s)
		}
	}
	for s := range number {
		out[s] |= of(s)
	}
	out[Open] |= of(standing, Rebase, Extend) // a new application is pinned and extended anew
	out[Certify] |= of(standing, Rebase, Extend, Send)
	out[Verify] &^= of(Ask, Answer)
	return out
}()

// above lists the steps a step rests on, directly or not.
func above(s Step) []Step {
	var out []Step
	for _, g := range grounds[s] {
		out = append(append(out, g), above(g)...)
	}
	return out
}

// before is what is done already when somebody begins at a state.
func before(start State) set {
	upto := map[State]Step{Proposed: Propose, InPool: Adopt, Certified: Certify, Applying: Certify, Probation: Ceremony}[start]
	var s set
	if upto == "" {
		return s
	}
	for _, c := range chain {
		s |= of(c)
		if c == upto {
			break
		}
	}
	if start == Applying {
		s |= of(standing)
	}
	return s
}

// Chain reports whether a step leads on, so that it is done once.
func (s Step) Chain() bool { return listed(chain, s) }

// Turn reports whether a step is a way out or back.
func (s Step) Turn() bool { return listed(turns, s) }

// Valid reports whether s is one of the steps.
func (s Step) Valid() bool {
	_, ok := number[s]
	return ok && s != standing
}

// Steps lists every step, in the order of the way, then those beside it, then the ways out and back.
func Steps() []Step {
	return append(append(append([]Step(nil), chain...), beside...), turns...)
}

func listed(list []Step, s Step) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
