package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// TestBudget: sealed fields open as often in a day as the setting says, whichever way; then nothing opens but by an emergency, which lasts its
// hours and is shown to those above until one of them takes note, and to nobody else.
func TestBudget(t *testing.T) {
	d, persons := matrixDesk(t)
	who := persons["cell"]
	d.write(func(tx *store.Tx) error {
		before, err := tx.Sealed(who)
		if err != nil {
			return err
		}
		return tx.PutSealed(who, before, person.Sealed{Number: "038204012345", Phone: "0912345678"})
	})
	if err := d.app.Approvals.SetBudget(t.Context(), access.System("test"), approval.Budget{Reveals: 3, Hours: 2}); err != nil {
		t.Fatal(err)
	}
	if err := d.app.Approvals.SetBudget(t.Context(), access.Actor{User: 7, Grants: []access.Grant{{Role: access.Admin}}}, approval.Budget{Reveals: 9, Hours: 2}); err == nil {
		t.Error("an administrator moves the budget that bounds them")
	}
	lan := d.user("lan", access.Clerk, d.communes[0])
	clerk := d.as(lan)
	above := d.as(d.user("capuy", access.Committee, d.root))
	admin := d.as(d.user("quantri", access.Admin, d.communes[0]))
	others := map[string]*browser{"clerk above": d.as(d.user("canbo", access.Clerk, d.root)), "own committee": d.as(d.user("cungcap", access.Committee, d.communes[0])),
		"next door": d.as(d.user("benkia", access.Admin, d.communes[1])), "viewer": d.as(d.user("xem", access.Viewer, d.root)), "herself": clerk}
	page := "/nguoi/" + who.String()
	reveal := func() answer {
		return clerk.post(page+"/hien", "field", "number", "reason", "đối chiếu giấy tờ")
	}

	clerk.get(page).want(t, http.StatusOK, "đã mở 0/3 lần")
	clerk.english().get(page).want(t, http.StatusOK, "opened 0 of 3 times")
	clerk.post(page+"/mo-khan-cap", "emergency", "họp cấp ủy chiều nay").want(t, http.StatusConflict, "Chưa cần mở khẩn cấp")
	reveal().want(t, http.StatusOK, "038204012345")
	if res := clerk.post(page+"/du-lieu", "reason", "giao cho người có dữ liệu", "do", "json"); res.StatusCode != http.StatusOK {
		t.Errorf("the copy of a record: %d", res.StatusCode)
	}
	clerk.post(page+"/bieu-mau", "code", "2-knd").want(t, http.StatusOK)
	clerk.get(page).want(t, http.StatusOK, "đã mở 3/3 lần", "Mở khẩn cấp")
	tried := 0
	for range 20 {
		tried++
		res := reveal()
		res.want(t, http.StatusConflict, "mở đủ 3 lần")
		res.not(t, "038204012345")
	}
	for path, form := range map[string][]string{"/du-lieu": {"reason", "giao cho người có dữ liệu", "do", "json"}, "/bieu-mau": {"code", "2-knd"}} {
		tried++
		res := clerk.post(page+path, form...)
		res.want(t, http.StatusConflict)
		res.not(t, "038204012345")
	}
	t.Logf("%d openings beyond the budget tried, 0 accepted", tried)

	clerk.post(page+"/mo-khan-cap", "emergency", "gấp").want(t, http.StatusUnprocessableEntity, "Ghi lý do từ 10")
	others["next door"].post(page+"/mo-khan-cap", "emergency", "họp cấp ủy chiều nay").want(t, http.StatusNotFound)
	others["viewer"].post(page+"/mo-khan-cap", "emergency", "họp cấp ủy chiều nay").want(t, http.StatusForbidden)
	clerk.post(page+"/mo-khan-cap", "emergency", "họp cấp ủy chiều nay").want(t, http.StatusSeeOther)
	reveal().want(t, http.StatusOK, "038204012345", "Đang mở khẩn cấp đến")
	if n := d.entries("person.emergency"); n != 1 {
		t.Errorf("%d entries of one emergency", n)
	}
	told := above.get("/hom-nay")
	told.want(t, http.StatusOK, "Mở khẩn cấp cần xem xét", "họp cấp ủy chiều nay", "Đồng chí lan")
	admin.get("/hom-nay").want(t, http.StatusOK, "họp cấp ủy chiều nay")
	_, rest, _ := strings.Cut(told.page, "/khan-cap/")
	ref, _, _ := strings.Cut(rest, "/da-xem")
	for name, b := range others {
		b.get("/hom-nay").not(t, "họp cấp ủy chiều nay")
		if res := b.post("/khan-cap/" + ref + "/da-xem"); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s takes note: %d", name, res.StatusCode)
		}
	}
	above.post("/khan-cap/"+ref+"/da-xem").want(t, http.StatusSeeOther)
	above.get("/hom-nay").not(t, "họp cấp ủy chiều nay")
	admin.get("/hom-nay").not(t, "họp cấp ủy chiều nay")
	admin.post("/khan-cap/"+ref+"/da-xem").want(t, http.StatusNotFound)
	*d.now = d.now.Add(2*time.Hour + time.Minute)
	clerk = d.as(lan)
	reveal().want(t, http.StatusConflict, "mở đủ 3 lần")
	*d.now = d.now.Add(24 * time.Hour)
	clerk = d.as(lan)
	reveal().want(t, http.StatusOK, "038204012345")
}
