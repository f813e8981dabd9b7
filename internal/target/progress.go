package target

import (
	"ketnap/internal/day"
	"ketnap/internal/ledger"
)

// Progress compares a result with a target on a day.
type Progress struct {
	Target  Target
	Done    int64
	AsOf    day.Date
	Elapsed int // days of the period up to and with AsOf
	Days    int // days of the period
}

// Measure returns the progress of done against t on a day.
func Measure(t Target, done int64, asOf day.Date) Progress {
	elapsed, days := day.Elapsed(t.Period(), asOf)
	return Progress{Target: t, Done: done, AsOf: asOf, Elapsed: elapsed, Days: days}
}

// Share returns done and the number it is a share of: the least that meets the target.
func (p Progress) Share() (num, den int64) { return p.Done, p.Target.Least() }

// Deviation is the share done minus the share of time passed, in hundredths of a percentage point,
// rounded half away from zero: +1188 is 11,88 points ahead. ok is false without a target to divide by.
func (p Progress) Deviation() (hundredths int64, ok bool) {
	least := p.Target.Least()
	if least <= 0 || p.Days == 0 {
		return 0, false
	}
	// done/least - elapsed/days over the common denominator, in hundredths of a percent.
	num := (p.Done*int64(p.Days) - int64(p.Elapsed)*least) * 10000
	den := least * int64(p.Days)
	if num < 0 {
		return -((-num + den/2) / den), true
	}
	return (num + den/2) / den, true
}

// State is how a target stands (trạng thái tiến độ).
type State string

// The states, from worst to best.
const (
	Behind  State = "behind"  // chậm tiến độ
	OnPace  State = "on_pace" // đúng tiến độ: within five points of time passed
	Ahead   State = "ahead"   // vượt tiến độ
	Reached State = "reached" // đã đạt chỉ tiêu
	NoGoal  State = "none"    // chưa giao chỉ tiêu
)

// paceBand is how far from elapsed time counts as on pace, in hundredths of a percentage point.
// A habit of this product's pages, not of a regulation.
const paceBand = 500

// State returns how the target stands.
func (p Progress) State() State {
	dev, _ := p.Deviation()
	switch {
	case p.Target.Op == "":
		return NoGoal
	case p.Target.Met(p.Done): // also a target of 0, against which nothing can be measured
		return Reached
	case dev < -paceBand:
		return Behind
	case dev > paceBand:
		return Ahead
	}
	return OnPace
}

// Slices are the groups a yearly target may name ("trong đó").
var Slices = []ledger.Slice{
	ledger.SliceAll, ledger.SliceFemale, ledger.SliceMinority, ledger.SliceReligious, ledger.SliceYouth,
	ledger.SliceOccupation + 11, // group 10: sinh viên
	ledger.SliceOccupation + 12, // group 11: học sinh
	ledger.SliceOccupation + 6,  // 07a: lãnh đạo, quản lý doanh nghiệp
	ledger.SliceOccupation + 8,  // 07c: công nhân
	ledger.SliceSector + 6,      // doanh nghiệp ngoài nhà nước
}
