// Package dossier holds the way of a person from first proposal to official member and its rules
// (domain floor, pure).
//
// A dossier (hồ sơ) is a list of acts, only ever added: what has been done, on which day, by which
// paper, with which votes. Its state follows from the acts. The order of the steps, which of them
// apply and what each demands come from the rule pack of the dossier; what stands here is what no
// regulation changes: that nothing is done before its ground exists and nothing twice.
package dossier

import "slices"

// Step is one kind of act (bước). The codes are stored and used in packs, addresses and text keys.
type Step string

// The steps of the chain, in the order of the way, then the ways out and back.
const (
	Propose Step = "propose" // đề xuất nguồn
	Adopt   Step = "adopt"   // chi bộ ra nghị quyết đưa vào nguồn, phân công người giúp đỡ
	Help    Step = "help"    // phân công, thay đảng viên giúp đỡ
	Task    Step = "task"    // giao nhiệm vụ thử thách
	Remark  Step = "remark"  // nhận xét hằng quý của người giúp đỡ
	Review  Step = "review"  // chi bộ rà soát nguồn hằng năm: giữ lại
	Send    Step = "send"    // cử đi học lớp nhận thức
	Certify Step = "certify" // cấp giấy chứng nhận lớp nhận thức
	Lapse   Step = "lapse"   // giấy chứng nhận hết giá trị

	Open      Step = "open"      // chi bộ đồng ý cho làm hồ sơ; đơn xin vào Đảng (1-KNĐ); chọn diện giới thiệu
	CV        Step = "cv"        // lý lịch (2-KNĐ) đã khai, chưa chứng nhận
	Introduce Step = "introduce" // giấy giới thiệu (3-KNĐ), nghị quyết đoàn thể (4, 4A-KNĐ)
	Ask       Step = "ask"       // gửi công văn thẩm tra một người thân
	Answer    Step = "answer"    // nhận kết quả thẩm tra một người thân
	Verify    Step = "verify"    // kết luận thẩm tra, chứng nhận lý lịch
	Opinion   Step = "opinion"   // ý kiến của một tổ chức (5B, 5C)
	Opinions  Step = "opinions"  // tổng hợp ý kiến (5-KNĐ)

	CellVote      Step = "cell_vote"      // nghị quyết của chi bộ (6-KNĐ)
	SectionReport Step = "section_report" // báo cáo của đảng ủy bộ phận (7-KNĐ)
	CommitteeVote Step = "committee_vote" // nghị quyết của đảng ủy cơ sở (8-KNĐ)
	Submit        Step = "submit"         // cấp có thẩm quyền tiếp nhận hồ sơ
	Decide        Step = "decide"         // quyết định kết nạp (9-KNĐ)
	Receive       Step = "receive"        // chi bộ nhận quyết định
	Ceremony      Step = "ceremony"       // lễ kết nạp

	OwnCV           Step = "own_cv"           // lý lịch đảng viên (1-HSĐV)
	NewCourse       Step = "new_course"       // giấy chứng nhận lớp đảng viên mới
	SelfReview      Step = "self_review"      // bản tự kiểm điểm (10-KNĐ)
	HelperRemark    Step = "helper_remark"    // nhận xét của đảng viên giúp đỡ (11-KNĐ)
	LaterOpinions   Step = "later_opinions"   // tổng hợp ý kiến về đảng viên dự bị (12-KNĐ)
	CellRecognise   Step = "cell_recognise"   // nghị quyết đề nghị công nhận của chi bộ (13-KNĐ)
	SectionAgree    Step = "section_agree"    // báo cáo của đảng ủy bộ phận (14-KNĐ)
	CommitteeAgree  Step = "committee_agree"  // nghị quyết của đảng ủy cơ sở (15-KNĐ)
	SubmitRecognise Step = "submit_recognise" // cấp có thẩm quyền tiếp nhận hồ sơ công nhận
	Recognise       Step = "recognise"        // quyết định công nhận chính thức (16-KNĐ)
	Card            Step = "card"             // phát thẻ đảng viên

	Drop     Step = "drop"      // đưa ra khỏi nguồn
	Refuse   Step = "refuse"    // không đồng ý: chi bộ, đảng ủy hoặc cấp có thẩm quyền
	SendBack Step = "send_back" // trả lại để làm lại thủ tục
	Withdraw Step = "withdraw"  // người xin vào Đảng rút đơn
	Strike   Step = "strike"    // xóa tên đảng viên dự bị
	Quit     Step = "quit"      // xin ra khỏi Đảng
	Die      Step = "die"       // từ trần
	Cancel   Step = "cancel"    // hủy quyết định kết nạp
	Correct  Step = "correct"   // công nhận sau khi khắc phục thủ tục
	Extend   Step = "extend"    // cấp trên đồng ý gia hạn
	Rebase   Step = "rebase"    // chuyển sang gói quy tắc khác
	Move     Step = "move"      // chuyển đơn vị, tiếp tục ở bước đang làm
	Undo     Step = "undo"      // hủy một việc đã ghi nhầm
	Note     Step = "note"      // ghi chú, không xóa được

	Circumstances Step = "special"    // hoàn cảnh riêng phải xét theo quy định riêng
	Discipline    Step = "discipline" // kỷ luật đảng viên dự bị
)

// untold are acts about what others said or were asked, and the bookkeeping of the dossier.
var untold = map[Step]bool{Remark: true, Review: true, Ask: true, Answer: true, Opinion: true, HelperRemark: true, Note: true, Undo: true, Rebase: true, Extend: true}

// Told reports whether the person a dossier is about is told that the act was done, and when. What it says is another matter.
func (s Step) Told() bool { return !untold[s] }

// Later reports whether a step of the chain comes after the admission: what it asks for concerns members only.
func (s Step) Later() bool { return slices.Index(chain, s) > slices.Index(chain, Ceremony) }
