package web

import (
	"net/http"
	"testing"

	"ketnap/internal/access"
)

// TestUserGrants: an administrator gives an account a second role with a first and a last day, changes it, takes it away; the account may do
// what stands there in the next request. Nobody changes their own roles, nor those of an account or at a unit outside their scope.
func TestUserGrants(t *testing.T) {
	d := newDesk(t, Config{})
	self := d.user("quantri", access.Admin, d.communes[0])
	chief := d.as(self)
	mine := d.user("canbo.a", access.Clerk, d.cells[0][0])
	theirs := d.user("canbo.b", access.Clerk, d.communes[1])
	clerk := d.as(mine)
	at, other := "/quan-tri/nguoi-dung/"+mine.String(), "/don-vi/"+d.cells[0][1].ID.String()
	chief.get("/quan-tri").want(t, http.StatusOK, `href="`+at+`"`)
	chief.get(at).want(t, http.StatusOK, "canbo.a", d.cells[0][0].Name, "không hạn", "Thu lại", "Đang chọn: "+d.cells[0][0].Name)
	clerk.get(other).want(t, http.StatusNotFound)
	clerk.get(at).want(t, http.StatusNotFound) // a clerk's own account is no page of administration

	today := d.app.Users.Today()
	give := func(more ...string) answer {
		return chief.post(at+"/vai-tro", append([]string{"role", "viewer", "unit", d.cells[0][1].ID.String()}, more...)...)
	}
	give("from", today.AddDays(1).VN(), "to", today.AddDays(9).VN())
	chief.get(at).want(t, http.StatusOK, "Đã giao vai trò.", today.AddDays(1).VN(), today.AddDays(9).VN())
	chief.get("/quan-tri").want(t, http.StatusOK, "từ "+today.AddDays(1).VN(), "đến hết "+today.AddDays(9).VN())
	clerk.get(other).want(t, http.StatusNotFound) // not yet
	give("from", "", "to", "")
	clerk.get(other).want(t, http.StatusOK)

	for what, c := range map[string]struct {
		form   []string
		status int
		text   string
	}{
		"a day there is not":      {[]string{"role", "viewer", "unit", d.cells[0][1].ID.String(), "to", "31/02/2027"}, http.StatusUnprocessableEntity, "31/02/2027"},
		"a last day that is past": {[]string{"role", "viewer", "unit", d.cells[0][1].ID.String(), "to", today.AddDays(-1).VN()}, http.StatusUnprocessableEntity, "đã qua"},
		"no role":                 {[]string{"role", "", "unit", d.cells[0][1].ID.String()}, http.StatusUnprocessableEntity, "Chọn một vai trò."},
		"another commune":         {[]string{"role", "viewer", "unit", "/don-vi/" + d.communes[1].ID.String()}, http.StatusUnprocessableEntity, "Không có tổ chức nào khớp với"},
		"the nation":              {[]string{"role", "viewer", "unit", ""}, http.StatusUnprocessableEntity, "không quản lý người dùng ở tổ chức này"},
	} {
		t.Run(what, func(t *testing.T) { chief.post(at+"/vai-tro", c.form...).want(t, c.status, c.text) })
	}
	clerk.get(other).want(t, http.StatusOK) // a refused form took nothing away

	chief.post(at+"/vai-tro", "act", "thu", "u", d.cells[0][1].ID.String())
	chief.get(at).want(t, http.StatusOK, "Đã thu lại vai trò.")
	clerk.get(other).want(t, http.StatusNotFound)
	clerk.get("/don-vi/"+d.cells[0][0].ID.String()).want(t, http.StatusOK)

	top := d.as(d.user("tinh", access.Admin, d.root))
	top.post(at+"/vai-tro", "unit", d.communes[1].ID.String(), "role", "viewer")
	top.get(at).want(t, http.StatusOK, d.communes[1].Name, "Khóa tài khoản", "Giao vai trò")
	partly := chief.get(at)
	partly.want(t, http.StatusOK, "còn giữ vai trò ngoài phạm vi", d.cells[0][0].Name)
	partly.not(t, d.communes[1].Name, "Khóa tài khoản", "Thu lại", "Giao vai trò")

	own := "/quan-tri/nguoi-dung/" + self.String()
	page := chief.get(own)
	page.want(t, http.StatusOK, "do người quản trị khác giao")
	page.not(t, `action="`+own+`/vai-tro"`)
	chief.post(own+"/vai-tro", "act", "thu", "u", d.communes[0].ID.String()).want(t, http.StatusConflict, "do người quản trị khác giao")
	chief.get("/quan-tri").want(t, http.StatusOK, "canbo.a")
	for _, gone := range []string{theirs.String(), "zzz"} {
		chief.get("/quan-tri/nguoi-dung/"+gone).want(t, http.StatusNotFound)
		chief.post("/quan-tri/nguoi-dung/"+gone+"/vai-tro", "role", "viewer", "unit", d.cells[0][1].ID.String()).want(t, http.StatusNotFound)
	}
}
