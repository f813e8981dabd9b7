package ledger

import "slices"

// Cause is why somebody moved (lý do biến động). The numbers are stored: never renumber.
type Cause int

// The causes, after form 1 (increase and decrease of members), form 2 and the exits of the procedure.
const (
	Opening    Cause = 1  // số dư đầu kỳ: known when the system began
	Propose    Cause = 2  // đề xuất nguồn
	Adopt      Cause = 3  // đưa vào nguồn
	Drop       Cause = 4  // đưa ra khỏi nguồn
	Certify    Cause = 5  // cấp giấy chứng nhận lớp nhận thức
	Lapse      Cause = 6  // giấy chứng nhận hết giá trị
	Apply      Cause = 7  // lập hồ sơ
	Return     Cause = 8  // trả lại hồ sơ
	Admit      Cause = 9  // kết nạp
	Readmit    Cause = 10 // kết nạp lại
	Recognise  Cause = 11 // công nhận chính thức
	Restore    Cause = 12 // phục hồi đảng tịch
	ArriveFrom Cause = 13 // chuyển đến từ tỉnh khác
	LeaveTo    Cause = 14 // chuyển đi tỉnh khác
	Transfer   Cause = 15 // chuyển sinh hoạt trong tỉnh
	Die        Cause = 16 // từ trần
	Expel      Cause = 17 // khai trừ
	Strike     Cause = 18 // xóa tên
	Quit       Cause = 19 // xin ra khỏi Đảng
	Cancel     Cause = 20 // hủy quyết định kết nạp
	Reorganise Cause = 21 // sắp xếp tổ chức
	Change     Cause = 22 // điều chỉnh thông tin
)

// shape says which moves a cause may make: from and to stages, and whether the unit may differ.
type shape struct {
	cause    Cause
	code     string
	from, to []Stage
	unit     unitRule
}

type unitRule int

const (
	sameUnit unitRule = iota // or one side outside
	otherUnit
	anyUnit
)

var (
	out     = []Stage{Outside}
	inside  = []Stage{Proposed, Pool, Certified, Dossier, Probationary, Official}
	prior   = []Stage{Proposed, Pool, Certified, Dossier}
	members = []Stage{Probationary, Official}
)

// shapes is the table of the procedure's exits and loops (Điều lệ Đảng; forms 1 and 2 of 11-HD/BTCTW).
// A person may be recorded from the stage at which the committee first hears of them, so entries
// from outside are wide; what a rule pack demands before a step is checked elsewhere.
var shapes = []shape{
	{Opening, "opening", out, inside, sameUnit},
	{Propose, "propose", out, []Stage{Proposed}, sameUnit},
	{Adopt, "adopt", []Stage{Outside, Proposed}, []Stage{Pool}, sameUnit},
	{Drop, "drop", prior, out, sameUnit},
	{Certify, "certify", []Stage{Outside, Proposed, Pool}, []Stage{Certified}, sameUnit},
	{Lapse, "lapse", []Stage{Certified, Dossier}, []Stage{Pool}, sameUnit},
	{Apply, "apply", []Stage{Certified}, []Stage{Dossier}, sameUnit},
	{Return, "return", []Stage{Dossier}, []Stage{Certified, Pool}, sameUnit},
	{Admit, "admit", []Stage{Outside, Pool, Certified, Dossier}, []Stage{Probationary}, sameUnit},
	{Readmit, "readmit", []Stage{Outside, Pool, Certified, Dossier}, []Stage{Probationary}, sameUnit},
	{Recognise, "recognise", []Stage{Probationary}, []Stage{Official}, sameUnit},
	{Restore, "restore", out, members, sameUnit},
	{ArriveFrom, "arrive", out, inside, sameUnit},
	{LeaveTo, "depart", inside, out, sameUnit},
	{Transfer, "transfer", inside, inside, otherUnit},
	{Die, "die", inside, out, sameUnit},
	{Expel, "expel", []Stage{Official}, out, sameUnit},
	{Strike, "strike", members, out, sameUnit},
	{Quit, "quit", members, out, sameUnit},
	{Cancel, "cancel", members, []Stage{Outside, Pool, Certified}, sameUnit},
	{Reorganise, "reorganise", inside, inside, otherUnit},
	{Change, "change", inside, inside, sameUnit},
}

// Causes lists every cause in the order of its number.
func Causes() []Cause {
	all := make([]Cause, len(shapes))
	for i, s := range shapes {
		all[i] = s.cause
	}
	return all
}

func (c Cause) shape() (shape, bool) {
	i := slices.IndexFunc(shapes, func(s shape) bool { return s.cause == c })
	if i < 0 {
		return shape{}, false
	}
	return shapes[i], true
}

// String returns the code of the cause, used in addresses, sheets and text keys.
func (c Cause) String() string {
	s, _ := c.shape()
	return s.code
}

// ParseCause reads a code written by String.
func ParseCause(code string) (Cause, bool) {
	for _, s := range shapes {
		if s.code == code {
			return s.cause, true
		}
	}
	return 0, false
}

// Targets returns the stages a cause may lead to from a stage; empty when it may not start there.
func (c Cause) Targets(from Stage) []Stage {
	s, ok := c.shape()
	if !ok || !slices.Contains(s.from, from) {
		return nil
	}
	if s.unit == otherUnit || c == Change {
		return []Stage{from}
	}
	return s.to
}

// CausesFrom lists the causes by which a person at a stage may move, without the two that the
// system itself posts (reorganisation and change of attributes).
func CausesFrom(from Stage) []Cause {
	var cs []Cause
	for _, s := range shapes {
		if s.cause != Reorganise && s.cause != Change && s.cause != Opening && slices.Contains(s.from, from) {
			cs = append(cs, s.cause)
		}
	}
	return cs
}
