package dossier

import "ketnap/internal/fault"

// Check says how the figures of a vote contradict each other, field by field. What share is enough is a
// matter of the rule pack; that nobody votes who is not there is a matter of arithmetic. Members on
// probation are in none of the figures.
func (v Vote) Check() error {
	e := fault.E("dossier.Vote", fault.Invalid, "vote.contradicts")
	for _, c := range []struct {
		wrong bool
		field string
		key   fault.Key
		args  []any
	}{
		{v.Officials < 1, "officials", "vote.none", nil},
		{v.Excluded < 0, "excluded", "vote.negative", nil},
		{v.Summoned < 0, "summoned", "vote.negative", nil},
		{v.Present < 0, "present", "vote.negative", nil},
		{v.Issued < 0, "issued", "vote.negative", nil},
		{v.Valid < 0, "valid", "vote.negative", nil},
		{v.For < 0, "for", "vote.negative", nil},
		{v.Excluded > v.Officials, "excluded", "vote.excluded_many", []any{v.Officials}},
		{v.Summoned > v.Officials, "summoned", "vote.summoned_many", []any{v.Officials}},
		{v.Summoned+v.Excluded < v.Officials, "summoned", "vote.summoned_few", []any{v.Officials - v.Excluded}},
		{v.Present > v.Summoned, "present", "vote.present_many", []any{v.Summoned}},
		{v.Present > v.Officials-v.Excluded, "present", "vote.present_excluded", []any{v.Officials - v.Excluded}},
		{v.Issued > v.Present, "issued", "vote.issued_many", []any{v.Present}},
		{v.Valid > v.Issued, "valid", "vote.valid_many", []any{v.Issued}},
		{v.For > v.Valid, "for", "vote.for_many", []any{v.Valid}},
	} {
		if c.wrong {
			e.Field(c.field, c.key, c.args...)
		}
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// Counting is how many the share of a vote is taken of: all official members without those excluded.
func (v Vote) Counting() int { return v.Officials - v.Excluded }
