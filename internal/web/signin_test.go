package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ketnap/internal/access"
)

func TestSignIn(t *testing.T) {
	d := newDesk(t, Config{})
	d.user("hoa", access.Committee, d.communes[0])
	b := d.visitor()
	res := b.get("/don-vi/" + d.communes[0].ID.String() + "?nam=2026")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/dang-nhap?next=") {
		t.Fatalf("visitor: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	next, err := url.Parse(res.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	form := b.get(res.Header.Get("Location"))
	form.want(t, http.StatusOK, `name="password"`, `autocomplete="current-password"`)
	if hidden := nodes(t, form.page, "input", "name", "next"); len(hidden) != 1 || attrOf(hidden[0], "value") != next.Query().Get("next") {
		t.Error("the form forgets where to go")
	}
	for _, c := range [][2]string{{"hoa", "sai"}, {"hoa", ""}, {"khong.co", deskPassword}, {`<b>"`, "x"}} {
		wrong := b.post("/dang-nhap", "login", c[0], "password", c[1], "next", "/chi-tieu")
		wrong.want(t, http.StatusUnprocessableEntity, "Tên đăng nhập hoặc mật khẩu không đúng")
		wrong.not(t, "<b>", deskPassword)
		if in := nodes(t, wrong.page, "input", "name", "login"); len(in) != 1 || attrOf(in[0], "value") != c[0] {
			t.Errorf("%q: the name is to be typed again", c[0])
		}
		if in := nodes(t, wrong.page, "input", "name", "next"); attrOf(in[0], "value") != "/chi-tieu" {
			t.Errorf("%q: next is %q", c[0], attrOf(in[0], "value"))
		}
		if b.cookies["sid"] != "" {
			t.Errorf("%q: a session without a password", c[0])
		}
	}
	b.english().post("/dang-nhap", "login", "hoa", "password", "x").want(t, http.StatusUnprocessableEntity, "The sign-in name or the password is wrong")

	b.cookies["sid"] = "fixed-before" // a token somebody else planted
	in := b.post("/dang-nhap", "login", "HOA ", "password", deskPassword, "next", next.Query().Get("next"))
	if in.StatusCode != http.StatusSeeOther || in.Header.Get("Location") != next.Query().Get("next") {
		t.Fatalf("%d to %q", in.StatusCode, in.Header.Get("Location"))
	}
	c := in.Cookies()[0]
	if c.Name != "sid" || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.Secure || c.MaxAge != 0 || len(c.Value) < 20 || c.Value == "fixed-before" {
		t.Errorf("cookie %s", c)
	}
	b.get(in.Header.Get("Location")).want(t, http.StatusOK, d.communes[0].Name, "Đồng chí hoa")
	if home := b.get("/"); home.Header.Get("Location") != "/don-vi/"+d.communes[0].ID.String() {
		t.Errorf("home is %q", home.Header.Get("Location"))
	}
	token := b.cookies["sid"]
	out := b.post("/dang-xuat")
	if out.StatusCode != http.StatusSeeOther || out.Header.Get("Location") != "/dang-nhap" || b.cookies["sid"] != "" {
		t.Errorf("sign-out: %d, cookie %q", out.StatusCode, b.cookies["sid"])
	}
	b.cookies["sid"] = token
	if res := b.get("/chi-tieu"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the old token still opens pages: %d", res.StatusCode)
	}
}

func TestSignInSecure(t *testing.T) {
	d := newDesk(t, Config{Secure: true})
	d.user("hoa", access.Viewer, d.root)
	b := d.visitor()
	b.post("/dang-nhap", "login", "hoa", "password", deskPassword)
	res := b.post("/dang-nhap", "login", "hoa", "password", deskPassword)
	if c := res.Cookies()[0]; c.Name != "__Host-sid" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("cookie %s", c)
	}
	b.get("/don-vi").want(t, http.StatusSeeOther)
	b.cookies = map[string]string{"sid": b.cookies["__Host-sid"]}
	if res := b.get("/chi-tieu"); !strings.HasPrefix(res.Header.Get("Location"), "/dang-nhap") {
		t.Error("a session in an insecure cookie is taken")
	}
}

// TestOpenRedirect: a sign-in leads nowhere but into the program.
func TestOpenRedirect(t *testing.T) {
	for next, want := range map[string]string{
		"": "/", "/": "/", "/chi-tieu": "/chi-tieu", "/don-vi/2x?nam=2026&ngay=2026-06-30": "/don-vi/2x?nam=2026&ngay=2026-06-30", "/nguoi?q=Nguyễn": "/nguoi?q=Nguyễn",
		"//evil.example": "/", "///evil.example": "/", "https://evil.example": "/", "http:evil.example": "/", `/\evil.example`: "/", `\\evil.example`: "/", `/\/evil.example`: "/",
		"/\t/evil.example": "/", "/\n/evil.example": "/", "/\r/evil.example": "/", "\t//evil.example": "/", " //evil.example": "/", "/\x00/evil.example": "/", "/\x7f/evil.example": "/",
		"javascript:alert(1)": "/", "data:text/html,x": "/", "evil.example": "/", "@evil.example": "/", "%2F%2Fevil.example": "/", "?x": "/",
	} {
		if got := localPath(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
	d := newDesk(t, Config{})
	d.user("hoa", access.Viewer, d.root)
	b := d.visitor()
	page := b.get("/dang-nhap?next=" + url.QueryEscape("//evil.example"))
	if in := nodes(t, page.page, "input", "name", "next"); attrOf(in[0], "value") != "/" {
		t.Errorf("the form leads to %q", attrOf(in[0], "value"))
	}
	if res := b.post("/dang-nhap", "login", "hoa", "password", deskPassword, "next", "/\t/evil.example"); res.Header.Get("Location") != "/" {
		t.Errorf("led to %q", res.Header.Get("Location"))
	}
}

func TestSessionEnds(t *testing.T) {
	d := newDesk(t, Config{})
	b := d.as(d.user("hoa", access.Viewer, d.root))
	b.get("/tai-khoan").want(t, http.StatusOK)
	*d.now = d.now.Add(61 * time.Minute)
	if res := b.get("/tai-khoan"); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/dang-nhap?next=%2Ftai-khoan" {
		t.Errorf("idle for an hour: %d %q", res.StatusCode, res.Header.Get("Location"))
	}
}

func TestAccount(t *testing.T) {
	d := newDesk(t, Config{})
	hoa := d.user("hoa", access.Viewer, d.root)
	b := d.as(hoa)
	b.get("/tai-khoan").want(t, http.StatusOK, "Đổi mật khẩu", `autocomplete="new-password"`)
	b.english().get("/tai-khoan").want(t, http.StatusOK, "Change password")
	wrong := b.post("/tai-khoan", "old", "không phải", "password", "mật khẩu mới đủ dài")
	wrong.want(t, http.StatusUnprocessableEntity, "Mật khẩu đang dùng không đúng.", `aria-invalid="true"`)
	wrong.not(t, "mật khẩu mới đủ dài")
	b.post("/tai-khoan", "old", deskPassword, "password", "ngắn").want(t, http.StatusUnprocessableEntity, "ít nhất 10 ký tự")
	other := d.as(hoa)
	done := b.post("/tai-khoan", "old", deskPassword, "password", "mật khẩu mới đủ dài")
	if done.StatusCode != http.StatusSeeOther || done.Header.Get("Location") != "/dang-nhap" || b.cookies["sid"] != "" {
		t.Errorf("%d %q, cookie %q", done.StatusCode, done.Header.Get("Location"), b.cookies["sid"])
	}
	b.get("/dang-nhap").want(t, http.StatusOK, "Đã đổi mật khẩu")
	if res := other.get("/tai-khoan"); res.StatusCode != http.StatusSeeOther {
		t.Error("another session outlives the password")
	}
	if res := b.post("/dang-nhap", "login", "hoa", "password", "mật khẩu mới đủ dài"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the new password: %d", res.StatusCode)
	}
	if res := d.visitor().post("/tai-khoan", "old", "x", "password", "y"); !strings.HasPrefix(res.Header.Get("Location"), "/dang-nhap") {
		t.Error("a visitor changes a password")
	}
}

func TestUsersPage(t *testing.T) {
	d := newDesk(t, Config{})
	self := d.user("quantri", access.Admin, d.communes[0])
	chief := d.as(self)
	mine := d.user("canbo.a", access.Clerk, d.cells[0][0])
	theirs := d.user("canbo.b", access.Clerk, d.communes[1])
	page := chief.get("/quan-tri")
	page.want(t, http.StatusOK, "canbo.a", "quantri", "Cán bộ nghiệp vụ", d.cells[0][0].Name)
	page.not(t, "canbo.b")
	chief.english().get("/quan-tri").want(t, http.StatusOK, "Add a user", "Find by sign-in name", "At the organisation")
	look := chief.get("/quan-tri?q=CANBO.A")
	look.want(t, http.StatusOK, "canbo.a")
	look.not(t, `>quantri<`)
	chief.get("/quan-tri?q=khong+co+ai").want(t, http.StatusOK, "Không có tài khoản nào khớp với “khong co ai”.")
	for who, role := range map[string]access.Role{"xem": access.Viewer, "ct": access.Clerk, "cu": access.Committee} {
		b := d.as(d.user(who, role, d.root))
		b.get("/quan-tri").want(t, http.StatusForbidden)
		b.post("/quan-tri/nguoi-dung", "login", "x.y.z", "name", "X", "role", "viewer", "unit", d.root.ID.String()).want(t, http.StatusForbidden)
		b.post("/quan-tri/nguoi-dung/"+mine.String()+"/khoa").want(t, http.StatusForbidden)
	}
	for _, c := range []struct {
		what, login, name, role, unit, field, text string
	}{
		{"no name", "moi.a", " ", "viewer", d.communes[0].ID.String(), "name", "Nhập họ và tên."},
		{"a login with marks", "hoà", "X", "viewer", d.communes[0].ID.String(), "login", "Tên đăng nhập gồm"},
		{"a taken login", "canbo.b", "X", "viewer", d.communes[0].ID.String(), "login", "đã có người dùng"},
		{"no role", "moi.a", "X", "", d.communes[0].ID.String(), "role", "Chọn một vai trò."},
		{"an unknown unit", "moi.a", "X", "viewer", "không có", "unit", "Không có tổ chức nào khớp với"},
		{"the province", "moi.a", "X", "viewer", d.root.ID.String(), "unit", "Không có tổ chức nào khớp với"},
		{"the nation", "moi.a", "X", "viewer", "", "unit", "không quản lý người dùng ở tổ chức này"},
	} {
		res := chief.post("/quan-tri/nguoi-dung", "login", c.login, "name", c.name, "role", c.role, "unit", c.unit)
		res.want(t, http.StatusUnprocessableEntity, c.text)
		tag := "input"
		if c.field == "role" {
			tag = "select"
		}
		if in := nodes(t, res.page, tag, "name", c.field); len(in) != 1 || attrOf(in[0], "aria-invalid") != "true" {
			t.Errorf("%s: the field is not marked", c.what)
		}
		if in := nodes(t, res.page, "input", "name", "login"); attrOf(in[0], "value") != c.login {
			t.Errorf("%s: what was typed is lost", c.what)
		}
	}
	made := chief.post("/quan-tri/nguoi-dung", "login", "Moi.A", "name", "Trần Thị Mới", "role", "clerk", "unit", "/don-vi/"+d.cells[0][1].ID.String())
	made.want(t, http.StatusOK, "Đã tạo tài khoản", "Trần Thị Mới", d.cells[0][1].Name)
	_, password, _ := strings.Cut(made.page, "(chỉ hiện một lần): ")
	password, _, _ = strings.Cut(password, "<")
	if res := d.visitor().post("/dang-nhap", "login", "moi.a", "password", password); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the password shown, %q, does not open the account", password)
	}
	chief.get("/quan-tri").not(t, password)

	shut := d.as(mine)
	closed := chief.post("/quan-tri/nguoi-dung/"+mine.String()+"/khoa", "active", "0")
	at := "/quan-tri/nguoi-dung/" + mine.String()
	if closed.StatusCode != http.StatusSeeOther || closed.Header.Get("Location") != at {
		t.Errorf("closing: %d", closed.StatusCode)
	}
	chief.get(at).want(t, http.StatusOK, "Đã khóa tài khoản và chấm dứt các phiên đăng nhập.", "Mở lại")
	if res := shut.get("/tai-khoan"); res.StatusCode != http.StatusSeeOther {
		t.Error("a closed account still reads pages")
	}
	chief.post("/quan-tri/nguoi-dung/"+theirs.String()+"/khoa", "active", "0").want(t, http.StatusNotFound)
	chief.post("/quan-tri/nguoi-dung/"+self.String()+"/khoa", "active", "0").want(t, http.StatusConflict, "Không thể tự khóa")
	chief.post("/quan-tri/nguoi-dung/zzz/khoa", "active", "0").want(t, http.StatusNotFound)
	chief.get("/quan-tri").not(t, theirs.String())
}

// TestSignOutClears: signing out ends the session and tells the browser to keep nothing; the way back leads to the sign-in.
func TestSignOutClears(t *testing.T) {
	d := newDesk(t, Config{})
	b := d.as(d.user("lan", access.Clerk, d.root))
	b.get("/nguoi").want(t, http.StatusOK)
	old := b.cookies[d.app.sessionCookie()]
	res := b.post("/dang-xuat")
	if res.Header.Get("Clear-Site-Data") != `"storage"` || b.cookies[d.app.sessionCookie()] != "" {
		t.Errorf("signing out leaves data: %v", res.Header)
	}
	b.cookies[d.app.sessionCookie()] = old
	if back := b.get("/nguoi"); !strings.HasPrefix(back.Header.Get("Location"), "/dang-nhap") {
		t.Errorf("the old session still opens: %d", back.StatusCode)
	}
}
