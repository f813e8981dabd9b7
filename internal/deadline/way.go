package deadline

import (
	"ketnap/internal/dossier"
	"ketnap/internal/ledger"
	"ketnap/internal/rule"
)

// way is the steps that lead on, in their order.
var way = func() (chain []dossier.Step) {
	for _, s := range dossier.Steps() {
		if s.Chain() {
			chain = append(chain, s)
		}
	}
	return chain
}()

var order = func() map[dossier.Step]int {
	m := map[dossier.Step]int{}
	for n, s := range way {
		m[s] = n
	}
	return m
}()

// overBy is the step of the chain by which steps beside it have lost their point.
var overBy = map[dossier.Step]dossier.Step{
	dossier.Help: dossier.Ceremony, dossier.Task: dossier.Ceremony, dossier.Remark: dossier.Ceremony, dossier.Review: dossier.Open,
	dossier.Ask: dossier.Verify, dossier.Answer: dossier.Verify, dossier.Opinion: dossier.Opinions, dossier.Lapse: dossier.CellVote,
}

// again are the steps that are done over and over: each begins their period anew.
var again = map[dossier.Step]bool{dossier.Remark: true, dossier.Review: true}

// over returns the place on the way by which a step is done or has lost its point.
func over(s dossier.Step) (int, bool) {
	if by, ok := overBy[s]; ok {
		s = by
	}
	n, ok := order[s]
	return n, ok
}

// reached is the last step somebody at a stage has surely behind them.
var reached = map[ledger.Stage]dossier.Step{
	ledger.Proposed: dossier.Propose, ledger.Pool: dossier.Adopt, ledger.Certified: dossier.Certify, ledger.Dossier: dossier.Open,
	ledger.Probationary: dossier.Ceremony, ledger.Official: dossier.Recognise,
}

// plain are the steps a record without a dossier shows, or the next of which it shows: of others nobody
// could tell whether they were done.
var plain = map[dossier.Step]bool{
	dossier.Certify: true, dossier.Open: true, dossier.CellVote: true, dossier.Decide: true, dossier.Ceremony: true, dossier.CellRecognise: true, dossier.Recognise: true,
}

// shown reports whether a record without a dossier shows the end of a period.
func shown(c *rule.Clock) bool {
	seen := c.Start == fromOffer || c.Start == fromOffered
	for _, s := range c.Close {
		if again[dossier.Step(s)] {
			return false
		}
		seen = seen || plain[dossier.Step(s)]
	}
	return seen
}

// Organ is who has to act (nơi phải làm). The numbers are stored: never renumber.
type Organ int

// The organs, from the cell up.
const (
	Cell      Organ = 0 // chi bộ
	Section   Organ = 1 // đảng ủy bộ phận
	Committee Organ = 2 // đảng ủy cơ sở
	Decider   Organ = 3 // cấp có thẩm quyền quyết định
)

var organs = map[dossier.Step]Organ{
	dossier.SectionReport: Section, dossier.SectionAgree: Section,
	dossier.CommitteeVote: Committee, dossier.CommitteeAgree: Committee, dossier.Send: Committee, dossier.Submit: Committee, dossier.SubmitRecognise: Committee,
	dossier.Decide: Decider, dossier.Recognise: Decider, dossier.Card: Decider,
}

// organOf says who has to act to close a period: the one whose step comes first among those that close it. A paper
// that grows old is made anew by the cell, whoever decides by it.
func organOf(c *rule.Clock) Organ {
	if c.Start == fromPaper {
		return Cell
	}
	best, found := Cell, len(way)
	for _, s := range c.Close {
		if n, ok := over(dossier.Step(s)); ok && n < found {
			best, found = organs[dossier.Step(s)], n
		}
	}
	return best
}
