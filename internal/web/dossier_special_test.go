package web

import (
	"net/http"
	"testing"

	"ketnap/internal/dossier"
)

// TestSpecialPages: what is considered under rules of its own is asked for with the CV, shown on the dossier, asked for again
// with what was answered, and holds up the steps whose paper or opinion is missing, in words that say what to do.
func TestSpecialPages(t *testing.T) {
	l := newLane(t)
	p := l.upto(l.cells[0][0], dossier.Open, nil)
	l.secretary.get(dossierHref(p)).want(t, 200, "Khai hoàn cảnh riêng", "Chưa hỏi")
	l.secretary.get(actHref(p, dossier.CV)).want(t, 200, `name="foreign_spouse"`, `name="political"`, `name="child_born"`)
	l.posts(l.secretary, p, dossier.CV, "on", "10/09/2024", "political", "1", "child", "3").want(t, 422, "Ghi ngày sinh của người con đó")
	if a := l.posts(l.secretary, p, dossier.CV, "on", "10/09/2024", "political", "1", "relatives_abroad", "1"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d: %s", a.StatusCode, inner(nodes(t, a.page, "main", "", "")[0]))
	}
	l.secretary.get(dossierHref(p)).want(t, 200, "Bản thân hoặc người thân có vấn đề về lịch sử chính trị", "Kết luận của cấp ủy có thẩm quyền về tiêu chuẩn chính trị")
	l.secretary.get(actHref(p, dossier.Circumstances)).want(t, 200, `name="political" value="1" checked`)
	l.posts(l.secretary, p, dossier.Verify, "on", "01/11/2024", "do", "check").want(t, 200, "chưa gửi thẩm tra ai ở nước ngoài")
	for _, s := range laneSteps[5:11] {
		l.act(l.form(p, s.step, s.on))
	}
	decide := l.form(p, dossier.Decide, laneSteps[11].on)
	refused := l.posts(l.officer, p, dossier.Decide, "on", decide.On.VN(), "no", "115-QĐ/ĐU")
	refused.want(t, 422, "chưa có kết luận của cấp ủy có thẩm quyền về tiêu chuẩn chính trị")
	if a := l.officer.post(dossierHref(p)+"/giay", "code", "political_conclusion", "have-political_conclusion", "1", "made-political_conclusion", "01/03/2025"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.StatusCode)
	}
	l.act(decide)
	l.verified()
}

// TestProbationerDiscipline: a probationer is reprimanded or warned; the recognition then asks the cell to say how it was mended.
func TestProbationerDiscipline(t *testing.T) {
	l := newLane(t)
	p := l.upto(l.cells[0][0], dossier.LaterOpinions, nil)
	typed := []string{"on", "01/06/2025", "no", "9-QĐ", "reason", "vắng họp nhiều lần"}
	l.posts(l.secretary, p, dossier.Discipline, typed...).want(t, 422, "Chọn hình thức kỷ luật")
	l.posts(l.secretary, p, dossier.Discipline, append(typed, "penalty", "expulsion")...).want(t, 422, "chỉ bị khiển trách hoặc cảnh cáo")
	if a := l.posts(l.secretary, p, dossier.Discipline, append(typed, "penalty", "warning")...); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d: %s", a.StatusCode, inner(nodes(t, a.page, "main", "", "")[0]))
	}
	l.secretary.get(dossierHref(p)).want(t, 200, "Kỷ luật đảng viên dự bị", "Cảnh cáo")
	l.posts(l.secretary, p, dossier.CellRecognise, "on", "20/04/2026", "no", "5-NQ", "officials", "4", "summoned", "4", "present", "4", "issued", "4", "valid", "4", "for", "4", "do", "check").
		want(t, 200, "bị kỷ luật ngày 01/06/2025")
	l.verified()
}
