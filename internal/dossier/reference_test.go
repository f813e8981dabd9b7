package dossier

import (
	"slices"

	"ketnap/internal/day"
)

// reference is a second machine, written from the text of the procedure and not from the first: it
// keeps the day of each thing that was done, and copies of itself to go back to. It decides what is
// legal by asking, step by step, for exactly what the text asks for.
type reference struct {
	section, committee bool // levels above the cell
	months, fails      int
	today              day.Date

	now  moment
	past []moment // before each act not taken back
}

// moment is all that the reference knows.
type moment struct {
	propose, adopt, send, certify, open, cv, introduce, verify, opinions            day.Date
	cellVote, sectionReport, committeeVote, submit, decide, receive, ceremony       day.Date
	ownCV, newCourse, selfReview, helperRemark, laterOpinions, cellRecognise        day.Date
	sectionAgree, committeeAgree, submitRecognise, recognise, card, corrected, loop day.Date
	asked, answered                                                                 [3]day.Date
	opinion                                                                         [2]day.Date
	remark                                                                          [4]bool
	extended                                                                        [2]bool
	reviewed                                                                        []day.Date
	failed                                                                          int
	pack                                                                            string
	end                                                                             State
}

// deed is an act as the reference sees it.
type deed struct {
	step   Step
	on     day.Date
	by, to string
	n      int // relative, body, quarter, clock
	until  day.Date
	pack   string
}

// step finds the memory of a step of the chain.
func (m *moment) step(s Step) *day.Date {
	switch s {
	case Propose:
		return &m.propose
	case Adopt:
		return &m.adopt
	case Send:
		return &m.send
	case Certify:
		return &m.certify
	case Open:
		return &m.open
	case CV:
		return &m.cv
	case Introduce:
		return &m.introduce
	case Verify:
		return &m.verify
	case Opinions:
		return &m.opinions
	case CellVote:
		return &m.cellVote
	case SectionReport:
		return &m.sectionReport
	case CommitteeVote:
		return &m.committeeVote
	case Submit:
		return &m.submit
	case Decide:
		return &m.decide
	case Receive:
		return &m.receive
	case Ceremony:
		return &m.ceremony
	case OwnCV:
		return &m.ownCV
	case NewCourse:
		return &m.newCourse
	case SelfReview:
		return &m.selfReview
	case HelperRemark:
		return &m.helperRemark
	case LaterOpinions:
		return &m.laterOpinions
	case CellRecognise:
		return &m.cellRecognise
	case SectionAgree:
		return &m.sectionAgree
	case CommitteeAgree:
		return &m.committeeAgree
	case SubmitRecognise:
		return &m.submitRecognise
	case Recognise:
		return &m.recognise
	case Card:
		return &m.card
	}
	return nil
}

// state is the table of the text, from its last line up.
func (m *moment) state() State {
	switch {
	case m.end != "":
		return m.end
	case m.recognise != 0:
		return "s15"
	case m.selfReview != 0 || m.helperRemark != 0 || m.laterOpinions != 0 || m.cellRecognise != 0 || m.sectionAgree != 0 || m.committeeAgree != 0 || m.submitRecognise != 0:
		return "s14"
	case m.newCourse != 0:
		return "s13"
	case m.ceremony != 0:
		return "s12"
	case m.decide != 0:
		return "s11"
	case m.submit != 0:
		return "s10"
	case m.committeeVote != 0:
		return "s9"
	case m.sectionReport != 0:
		return "s8"
	case m.cellVote != 0:
		return "s7"
	case m.opinions != 0 || m.opinion != [2]day.Date{}:
		return "s6"
	case m.verify != 0 || m.asked != [3]day.Date{} || m.answered != [3]day.Date{}:
		return "s5"
	case m.open != 0:
		return "s4"
	case m.certify != 0:
		return "s3"
	case m.send != 0:
		return "s2"
	case m.adopt != 0:
		return "s1"
	case m.propose != 0:
		return "s0"
	}
	return ""
}

// all reports whether everything was done, and the latest day of it.
func all(days ...day.Date) (bool, day.Date) {
	var last day.Date
	for _, d := range days {
		if d == 0 {
			return false, 0
		}
		last = max(last, d)
	}
	return true, last
}

// rests says what a step of the chain rests on: whether it is there, and its latest day.
func (r *reference) rests(s Step) (bool, day.Date) {
	m := &r.now
	appeal := r.fails > 0 && m.failed >= r.fails
	switch s {
	case Propose:
		return true, 0
	case Adopt:
		return all(m.propose)
	case Send, Certify:
		return all(m.adopt)
	case Open:
		return all(m.certify)
	case CV, Introduce, Opinions:
		return all(m.open)
	case Verify:
		for i := range m.asked {
			if m.asked[i] != 0 && m.answered[i] == 0 {
				return false, 0
			}
		}
		return all(m.cv)
	case CellVote:
		return all(m.cv, m.introduce, m.verify, m.opinions)
	case SectionReport:
		if !r.section {
			return false, 0
		}
		return all(m.cellVote)
	case CommitteeVote:
		switch {
		case !r.committee:
			return false, 0
		case r.section:
			return all(m.sectionReport)
		}
		return all(m.cellVote)
	case Submit:
		switch {
		case r.committee:
			return all(m.committeeVote)
		case r.section:
			return all(m.sectionReport)
		}
		return all(m.cellVote)
	case Decide:
		return all(m.submit)
	case Receive:
		return all(m.decide)
	case Ceremony:
		return all(m.receive)
	case OwnCV, NewCourse, SelfReview, HelperRemark, LaterOpinions:
		return all(m.ceremony)
	case CellRecognise:
		if appeal {
			return false, 0
		}
		return all(m.newCourse, m.selfReview, m.helperRemark, m.laterOpinions)
	case SectionAgree:
		if !r.section {
			return false, 0
		}
		return r.recognisedByCell(appeal)
	case CommitteeAgree:
		switch {
		case !r.committee:
			return false, 0
		case r.section:
			return all(m.sectionAgree)
		}
		return r.recognisedByCell(appeal)
	case SubmitRecognise:
		switch {
		case r.committee:
			return all(m.committeeAgree)
		case r.section:
			return all(m.sectionAgree)
		}
		return r.recognisedByCell(appeal)
	case Recognise:
		return all(m.submitRecognise)
	case Card:
		return all(m.recognise)
	}
	return false, 0
}

// recognisedByCell: the cell has resolved, or has voted in vain so often that the level above decides.
func (r *reference) recognisedByCell(appeal bool) (bool, day.Date) {
	m := &r.now
	if ok, on := all(m.cellRecognise); ok || !appeal {
		return ok, on
	}
	return true, max(m.newCourse, m.selfReview, m.helperRemark, m.laterOpinions, m.ceremony)
}

// latest is the last day on which anything of the chain was done.
func (m *moment) latest() day.Date {
	return max(m.propose, m.adopt, m.send, m.certify, m.open, m.cv, m.introduce, m.verify, m.opinions, m.cellVote, m.sectionReport, m.committeeVote, m.submit,
		m.decide, m.receive, m.ceremony, m.ownCV, m.newCourse, m.selfReview, m.helperRemark, m.laterOpinions, m.cellRecognise, m.sectionAgree, m.committeeAgree,
		m.submitRecognise, m.recognise)
}

// among reports whether a state is one of those listed.
func (m *moment) among(states ...State) bool {
	s := m.state()
	for _, x := range states {
		if x == s {
			return true
		}
	}
	return false
}

// legal says whether a deed may be done now.
func (r *reference) legal(a deed) bool {
	m := &r.now
	if a.on > r.today {
		return false
	}
	if a.step == Undo {
		return len(r.past) > 0
	}
	if m.end != "" || m.recognise != 0 && a.step != Card {
		return false
	}
	if done := m.step(a.step); done != nil {
		there, on := r.rests(a.step)
		if *done != 0 || !there || a.on < on || a.on < m.loop {
			return false
		}
		if a.step == CellRecognise || a.step == Recognise {
			return a.on >= m.ceremony.AddMonths(r.months)
		}
		return true
	}
	return r.legalBeside(a)
}

func (r *reference) legalBeside(a deed) bool {
	m := &r.now
	member := m.among("s12", "s13", "s14")
	pool := m.among("s1", "s2", "s3", "s4", "s5", "s6")
	applying := m.among("s4", "s5", "s6")
	later := a.on >= m.latest()
	switch a.step {
	case Help, Circumstances:
		return m.adopt != 0
	case Discipline:
		return member && a.on >= m.ceremony
	case Task:
		return pool
	case Review:
		return pool && !slices.Contains(m.reviewed, a.on)
	case Remark:
		return m.adopt != 0 && !m.remark[a.n%4]
	case Note:
		return m.propose != 0
	case Ask:
		return applying && m.cv != 0 && m.verify == 0 && m.asked[a.n%3] == 0 && a.on >= m.cv
	case Answer:
		return applying && m.cv != 0 && m.verify == 0 && m.asked[a.n%3] != 0 && m.answered[a.n%3] == 0 && a.on >= m.asked[a.n%3] && a.on >= m.cv
	case Opinion:
		return applying && m.open != 0 && m.opinions == 0 && m.opinion[a.n%2] == 0 && a.on >= m.open
	case Lapse:
		return later && m.among("s3", "s4", "s5", "s6")
	case Drop:
		return later && (m.state() == "s0" || pool)
	case Withdraw:
		return later && m.open != 0 && m.ceremony == 0
	case Strike, Quit:
		return later && member
	case Die, Move:
		return later && m.propose != 0
	case Cancel:
		return later && m.decide != 0
	case Correct:
		return later && m.decide != 0 && m.corrected == 0
	case Extend:
		return later && m.certify != 0 && !m.extended[a.n%2] && a.until > a.on
	case Rebase:
		return later && m.open != 0 && a.pack != m.pack
	case SendBack:
		return later && r.mayReturnTo(Step(a.to))
	case Refuse:
		return later && r.mayRefuse(a.by)
	}
	return false
}

// mayReturnTo: a file that the cell has resolved on, before the decision, or the recognition, before its decision.
func (r *reference) mayReturnTo(s Step) bool {
	m := &r.now
	first := s == CV || s == Introduce || s == Verify || s == Opinions || s == CellVote || s == SectionReport || s == CommitteeVote
	second := s == SelfReview || s == HelperRemark || s == LaterOpinions || s == CellRecognise || s == SectionAgree || s == CommitteeAgree
	switch {
	case m.ceremony == 0:
		return first && m.cellVote != 0 && m.decide == 0 && *m.step(s) != 0
	default:
		return second && m.cellRecognise != 0 && *m.step(s) != 0
	}
}

// mayRefuse: whose turn it is may refuse.
func (r *reference) mayRefuse(by string) bool {
	m := &r.now
	turn := map[string]Step{"cell": CellVote, "committee": CommitteeVote, "decider": Decide}
	switch {
	case m.adopt == 0:
		return m.propose != 0 && by == "cell"
	case m.ceremony != 0:
		turn = map[string]Step{"cell": CellRecognise, "committee": CommitteeAgree, "decider": Recognise}
	}
	s, ok := turn[by]
	if !ok || *m.step(s) != 0 {
		return false
	}
	there, _ := r.rests(s)
	return there
}

// do carries a legal deed out.
func (r *reference) do(a deed) {
	if a.step == Undo {
		r.now = r.past[len(r.past)-1]
		r.past = r.past[:len(r.past)-1]
		if len(r.past) == 0 {
			r.now.end = Void
		}
		return
	}
	r.past = append(r.past, r.now)
	m := &r.now
	if done := m.step(a.step); done != nil {
		*done = a.on
		if a.step == Open {
			m.pack = a.pack
		}
		return
	}
	switch a.step {
	case Review:
		m.reviewed = append(m.reviewed[:len(m.reviewed):len(m.reviewed)], a.on)
	case Remark:
		m.remark[a.n%4] = true
	case Ask:
		m.asked[a.n%3] = a.on
	case Answer:
		m.answered[a.n%3] = a.on
	case Opinion:
		m.opinion[a.n%2] = a.on
	case Correct:
		m.corrected = a.on
	case Extend:
		m.extended[a.n%2] = true
	case Rebase:
		m.pack = a.pack
	case Lapse:
		m.forgetApplication()
		m.send, m.certify, m.loop = 0, 0, max(m.loop, a.on)
	case Refuse:
		r.refused(a)
	case SendBack:
		r.sentBack(Step(a.to))
		m.loop = max(m.loop, a.on)
	case Move:
		if a.to == Abroad {
			m.end = Away
		}
	case Drop:
		m.end = Dropped
	case Withdraw:
		m.end = Withdrawn
	case Strike:
		m.end = Struck
	case Quit:
		m.end = Left
	case Die:
		m.end = Dead
	case Cancel:
		m.end = Cancelled
	}
}

// forgetApplication: back in the pool nothing of the application is in force.
func (m *moment) forgetApplication() {
	m.open, m.cv, m.introduce, m.verify, m.opinions, m.cellVote, m.sectionReport, m.committeeVote, m.submit = 0, 0, 0, 0, 0, 0, 0, 0, 0
	m.asked, m.answered, m.opinion, m.pack = [3]day.Date{}, [3]day.Date{}, [2]day.Date{}, ""
	m.extended = [2]bool{}
}

func (r *reference) refused(a deed) {
	m := &r.now
	switch {
	case m.adopt == 0:
		m.end = Refused
	case m.ceremony == 0:
		m.forgetApplication()
		m.loop = max(m.loop, a.on)
	case a.by == "cell":
		m.failed++
		m.loop = max(m.loop, a.on)
	default:
		m.cellRecognise, m.sectionAgree, m.committeeAgree, m.submitRecognise = 0, 0, 0, 0
		m.loop = max(m.loop, a.on)
	}
}

// sentBack: the step and what was done on its strength are to be done again.
func (r *reference) sentBack(s Step) {
	m := &r.now
	switch s {
	case CV:
		m.cv, m.verify, m.asked, m.answered = 0, 0, [3]day.Date{}, [3]day.Date{}
	case Introduce, Opinions, Verify:
		*m.step(s) = 0
	case SelfReview, HelperRemark, LaterOpinions:
		*m.step(s) = 0
	}
	switch s {
	case CV, Introduce, Verify, Opinions, CellVote:
		m.cellVote, m.sectionReport, m.committeeVote, m.submit = 0, 0, 0, 0
	case SectionReport:
		m.sectionReport, m.committeeVote, m.submit = 0, 0, 0
	case CommitteeVote:
		m.committeeVote, m.submit = 0, 0
	case SelfReview, HelperRemark, LaterOpinions, CellRecognise:
		m.cellRecognise, m.sectionAgree, m.committeeAgree, m.submitRecognise = 0, 0, 0, 0
	case SectionAgree:
		m.sectionAgree, m.committeeAgree, m.submitRecognise = 0, 0, 0
	case CommitteeAgree:
		m.committeeAgree, m.submitRecognise = 0, 0
	}
}
