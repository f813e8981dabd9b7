package web

import (
	"net/http"
	"strings"
	"testing"

	"ketnap/internal/access"
)

// TestChargesPage: who answers for what is entered, mended and read with the results; wrong input is said at its field.
func TestChargesPage(t *testing.T) {
	d := figuresDesk(t)
	b := d.as(d.user("tinh", access.Committee, d.root))
	at := "/phan-cong?u=" + d.root.ID.String() + "&nam=2026"
	form := func(name, from, to string, more ...string) []string {
		return append([]string{"u", d.root.ID.String(), "nam", "2026", "name", name, "post", "Ủy viên", "unit", d.communes[0].ID.String(), "from", from, "to", to}, more...)
	}
	b.get(at).want(t, http.StatusOK, "Chưa phân công ai", "2 đơn vị trực thuộc chưa có người phụ trách.")
	b.post("/phan-cong", form("", "1/2026", "")...).want(t, http.StatusUnprocessableEntity, "Ghi họ và tên người phụ trách.")
	b.post("/phan-cong", form("Vũ Thị An", "hôm qua", "")...).want(t, http.StatusUnprocessableEntity, "Ghi tháng và năm, ví dụ 3/2026.", `value="Vũ Thị An"`)
	b.post("/phan-cong", form("Vũ Thị An", "5/2026", "4/2026")...).want(t, http.StatusUnprocessableEntity, "Tháng kết thúc phải từ 05/2026 trở đi.")
	b.post("/phan-cong", form("Vũ Thị An", "1/2026", "6/2026")...).want(t, http.StatusSeeOther)
	b.post("/phan-cong", form("Lê Văn Bình", "6/2026", "")...).want(t, http.StatusUnprocessableEntity, "Đơn vị này đã có Vũ Thị An phụ trách từ 01/2026.")
	b.post("/phan-cong", form("Lê Văn Bình", "7/2026", "")...).want(t, http.StatusSeeOther)
	page := b.get(at)
	page.want(t, http.StatusOK, "Vũ Thị An", "01/2026 – 06/2026", "từ 07/2026", "1 đơn vị trực thuộc chưa có người phụ trách.", "from=2026-07-01")
	b.get(strings.Replace(at, "2026", "2020", 1)).want(t, http.StatusOK, `<option value="2026"`, "Chưa phân công ai") // a past year is no trap
	b.english().get(at).want(t, http.StatusOK, "Who answers for what", "since 07/2026")
	viewer := d.as(d.user("xem", access.Viewer, d.root))
	viewer.get(at).not(t, "/phan-cong/bo", `name="unit"`)
	viewer.post("/phan-cong", form("Ai Đó", "1/2025", "12/2025")...).want(t, http.StatusForbidden)
	d.as(d.user("khac", access.Committee, d.communes[1])).get(at).want(t, http.StatusNotFound)
}

// TestDensityPage: a headcount is entered, mended in the line of its unit, and wrong input is said at its field.
func TestDensityPage(t *testing.T) {
	d := figuresDesk(t)
	b := d.as(d.user("tinh", access.Committee, d.root))
	at := "/mat-do?u=" + d.root.ID.String()
	unit := d.communes[0].ID.String()
	form := func(n, on, seen string) []string {
		return []string{"u", d.root.ID.String(), "at", unit, "n", n, "on", on, "source", "Khảo sát của xã", "seen", seen}
	}
	b.get(at).want(t, http.StatusOK, "Mật độ đảng viên: "+d.root.Name, "2 trong 2 đơn vị chưa có tổng số người.")
	b.post("/mat-do", form("nhiều", "1/3/2026", "")...).want(t, http.StatusUnprocessableEntity, "Ghi một số nguyên lớn hơn 0.", `value="nhiều"`)
	b.post("/mat-do", form("5000", "31/2/2026", "")...).want(t, http.StatusUnprocessableEntity, `value="5000"`)
	b.post("/mat-do", form("5.000", "1/3/2026", "")...).want(t, http.StatusSeeOther)
	b.get(at).want(t, http.StatusOK, "5.000", "01/03/2026", "Khảo sát của xã", "1 trong 2 đơn vị chưa có tổng số người.")
	b.post("/mat-do", form("6000", "1/3/2026", "")...).want(t, http.StatusUnprocessableEntity, "Đơn vị này đã có số liệu ngày 01/03/2026.")
	b.get(at+"&don-vi="+unit).want(t, http.StatusOK, `name="seen" value="1"`, `value="5000"`)
	b.post("/mat-do", form("6000", "1/3/2026", "1")...).want(t, http.StatusSeeOther)
	b.get(at).want(t, http.StatusOK, "Đã lưu tổng số người.")
	b.english().get(at).want(t, http.StatusOK, "6,000", "Density of members")
	viewer := d.as(d.user("xem", access.Viewer, d.root))
	viewer.get(at).not(t, `name="n"`, "Ghi số")
	viewer.post("/mat-do", form("7000", "1/4/2026", "")...).want(t, http.StatusForbidden)
}
