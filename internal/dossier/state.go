package dossier

import "ketnap/internal/ledger"

// State is where a dossier stands (trạng thái), the codes S0–S15 of the procedure and the ways it ends.
type State string

// The states.
const (
	Proposed    State = "s0"  // đề xuất nguồn
	InPool      State = "s1"  // trong nguồn
	Sent        State = "s2"  // cử học
	Certified   State = "s3"  // có chứng chỉ
	Applying    State = "s4"  // làm hồ sơ
	Verifying   State = "s5"  // thẩm tra lý lịch
	Consulting  State = "s6"  // lấy ý kiến
	CellVoted   State = "s7"  // chi bộ đã nghị quyết
	Examined    State = "s8"  // đảng ủy bộ phận đã thẩm định
	Agreed      State = "s9"  // đảng ủy cơ sở đã nghị quyết
	Submitted   State = "s10" // trình cấp có thẩm quyền
	Decided     State = "s11" // có quyết định
	Probation   State = "s12" // dự bị
	Schooled    State = "s13" // đã học lớp đảng viên mới
	Considering State = "s14" // xét công nhận chính thức
	Recognised  State = "s15" // chính thức

	Dropped   State = "dropped"   // đưa ra khỏi nguồn
	Refused   State = "refused"   // không đồng ý kết nạp
	Withdrawn State = "withdrawn" // rút đơn
	Struck    State = "struck"    // xóa tên
	Left      State = "left"      // xin ra
	Dead      State = "dead"      // từ trần
	Cancelled State = "cancelled" // hủy quyết định
	Away      State = "away"      // chuyển ra ngoài tỉnh
	Void      State = "void"      // ghi nhầm: nothing of it is left
)

// States lists every state in the order of the way, then the ends.
var States = []State{Proposed, InPool, Sent, Certified, Applying, Verifying, Consulting, CellVoted, Examined, Agreed, Submitted, Decided,
	Probation, Schooled, Considering, Recognised, Dropped, Refused, Withdrawn, Struck, Left, Dead, Cancelled, Away, Void}

// Live reports whether the way goes on from the state.
func (s State) Live() bool { return rank(s) < rank(Recognised) }

// Known reports whether s is one of the states.
func (s State) Known() bool { return rank(s) < len(States) }

// rank is the place of a state in States.
func rank(s State) int {
	for i, x := range States {
		if x == s {
			return i
		}
	}
	return len(States)
}

// between reports whether s lies on the way from one state to another, both included.
func (s State) between(from, to State) bool { return rank(s) >= rank(from) && rank(s) <= rank(to) }

// Stage returns the stage of the ledger that belongs to a state; of an end it is outside.
func (s State) Stage() ledger.Stage {
	switch {
	case s == Proposed:
		return ledger.Proposed
	case s.between(InPool, Sent):
		return ledger.Pool
	case s == Certified:
		return ledger.Certified
	case s.between(Applying, Decided):
		return ledger.Dossier
	case s.between(Probation, Considering):
		return ledger.Probationary
	case s == Recognised:
		return ledger.Official
	}
	return ledger.Outside
}

// StartAt returns the state from which a dossier goes on for somebody the ledger already knows at a
// stage; "" when none does: outside, and an official member.
func StartAt(s ledger.Stage) State {
	switch s {
	case ledger.Proposed:
		return Proposed
	case ledger.Pool:
		return InPool
	case ledger.Certified:
		return Certified
	case ledger.Dossier:
		return Applying
	case ledger.Probationary:
		return Probation
	}
	return ""
}
