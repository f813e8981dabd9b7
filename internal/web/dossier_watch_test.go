package web

import (
	"net/http"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/dossier"
)

// TestWatch: one's own list of dossiers, which gives no right to any, and keeps those that have ended.
func TestWatch(t *testing.T) {
	l := newLane(t)
	mine, other := l.upto(l.cells[0][0], dossier.Open, nil), l.upto(l.cells[0][1], dossier.CV, nil)
	list, follow := "/ho-so?mine=1&u="+l.communes[0].ID.String(), dossierHref(mine)+"/theo-doi"
	l.officer.get(list).want(t, 200, "chưa theo dõi hồ sơ nào")
	for range 2 { // a second click changes nothing
		if a := l.officer.post(follow, "watch", "1"); a.StatusCode != http.StatusSeeOther {
			t.Fatal(a.StatusCode)
		}
	}
	l.officer.get(dossierHref(mine)).want(t, 200, "Thôi theo dõi")
	shown := l.officer.get(list)
	shown.want(t, 200, dossierHref(mine), "trong tổng số 1<")
	if strings.Contains(shown.page, dossierHref(other)) {
		t.Error("somebody who is not followed is in the list")
	}
	l.officer.get("/ho-so?u="+l.communes[0].ID.String()).want(t, 200, dossierHref(mine), dossierHref(other), "trong tổng số 2<")
	l.secretary.get(list).want(t, 404)
	l.secretary.get("/ho-so?mine=1&u="+l.cells[0][0].ID.String()).want(t, 200, "chưa theo dõi hồ sơ nào")

	// Nobody follows whom they may not read.
	if a := l.secretary.post(dossierHref(other)+"/theo-doi", "watch", "1"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a dossier of another cell is followed: %d", a.StatusCode)
	}
	stranger := l.as(l.user("nguoila", access.Clerk, l.cells[0][1]))
	if a := stranger.post(follow, "watch", "1"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a stranger follows: %d", a.StatusCode)
	}

	if a := l.posts(l.secretary, mine, dossier.Withdraw, "on", "20/09/2024", "reason", "chuyển nơi làm việc"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.StatusCode, inner(nodes(t, a.page, "main", "", "")[0]))
	}
	l.officer.get(list).want(t, 200, dossierHref(mine))
	l.officer.get(list+"&state=s4").want(t, 200, "chưa theo dõi hồ sơ nào")
	if a := l.officer.post(follow, "watch", "0"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.StatusCode)
	}
	l.officer.get(list).want(t, 200, "chưa theo dõi hồ sơ nào")
	l.officer.english().get(list).want(t, 200, "You follow no dossiers here")
	l.verified()
}
