package web

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/approvals"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/movements"
	"ketnap/internal/people"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/units"
	"ketnap/internal/users"
	"ketnap/internal/xlsx"
)

// registry is the program on a small province, with a browser that is signed in.
type registry struct {
	*testing.T
	st     *store.Store
	tree   storetest.Tree
	app    *App
	cookie *http.Cookie
}

// reply is what a page said.
type reply struct {
	status int
	body   string // with entities as the characters they stand for
	raw    string
	to     string // where it redirects
	head   http.Header
}

// newRegistry opens the program and signs in a clerk of the first commune.
func newRegistry(t *testing.T) *registry {
	t.Helper()
	st := storetest.SQLite(t)
	d := &registry{T: t, st: st, tree: storetest.Grow(t, st, 38)}
	var err error
	d.app, err = NewApp(Config{Log: slog.New(slog.DiscardHandler), Version: "0.1"}, Services{Approvals: approvals.New(st),
		Users: users.New(st), People: people.New(st), Movements: movements.New(st), Units: units.New(st)})
	if err != nil {
		t.Fatal(err)
	}
	d.as("canbo", d.tree.Communes[0].ID, access.Clerk)
	return d
}

// as makes an account and signs it in.
func (d *registry) as(login string, unit id.ID, role access.Role) *registry {
	d.Helper()
	const password = "gio-mua-dong-bac-12"
	if err := d.app.Users.SetPolicy(context.Background(), access.System("test"), users.Simple); err != nil {
		d.Fatal(err)
	}
	if _, _, err := d.app.Users.Create(context.Background(), access.System("test"), users.Form{Login: login, Name: "Người " + login, Password: password, Unit: unit, Role: role}); err != nil {
		d.Fatal(err)
	}
	d.cookie = nil
	a := d.post("/dang-nhap", url.Values{"login": {login}, "password": {password}})
	for _, c := range (&http.Response{Header: a.head}).Cookies() {
		if c.Name == "sid" {
			d.cookie = c
		}
	}
	if d.cookie == nil {
		d.Fatalf("no session: %d", a.status)
	}
	return d
}

func (d *registry) ask(r *http.Request) reply {
	d.Helper()
	r.Header.Set("Accept-Language", "vi")
	if d.cookie != nil {
		r.AddCookie(d.cookie)
	}
	w := httptest.NewRecorder()
	d.app.ServeHTTP(w, r)
	res := w.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.Fatal(err)
	}
	return reply{res.StatusCode, html.UnescapeString(string(body)), string(body), res.Header.Get("Location"), res.Header}
}

func (d *registry) get(path string) reply {
	d.Helper()
	return d.ask(httptest.NewRequest(http.MethodGet, path, nil))
}

func (d *registry) post(path string, form url.Values) reply {
	d.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return d.ask(r)
}

// has fails when the reply has another status or lacks one of the texts.
func (a reply) has(t testing.TB, what string, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: status %d, want %d", what, a.status, status)
	}
	for _, x := range texts {
		if !strings.Contains(a.body, x) {
			t.Errorf("%s: no %q on the page", what, x)
		}
	}
}

// lacks fails when the page has one of the texts.
func (a reply) lacks(t testing.TB, what string, texts ...string) {
	t.Helper()
	for _, x := range texts {
		if strings.Contains(a.body, x) {
			t.Errorf("%s: %q is on the page", what, x)
		}
	}
}

var (
	registryRow    = regexp.MustCompile(`<th scope="row" role="rowheader"><a href="(/nguoi/[a-z0-9]+)">([^<]*)</a>`)
	registryHidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
	registryWay    = regexp.MustCompile(`href="([^"]*)" rel="(next|prev)"`)
)

// names lists the people of a list page.
func (a reply) names() (names []string) {
	for _, m := range registryRow.FindAllStringSubmatch(a.body, -1) {
		names = append(names, m[2])
	}
	return names
}

// way is the address of the page before or after.
func (a reply) way(rel string) string {
	for _, m := range registryWay.FindAllStringSubmatch(a.body, -1) {
		if m[2] == rel {
			return m[1]
		}
	}
	return ""
}

// hidden is the hidden fields of a page's forms.
func (a reply) hidden() url.Values {
	v := url.Values{}
	for _, m := range registryHidden.FindAllStringSubmatch(a.body, -1) {
		v.Set(m[1], m[2])
	}
	return v
}

func (d *registry) enrol(name string, stage ledger.Stage) *person.Person {
	d.Helper()
	return storetest.Enrol(d, d.st, d.tree.Cells[0][0], name, stage, day.Of(2026, 2, 3))
}

func TestPeoplePage(t *testing.T) {
	d := newRegistry(t)
	for i := range 60 {
		d.enrol(fmt.Sprintf("Trần Văn An %c%c", 'A'+i/26, 'A'+i%26), ledger.Official)
	}
	d.enrol("Lê Thị Hòa", ledger.Pool)
	d.enrol("Lê Thị Hoa", ledger.Probationary)
	storetest.Enrol(t, d.st, d.tree.Cells[1][0], "Người Xã Khác", ledger.Pool, day.Of(2026, 1, 1))

	p := d.get("/nguoi")
	p.has(t, "the own unit", 200, "62 người", "Đảng viên chính thức (60)", "trong tổng số 62", "Dòng 1–50")
	p.lacks(t, "the own unit", "Người Xã Khác", "Đảng bộ tỉnh</a>")
	if n := len(p.names()); n != 50 {
		t.Errorf("%d rows", n)
	}
	next := d.get(p.way("next"))
	next.has(t, "the second page", 200, "Dòng 51–62")
	if got := append(p.names(), next.names()...); len(got) != 62 {
		t.Errorf("%d rows on both pages", len(got))
	}
	if back := d.get(next.way("prev")); strings.Join(back.names(), ",") != strings.Join(p.names(), ",") {
		t.Error("the page before is another")
	}
	d.get("/nguoi?n=25").has(t, "25 rows", 200, "Dòng 1–25")

	d.get("/nguoi?stage=probationary").has(t, "one stage", 200, "1 người", "Lê Thị Hoa")
	if got := d.get("/nguoi?q=hoa").names(); strings.Join(got, ",") != "Lê Thị Hoa,Lê Thị Hòa" {
		t.Errorf("without diacritics: %v", got)
	}
	if got := d.get("/nguoi?q=" + url.QueryEscape("Hòa lê")).names(); strings.Join(got, ",") != "Lê Thị Hòa,Lê Thị Hoa" {
		t.Errorf("with diacritics: %v", got)
	}
	d.get("/nguoi?q=tran&n=25").has(t, "a search that is not counted", 200, "Hơn 25 người")
	d.get("/nguoi?q=khongco").has(t, "nobody", 200, "Không có ai khớp")
	d.get("/nguoi?stage=pool,probationary").has(t, "two stages", 200, "2 người", `<option value="pool,probationary" selected>Nguồn kết nạp, Đảng viên dự bị</option>`)
	d.get("/nguoi?at=2026-01-01").has(t, "before anybody came", 200, "Không có ai khớp")
	d.get("/nguoi?at=31/12/2026&stage=pool").has(t, "a day to come is today", 200, "Lê Thị Hòa")
	bad := d.get("/nguoi?at=31/02/2026")
	bad.has(t, "no such day", 422, `aria-invalid="true"`)
	bad.lacks(t, "no such day", "Lê Thị Hòa")
	d.get("/nguoi?at=2026").has(t, "a year alone", 422, "Ghi đủ ngày, tháng, năm")
	d.get("/nguoi?after=xyz").has(t, "a broken cursor", 422)
	for _, u := range []string{"0", "zzz", "!!", d.tree.Root.ID.String(), d.tree.Communes[1].ID.String()} {
		d.get("/nguoi?u="+url.QueryEscape(u)).has(t, "unit "+u, 404)
	}
	d.get("/nguoi?u="+d.tree.Cells[0][1].ID.String()).has(t, "an empty cell", 200, "Chưa có ai ở đây")
}

func TestPeopleColumnsAndSheet(t *testing.T) {
	d := newRegistry(t)
	d.enrol("Lê Thị Hòa", ledger.Pool)
	d.enrol("=HYPERLINK(1)", ledger.Pool)
	a := d.post("/nguoi/cot", url.Values{"col": {"stage", "nonsense", "occupation"}, "back": {"/nguoi?stage=pool"}})
	if a.status != 303 || a.to != "/nguoi?stage=pool" {
		t.Errorf("%d to %q", a.status, a.to)
	}
	p := d.get("/nguoi?stage=pool")
	p.has(t, "chosen columns", 200, `role="columnheader">Nghề nghiệp`, "Nguồn kết nạp")
	p.lacks(t, "chosen columns", `role="columnheader">Ngày sinh`)
	sheet := d.get("/nguoi/xlsx?stage=pool")
	if sheet.status != 200 || !strings.HasPrefix(sheet.body, "PK") || !strings.Contains(sheet.head.Get("Content-Disposition"), ".xlsx") {
		t.Errorf("sheet: %d %.20q", sheet.status, sheet.body)
	}
	rows := sheetRows(t, d.raw("/nguoi/xlsx?stage=pool"))
	if len(rows) != 3 || strings.Join(rows[0], "|") != "Họ và tên|Giai đoạn|Nghề nghiệp" || rows[1][0] != "Lê Thị Hòa" || rows[2][0] != "=HYPERLINK(1)" {
		t.Errorf("rows %q", rows)
	}
	d.get("/nguoi/xlsx?u="+d.tree.Communes[1].ID.String()).has(t, "a sheet of another commune", 404)
	d.get("/nguoi/xlsx?at=31/02/2026").has(t, "a sheet of no day", 422)
	if a := d.post("/nguoi/cot", url.Values{"back": {"//evil.example"}}); strings.HasPrefix(a.to, "//") {
		t.Errorf("leads away: %q", a.to)
	}
}

// raw is the body of an answer as it came.
func (d *registry) raw(path string) []byte {
	d.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", "vi")
	r.AddCookie(d.cookie)
	w := httptest.NewRecorder()
	d.app.ServeHTTP(w, r)
	return w.Body.Bytes()
}

// sheetRows reads the texts of the first sheet of a workbook.
func sheetRows(t *testing.T, data []byte) (rows [][]string) {
	t.Helper()
	b, err := xlsx.Open(bytes.NewReader(data), int64(len(data)), xlsx.Default)
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range b.Rows(0) {
		if err != nil {
			t.Fatal(err)
		}
		var cells []string
		for _, c := range row.Cells {
			if c.Formula {
				t.Errorf("a formula: %q", c.Text)
			}
			cells = append(cells, c.Text)
		}
		rows = append(rows, cells)
	}
	return rows
}
