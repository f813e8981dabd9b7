package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/units"
	"ketnap/internal/users"
	"ketnap/internal/web"
)

// treeSite is a served program with a small province, whose units were merged and renamed.
type treeSite struct {
	*testing.T
	url    string
	tree   storetest.Tree
	merged id.ID
	st     *store.Store
}

func newTreeSite(t *testing.T) *treeSite {
	t.Helper()
	st := storetest.SQLite(t)
	w := &treeSite{T: t, st: st, tree: storetest.Grow(t, st, 38)}
	app, err := web.NewApp(web.Config{Log: slog.New(slog.DiscardHandler)}, web.Services{Users: users.New(st), Units: units.New(st)})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(app)
	t.Cleanup(srv.Close)
	w.url = srv.URL
	storetest.Enrol(t, st, w.tree.Cells[0][0], "Lê Thị Lan", ledger.Official, day.Of(2015, 2, 3))
	storetest.Enrol(t, st, w.tree.Cells[1][0], "Lê Thị Mai", ledger.Probationary, day.Of(2026, 2, 3))
	ctx, s, who := context.Background(), units.New(st), access.System("test")
	act := func(no string, d day.Date) units.Act {
		return units.Act{On: d, Decision: org.Decision{No: no, Issuer: "Tỉnh ủy", Date: d}}
	}
	if w.merged, err = s.Merge(ctx, who, units.MergeForm{From: []id.ID{w.tree.Communes[0].ID, w.tree.Communes[1].ID}, Parent: w.tree.Root.ID,
		New: &units.Fields{Kind: org.Grassroots, Name: "Đảng bộ xã <Hợp Nhất>", Code: "38001000000000", Blocs: []string{"phuong-xa"}}, Act: act("202-NQ", day.Of(2025, 7, 1))}); err != nil {
		t.Fatal(err)
	}
	code, sector := "38002000000000", 2
	if err := s.Amend(ctx, who, units.AmendForm{Unit: w.merged, Code: &code, Sector: &sector, Grant: []string{"Kết nạp đảng viên"}, Act: act("31-QĐ", day.Of(2026, 1, 5))}); err != nil {
		t.Fatal(err)
	}
	if err := s.Rename(ctx, who, units.RenameForm{Unit: w.tree.Cells[0][1].ID, Name: "Chi bộ bản Hoà Bình", Act: act("5-QĐ", day.Of(2026, 3, 1))}); err != nil {
		t.Fatal(err)
	}
	return w
}

// as signs somebody in who has a role at a unit.
func (w *treeSite) as(role access.Role, unit id.ID) *http.Client {
	w.Helper()
	if err := users.New(w.st).SetPolicy(context.Background(), access.System("test"), users.Simple); err != nil {
		w.Fatal(err)
	}
	login := "u" + strings.ToLower(string(role)) + unit.String()
	_, password, err := users.New(w.st).Create(context.Background(), access.System("test"), users.Form{Login: login, Name: "Người Dùng", Role: role, Unit: unit})
	if err != nil {
		w.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := c.PostForm(w.url+"/dang-nhap", url.Values{"login": {login}, "password": {password}})
	if err != nil || r.StatusCode != http.StatusSeeOther {
		w.Fatal(r, err)
	}
	_ = r.Body.Close()
	return c
}

// get asks for a page, as htmx when fragment is set, and returns status, text and where it leads.
func (w *treeSite) get(c *http.Client, path string, fragment bool) (status int, body, to string) {
	w.Helper()
	req, err := http.NewRequest(http.MethodGet, w.url+path, nil)
	if err != nil {
		w.Fatal(err)
	}
	if fragment {
		req.Header.Set("HX-Request", "true")
	}
	r, err := c.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		w.Fatal(err)
	}
	return r.StatusCode, string(text), r.Header.Get("Location")
}

// page asks for a page and wants a status, texts that are there and, after "!", texts that are not.
func (w *treeSite) page(c *http.Client, path string, fragment bool, status int, want ...string) {
	w.Helper()
	got, body, _ := w.get(c, path, fragment)
	if got != status {
		w.Errorf("%s: status %d, want %d", path, got, status)
	}
	for _, x := range append(want, "!⟦", "!<Hợp Nhất>") {
		absent := strings.HasPrefix(x, "!")
		if strings.Contains(body, strings.TrimPrefix(x, "!")) == absent {
			w.Errorf("%s: %q\n%s", path, x, body[max(0, strings.Index(body, "<main")):])
		}
	}
}

func TestTreePage(t *testing.T) {
	w := newTreeSite(t)
	root, merged, cell := w.tree.Root.ID.String(), w.merged.String(), w.tree.Cells[0][0].ID.String()
	admin := w.as(access.Admin, 0)
	w.page(admin, "/to-chuc", false, 200, "Toàn quốc", `href="/to-chuc/`+root+`"`, `aria-expanded="false"`, `href="/to-chuc?mo=`+root+`#u-`+root+`"`, `hx-get="/to-chuc/`+root+`/con"`, "2 đảng viên")
	w.page(admin, "/to-chuc?mo="+merged, false, 200, `aria-expanded="true"`, "Chi bộ bản Hoà Bình", "Đảng bộ xã &lt;Hợp Nhất&gt;", "!Đảng bộ xã A</a><span class=\"tree-count\">", "38.002.000.000.000")
	w.page(admin, "/to-chuc?ngay=30/06/2025&mo="+w.tree.Communes[0].ID.String(), false, 200, `value="30/06/2025"`, "Đảng bộ xã A", "Đảng bộ xã B", "Chi bộ thôn 2",
		`href="/to-chuc/`+cell+`?ngay=2025-06-30"`, "Về cơ cấu hiện nay", "!Chi bộ bản Hoà Bình", "1 đảng viên")
	w.page(admin, "/to-chuc?ngay=31/02/2025", false, 422, `aria-invalid="true"`, "Toàn quốc")
	w.page(admin, "/to-chuc?ngay=22/11/2026", false, 422, "Chỉ xem được cơ cấu đến hôm nay, 21/11/2026")
	w.page(admin, "/to-chuc?ngay=2025", false, 422, `aria-invalid="true"`)
	w.page(admin, "/to-chuc?mo=zzzz", false, 404)
	w.page(admin, "/to-chuc?q=binh+ban", false, 200, "Tìm thấy 1 tổ chức", "Đảng bộ tỉnh Thử Nghiệm › Đảng bộ xã &lt;Hợp Nhất&gt;")
	w.page(admin, "/to-chuc?lang=en&q=khong", false, 303)
	w.page(admin, "/to-chuc?q=khong", false, 200, "No unit matches “khong”")
}

func TestTreeFragments(t *testing.T) {
	w := newTreeSite(t)
	merged := w.merged.String()
	viewer := w.as(access.Viewer, w.merged)
	w.page(viewer, "/to-chuc/"+merged+"/con", true, 200, `<ul id="b-`+merged+`">`, "Chi bộ thôn 1", "!<html", "!autofocus")
	w.page(viewer, "/to-chuc/"+merged+"/con?sau="+w.tree.Cells[0][0].ID.String()+".chi+bo+thon+000001", true, 200, "Chi bộ thôn 2", "autofocus", "!<ul id=\"b-"+merged, "!Chi bộ bản")
	w.page(viewer, "/to-chuc/tim?q=th%C3%B4n+2", true, 200, "Tìm thấy 1 tổ chức", "Chi bộ thôn 2", "!<html")
	w.page(viewer, "/to-chuc/tim?q=", true, 200, "!Tìm thấy")
	w.page(viewer, "/to-chuc/"+w.tree.Root.ID.String()+"/con", true, 404)
	for path, want := range map[string]string{
		"/to-chuc/" + merged + "/con":                 "/to-chuc?mo=" + merged + "#u-" + merged,
		"/to-chuc/" + merged + "/con?ngay=2026-01-01": "/to-chuc?mo=" + merged + "&ngay=2026-01-01#u-" + merged,
		"/to-chuc/tim?q=a+b":                          "/to-chuc?q=a+b",
		"/to-chuc/0":                                  "/to-chuc",
	} {
		if status, _, to := w.get(viewer, path, false); status != http.StatusSeeOther || to != want {
			t.Errorf("%s leads to %q with %d, want %q", path, to, status, want)
		}
	}
}

func TestUnitPage(t *testing.T) {
	w := newTreeSite(t)
	merged, a := w.merged.String(), w.tree.Communes[0].ID.String()
	c := w.as(access.Clerk, w.tree.Root.ID)
	w.page(c, "/to-chuc/"+merged, false, 200, "38.002.000.000.000", "38.001.000.000.000", "Phường – xã", "Kết nạp đảng viên", "từ 05/01/2026; 31-QĐ", "Nguồn gốc",
		`href="/to-chuc/`+a+`"`, "Quyết định 202-NQ của Tỉnh ủy, ngày 01/07/2025", "Mã tổ chức: 38.001.000.000.000 → 38.002.000.000.000",
		"Lĩnh vực: — → Cơ quan Đảng", `href="/don-vi/`+merged+`"`, `href="/nguoi?u=`+merged+`"`, `stage=probationary%2Cofficial`, ">2</a>", "Chi bộ bản Hoà Bình")
	w.page(c, "/to-chuc/"+a, false, 200, "Kết thúc hoạt động 01/07/2025", "Tổ chức kế thừa", "kế thừa chính", "Sáp nhập vào tổ chức khác", "Cùng với:", "Số liệu cũ tính vào")
	w.page(c, "/to-chuc/"+a+"?ngay=2025-06-30", false, 200, "Trực thuộc", "Chi bộ thôn 2", "!stage=probationary", "Về cơ cấu hiện nay")
	w.page(c, "/to-chuc/"+merged+"?ngay=2020-01-01", false, 200, "Chưa thành lập vào ngày 01/01/2020", "Không có tổ chức trực thuộc")
	w.page(c, "/to-chuc/"+w.tree.Cells[0][1].ID.String(), false, 200, "Từ Chi bộ thôn 2 thành Chi bộ bản Hoà Bình", "Tên trước đây", "Từ Đảng bộ xã A về Đảng bộ xã &lt;Hợp Nhất&gt;")
	w.page(c, "/to-chuc/khongco", false, 404)
	other := storetest.Grow(t, w.st, 40)
	w.page(c, "/to-chuc/"+other.Root.ID.String(), false, 404)
	status, _, to := w.get(http.DefaultClient, "/to-chuc/"+merged, false)
	if status != 200 || to != "" { // the default client follows to the sign-in page
		t.Errorf("a visitor: %d %q", status, to)
	}
}
