package webtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestCourseFlow is a class from its opening to a certificate issued again, by hand: wrong dates, absent ones typed before the rest is
// marked present, a sheet with bad rows that changes nothing, numbers that are taken, the certificates, one of them with a new number.
func TestCourseFlow(t *testing.T) {
	b := ownDemo(t).sit(t, "canbo")
	b.visit("/lop")
	b.click("main a[href^='/lop/moi']")
	b.put("name", "Lớp thử K9", "decision_no", "9-QĐ/ĐU", "decision_on", "05/10/2026", "issuer", "Trung tâm Chính trị", "begins", "12/10/2026", "ends", "09/10/2026")
	b.click("main form[method=post] .button.main")
	b.complaints() // the browser notes the status
	b.must("an end before the beginning", "Ngày bế giảng phải từ ngày khai giảng")
	b.put("ends", "16/10/2026")
	b.send("the class")
	class := b.path()
	b.click("main a[href$='/moi-hoc']")
	b.click("main form[method=post] .button.main")
	b.complaints()
	b.must("nobody chosen", "Chưa chọn ai")
	eval[int](b, `[...document.querySelectorAll('[name=person]')].slice(0, 4).map(c => c.checked = true).length`)
	b.put("on", "10/10/2026")
	b.send("the invitation")
	ids := eval[[]string](b, `[...document.querySelectorAll('tbody th a')].map(a => a.getAttribute('href').split('/')[2])`)
	names := b.texts("tbody th a")
	if len(ids) != 4 {
		t.Fatalf("%d were invited: %v", len(ids), names)
	}

	marks := class + "?tab=diem-danh" // the absent are typed, the rest is marked in the same step
	b.visit(marks)
	b.put("m_"+ids[0]+"_0", "z")
	b.click("main button[formaction$='/co-mat']")
	b.complaints()
	b.must("a wrong mark", "Không hiểu “z”")
	b.put("m_"+ids[0]+"_0", "k", "m_"+ids[0]+"_1", "p")
	b.click("main button[formaction$='/co-mat']")
	if got := eval[string](b, `[...document.querySelectorAll('tbody tr:first-child input[name^=m_]')].slice(0, 3).map(i => i.value).join('')`); got != "kpx" {
		t.Errorf("what was typed before the rest was marked stands as %q", got)
	}
	b.inspect("course-marks-1280")
	b.width(narrow)
	b.inspect("course-marks-390")
	b.width(wide)

	b.click("main a[href$='/tu-tep']")
	sheet := sheetFile(t, "diem danh.csv", "TT,Mã người,Họ và tên,Buổi 1,Buổi 2,Xếp loại\n"+
		fmt.Sprintf("1,%s,%s,x,muộn,Khá\n2,%s,%s,k,,\n3,%s,%s,x,,\n4,,Người Không Có,x,,\n5,%s,%s,p,,Tuyệt\n", ids[0], names[0], ids[1], names[1], ids[1], names[1], ids[2], names[2]))
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#f-file"), []string{sheet}))
	b.click("form[enctype] .button.main")
	b.must("the sheet", "Ô E2: Không hiểu “muộn”", "Ô F6:", "Không có “Người Không Có”", names[1]+"” còn có ở dòng 4", names[1]+"” còn có ở dòng 3", "Chưa ghi gì")
	b.inspect("course-sheet-1280")
	b.width(narrow)
	b.inspect("course-sheet-390")
	b.width(wide)
	b.visit(marks)
	if got := eval[string](b, `document.querySelector('tbody tr:first-child input[name^=m_]').value`); got != "k" {
		t.Errorf("looking at a sheet stored %q", got)
	}

	b.visit(class)
	b.put("g_"+ids[0], "Giỏi", "g_"+ids[1], "Khá", "g_"+ids[2], "Khá", "g_"+ids[3], "Không đạt", "first", "không số")
	b.click("main button[formaction$='/danh-so']")
	b.complaints()
	b.must("a first number without digits", "Số đầu tiên phải có chữ số")
	if got := eval[string](b, `document.querySelector('[name=g_`+ids[0]+`]').selectedOptions[0].text`); got != "Giỏi" {
		t.Errorf("the grade that was chosen stands as %q", got)
	}
	b.put("first", "001/GCN-BDNT") // the class of August has these numbers
	b.click("main button[formaction$='/danh-so']")
	b.click("main a[href$='/cap']")
	b.must("numbers the issuer gave", "đã được Trung tâm Chính trị cấp", "Chưa đạt nên chưa cấp", "Áp dụng được 0/4")
	b.inspect("course-taken-1280")
	b.visit(class)
	b.put("n_"+ids[0], "K9-01", "n_"+ids[1], "K9-02", "n_"+ids[2], "K9-02")
	b.send("numbers")
	b.click("main a[href$='/cap']")
	b.must("a number twice in the class", "Áp dụng được 2/4")
	b.visit(class)
	b.put("n_"+ids[2], "K9-03")
	b.send("numbers")
	b.click("main a[href$='/cap']")
	b.must("who gets one", "Áp dụng được 3/4")
	b.put("on", "20/10/2026")
	if len(b.texts("main [name=reason]")) > 0 {
		b.put("reason", "Cấp ủy đồng ý")
	}
	b.send("the certificates")
	b.must("the class", "Đã cấp giấy")
	b.inspect("course-certified-1280")
	for _, form := range []string{"list", "marks", "certs"} {
		b.visit(class + "/in?mau=" + form)
		b.must("the paper "+form, names[0], "Lớp thử K9")
	}

	person := "/nguoi/" + ids[0] // issued again with a new number
	b.visit(class)
	b.click("main a[href='" + person + "/giay-chung-nhan']")
	until := eval[string](b, `document.querySelector('main .facts').innerText`)
	open := func() { eval[bool](b, `document.querySelector('main details.data').open = true`) }
	open()
	b.put("number", "K9-02", "reason", "bị mất")
	b.click("main details.data .button.main")
	b.complaints()
	b.must("a number somebody has", "Số K9-02 đã được Trung tâm Chính trị cấp")
	b.put("number", "K9-04", "reason", "bị mất khi chuyển nhà")
	b.send("issued again")
	b.must("the certificate", "số K9-04", "số K9-04 thay số K9-01", "bị mất khi chuyển nhà")
	if now := eval[string](b, `document.querySelector('main .facts').innerText`); now != until {
		t.Errorf("the certificate says %q, before %q", now, until)
	}
	b.inspect("course-reissued-1280")
	b.width(narrow)
	b.inspect("course-reissued-390")
	b.width(wide)
	b.visit(class)
	b.must("the class", "cấp lại, thay số K9-01")
	b.visit(class + "/in?mau=certs")
	b.must("the certificate data", "K9-04 (cấp lại, thay số K9-01)")
	if status := b.status(class + "/cap"); status != http.StatusOK {
		t.Errorf("looking at the certificates again: %d", status)
	}
	if said := strings.Join(b.complaints(), "\n"); said != "" {
		t.Errorf("the browser says: %s", said)
	}
}

// TestNewMemberCourse is the course for new members by hand: the plan counts who has to go, the class has the lessons of the summons,
// only who is on probation is called, who failed gets no certificate, and the certificate closes what stood in the way of recognition.
func TestNewMemberCourse(t *testing.T) {
	e := newExits(t)
	l, failed, early := e.upto("Lò Thị Mới", "own_cv"), e.upto("Lò Thị Trượt", "own_cv"), e.upto("Lò Thị Nguồn", "adopt")
	b, owed := e.over, "Học lớp đảng viên mới trước khi xét công nhận"
	dues := func(of *life) string {
		e.cell.visit(of.person + "/ho-so")
		return strings.Join(e.cell.texts("#han li, #han tr, #han dd, #han dt"), "\n")
	}
	if got := dues(l); !strings.Contains(got, owed) {
		t.Fatalf("before the course is due: %s", got)
	}

	b.visit("/lop")
	b.click("main a[href^='/lop/ke-hoach']")
	b.choose("form.filters [name=loai]", "new_member")
	b.click("form.filters .button.main")
	if row := strings.Join(strings.Fields(b.texts("tbody tr.sum")[0]), " "); !strings.HasPrefix(row, "Đảng bộ xã Hai 2 0 0 0 0 ") {
		t.Errorf("the plan of those who have to go: %q", row)
	}
	b.must("the plan", "Phải học")
	b.inspect("new-member-plan-1280")

	b.visit("/lop")
	b.click("main a[href^='/lop/moi']")
	b.put("kind", "Bồi dưỡng đảng viên mới", "name", "Lớp đảng viên mới K1", "decision_no", "8-QĐ/ĐU", "decision_on", "01/10/2026", "place", "Hội trường", "issuer", "Trung tâm chính trị",
		"begins", "12/10/2026", "ends", "14/10/2026")
	b.send("the class")
	class := b.path()
	b.visit(class + "?tab=diem-danh")
	b.must("who may be called", "Mời đảng viên dự bị")
	b.inspect("new-member-empty-1280")
	b.click("main a[href$='/moi-hoc']")
	if who := strings.Join(b.texts("tbody th"), ","); strings.Contains(who, early.name) || len(b.texts("tbody th")) != 2 {
		t.Errorf("called to the course of new members: %s", who)
	}
	eval[int](b, `[...document.querySelectorAll('[name=person]')].map(c => c.checked = true).length`)
	b.put("on", "05/10/2026")
	b.send("the invitation")

	b.visit(class + "?tab=diem-danh") // the summons has its own lessons: they are typed
	b.click("main a[href$='/sua']")
	lessons := []string{"s1_on", "12/10/2026", "s1_part", "Sáng", "s1_lesson", "Chuyên đề 1", "s1_periods", "5", "s2_on", "12/10/2026", "s2_part", "Chiều", "s2_lesson", "Chuyên đề 2", "s2_periods", "5",
		"s3_on", "13/10/2026", "s3_part", "Sáng", "s3_lesson", "Chuyên đề 3", "s3_periods", "5"}
	b.put(append(lessons, "s4_on", "20/10/2026", "s4_lesson", "Ngoài lịch", "s4_periods", "5")...)
	b.click("main form[method=post] .button.main")
	b.complaints() // the browser notes the status
	if wrong := b.texts(".wrong-text"); len(wrong) != 1 || !strings.Contains(wrong[0], "14/10/2026") {
		t.Errorf("a lesson after the end of the class: %v", wrong)
	}
	b.inspect("new-member-lessons-1280")
	b.width(narrow)
	b.inspect("new-member-lessons-390")
	b.width(wide)
	b.put("s4_on", "", "s4_lesson", "", "s4_periods", "")
	b.send("the lessons")

	b.visit(class + "?tab=diem-danh")
	b.put("m_"+failed.id()+"_0", "k", "m_"+failed.id()+"_1", "k")
	b.click("main button[formaction$='/co-mat']")
	b.says("Đã ghi cho 2 người")
	b.visit(class)
	b.must("the class", "15", "5")
	b.put("g_"+l.id(), "Khá", "g_"+failed.id(), "Không đạt")
	b.send("the grades")
	b.put("first", "007/GCN-ĐVM")
	b.click("main button[formaction$='/danh-so']")
	b.click("main a[href$='/cap']")
	b.must("who gets one", "Chưa đạt nên chưa cấp", "Áp dụng được 1/2")
	b.inspect("new-member-certify-1280")
	b.put("on", "20/10/2026")
	b.send("the certificates")
	b.must("the class", "Đã cấp giấy", "007/GCN-ĐVM")
	for _, form := range []string{"list", "marks", "certs"} {
		b.visit(class + "/in?mau=" + form)
		b.must("the paper "+form, l.name, "Lớp đảng viên mới K1")
	}
	b.visit("/lop/ke-hoach?loai=new_member&nam=2026&u=" + b.home())
	if row := strings.Join(strings.Fields(b.texts("tbody tr.sum")[0]), " "); !strings.HasPrefix(row, "Đảng bộ xã Hai 2 2 2 1 1 50,00%") {
		t.Errorf("the plan after the course: %q", row)
	}

	l.reads(e.cell, l.person+"/giay-chung-nhan", []string{"007/GCN-ĐVM", "Trung tâm chính trị", "Bồi dưỡng đảng viên mới"})
	l.reads(e.cell, l.person+"/ho-so", []string{"Giấy chứng nhận lớp đảng viên mới", "Số 007/GCN-ĐVM, ngày 20/10/2026"})
	e.cell.inspect("new-member-dossier-1280")
	for _, of := range []*life{l, failed} {
		got := of == l
		if owes := strings.Contains(dues(of), owed); owes == got {
			t.Errorf("%s still owes the course: %v", of.name, owes)
		}
		e.cell.visit("/viec?the=xong&viec=new_course&cot=who&cot=what&cot=by")
		if row := strings.Join(e.cell.texts("tbody tr"), "\n"); strings.Contains(row, of.name) != got || got && !strings.Contains(row, "Giấy chứng nhận lớp đảng viên mới") {
			t.Errorf("what the certificate of %s closed: %q", of.name, row)
		}
		for _, s := range way[len(way)-4 : len(way)-1] {
			e.cell.unseen(of.person+"/ho-so/ghi?step="+s.step, s.pairs...)
		}
		of.offers(e.cell, "cell_recognise", got)
	}
	e.end()
}
