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
