package web

import (
	"net/http"
	"strings"
	"testing"

	"ketnap/internal/dossier"
)

// TestProposerColumn: the list of proposals says of each who proposed them and when; where nothing was recorded it leads to the dossier,
// for those who may record it.
func TestProposerColumn(t *testing.T) {
	l := newLane(t)
	told, untold := l.upto(l.cells[0][0], "", nil), l.upto(l.cells[0][0], "", nil)
	if a := l.posts(l.secretary, told, dossier.Propose, "by", "youth", "body", "Đoàn xã Lối", "on", "06/01/2024", "reason", "Đoàn viên ưu tú"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the proposal: %d", a.StatusCode)
	}
	page := l.secretary.get("/nguon?u=" + l.cells[0][0].ID.String() + "&xem=proposed")
	page.want(t, 200, "Đoàn xã Lối · 06/01/2024")
	row := func(href string) string {
		for _, s := range strings.Split(page.page, "<tr ")[1:] {
			if strings.Contains(s, `href="`+href) {
				return s
			}
		}
		t.Fatalf("no row leads to %s", href)
		return ""
	}
	if s := row("/nguoi/" + told.String()); !strings.Contains(s, "Đoàn") || strings.Contains(s, "/nguoi/"+told.String()+"/ho-so") {
		t.Errorf("proposed: %s", s)
	}
	if s := row("/nguoi/" + untold.String()); !strings.Contains(s, "/nguoi/"+untold.String()+"/ho-so") {
		t.Errorf("nobody wrote who proposed, and the list does not lead there: %s", s)
	}
}

// TestProposal: from the page of the pool somebody is proposed in two pages that ask only what a proposal needs: the record, then who
// proposes and why. They are not in the pool before the cell says so, and the cell's day shows that they wait. The page of hand-overs, which has no form of its own, leads there too.
func TestProposal(t *testing.T) {
	l := newLane(t)
	u := l.cells[0][0].ID.String()
	pool := l.secretary.get("/nguon?u=" + u)
	pool.want(t, 200, "Đề xuất người</a>", `href="/nguoi/them?viec=de-xuat&amp;u=`+u)
	l.secretary.get("/ban-giao?u="+u).want(t, 200, "Bàn giao người", `href="/nguon?u=`+u)
	form := l.secretary.get("/nguoi/them?viec=de-xuat&u=" + u)
	form.want(t, 200, "Đề xuất người vào nguồn", "Ngày đề xuất", `name="number"`)
	for _, name := range []string{"stage", "cert_no", "official", "card", "helper"} {
		if strings.Contains(form.page, `name="`+name+`"`) {
			t.Errorf("a proposal is asked for %s", name)
		}
	}
	typed := []string{"viec", "de-xuat", "u", u, "key", hiddenOf(t, form.page, "key"), "effective", "05/01/2026", "name", "Vi Thị Đề Xuất", "birth", "12/03/2001", "sex", "2"}
	wrong := l.secretary.post("/nguoi/them", "viec", "de-xuat", "u", u, "effective", "05/01/2026", "name", "Vi Thị Đề Xuất", "birth", "31/02/2001", "sex", "2")
	wrong.want(t, 422, "Đề xuất người vào nguồn", `value="Vi Thị Đề Xuất"`, `value="31/02/2001"`)
	made := l.secretary.post("/nguoi/them", typed...)
	to := made.Header.Get("Location")
	page, _, _ := strings.Cut(to, "/ho-so/ghi?step=propose&on=05%2F01%2F2026")
	if made.StatusCode != http.StatusSeeOther || page == to {
		t.Fatalf("%d, to %s", made.StatusCode, to)
	}
	l.secretary.get(to).want(t, 200, `value="05/01/2026"`, "Ghi tiếp ai đề xuất")
	if v := l.secretary.get(page); v.StatusCode != http.StatusOK || strings.Contains(v.page, "Ngày vào nguồn") {
		t.Error("who is only proposed has a day in the pool")
	}
	l.secretary.get("/hom-nay?u="+u).want(t, 200, "chờ chi bộ ra nghị quyết: 1 người", "Vi Thị Đề Xuất", `href="/nguon?xem=proposed&amp;u=`+u)
}
