package web

import (
	"net/http"
	"testing"

	"ketnap/internal/access"
)

// TestNavigation: the way to the overview leads there for everybody, and a group shows its pages and what one may see.
func TestNavigation(t *testing.T) {
	d := newDesk(t, Config{})
	clerk := d.as(d.user("canbo", access.Clerk, d.communes[0]))
	if to := clerk.get("/").Header.Get("Location"); to != "/hom-nay" {
		t.Errorf("a clerk begins at %s", to)
	}
	if to := clerk.get("/don-vi").Header.Get("Location"); to != unitHref(d.communes[0].ID) {
		t.Errorf("the overview leads a clerk to %s", to)
	}
	page := clerk.get("/nguon")
	page.want(t, http.StatusOK, `<a href="/nguoi" aria-current="true">`, `<a href="/nguon" aria-current="page">`, `href="/ban-giao"`)
	page.not(t, `href="/quan-tri"`, `href="/viec"`)
	d.as(d.user("sep", access.Admin, d.root)).get("/quan-tri").want(t, http.StatusOK, `<a href="/nhap" aria-current="true">`, `<a href="/quan-tri" aria-current="page">`, `href="/nhat-ky"`)
}
