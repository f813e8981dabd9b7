package web

import (
	"net/http"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/org"
)

// TestTrailPage: the trail says whom an act on an account was about, which role it gave where, and how somebody signed in, in words; who
// inspects the country chooses the unit whose acts are shown.
func TestTrailPage(t *testing.T) {
	d := newDesk(t, Config{})
	chief := d.as(d.user("quantri", access.Admin, d.root))
	clerk := d.user("canbo.a", access.Clerk, d.cells[0][0])
	at := "/quan-tri/nguoi-dung/" + clerk.String()
	chief.post(at+"/vai-tro", "role", "committee", "unit", d.communes[1].ID.String())
	chief.post(at+"/vai-tro", "act", "thu", "u", d.communes[1].ID.String())
	page := chief.get("/nhat-ky?area=user")
	page.want(t, http.StatusOK, `<a href="`+at+`">canbo.a</a>`, "Cấp ủy · "+d.communes[1].Name, "Thu lại vai trò · "+d.communes[1].Name)
	page.not(t, d.communes[1].ID.String(), "⟦", "committee @", ">clerk<")
	chief.english().get("/nhat-ky?area=user").want(t, http.StatusOK, "Committee · "+d.communes[1].Name, "Role taken away · "+d.communes[1].Name)

	over := d.as(d.user("toan.quoc", access.Admin, org.Unit{}))
	nation := over.get("/nhat-ky")
	nation.want(t, http.StatusOK, "không thuộc tỉnh, thành phố nào")
	nation.not(t, ">canbo.a</a>")
	found := over.get("/nhat-ky?unit=" + d.root.ID.String())
	found.want(t, http.StatusOK, ">canbo.a</a>", d.root.Name)
	found.not(t, "không thuộc tỉnh, thành phố nào")
	over.get("/nhat-ky?unit=khong-co-o-dau").want(t, http.StatusUnprocessableEntity, "Không có tổ chức nào khớp với")
}
