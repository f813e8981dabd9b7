package dossier

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
)
