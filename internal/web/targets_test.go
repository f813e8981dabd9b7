package web

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/org"
)

// cell returns the input of a unit's target on a page.
func cell(t *testing.T, page string, u org.Unit, indicator string) *html.Node {
	t.Helper()
	in := nodes(t, page, "input", "name", "goal_"+u.ID.String()+"."+indicator)
	if len(in) != 1 {
		t.Fatalf("%d inputs for %s of %s", len(in), indicator, u.Name)
	}
	return in[0]
}

// seen returns the version the page showed of a unit's target for admissions.
func seen(t *testing.T, page string, u org.Unit) string {
	t.Helper()
	in := nodes(t, page, "input", "name", "seen_"+u.ID.String()+".admit")
	if len(in) != 1 {
		t.Fatalf("%d versions of %s", len(in), u.Name)
	}
	return attrOf(in[0], "value")
}

func TestTargetsPage(t *testing.T) {
	d := figuresDesk(t)
	b := d.as(d.user("tinh", access.Committee, d.root))
	at := "/chi-tieu?u=" + d.root.ID.String() + "&nam=2026"
	for _, lang := range []*browser{b, b.english()} {
		page := lang.get(at)
		page.want(t, http.StatusOK, d.communes[0].Name)
		// What is typed back is in the form of documents in both languages: a comma would not be read.
		for u, want := range map[org.Unit]string{d.root: "1.020–1.250", d.communes[0]: "4", d.communes[1]: "> 1.800"} {
			if got := attrOf(cell(t, page.page, u, "admit"), "value"); got != want {
				t.Errorf("%s, %s: input %q, want %q", lang.lang, u.Name, got, want)
			}
		}
	}
	b.get(at).want(t, http.StatusOK, "1.805", "Giao xuống nhiều hơn được giao 785.", "2/2 đơn vị có chỉ tiêu", "Ghi chỉ tiêu")
	b.english().get(at).want(t, http.StatusOK, "1,805", "785 more given than received.", "2/2 units have a target", "Save targets")
	viewer := d.as(d.user("xem", access.Viewer, d.root))
	page := viewer.get(at)
	page.want(t, http.StatusOK, "1.020–1.250", "&gt; 1.800")
	page.not(t, "goal_", "Ghi chỉ tiêu")
	viewer.english().get(at).want(t, http.StatusOK, "1,020–1,250", "&gt; 1,800")
	b.get("/chi-tieu").want(t, http.StatusOK, d.root.Name) // the own unit
	nation := d.as(d.user("tw", access.Committee, org.Unit{}))
	nation.get("/chi-tieu?u=0&nam=2026").want(t, http.StatusOK, d.root.Name)
	nation.english().get("/chi-tieu?u=0").want(t, http.StatusOK, d.root.Name)
	commune := d.as(d.user("xa", access.Committee, d.communes[0]))
	own := commune.get("/chi-tieu?u=" + d.communes[0].ID.String())
	own.want(t, http.StatusOK, d.cells[0][0].Name)
	own.not(t, "goal_"+d.communes[0].ID.String()) // the level above gives its own
	cell(t, own.page, d.cells[0][0], "admit")
	for _, u := range []string{d.root.ID.String(), d.communes[1].ID.String(), "0", "zzzz"} {
		commune.get("/chi-tieu?u="+u).want(t, http.StatusNotFound)
	}
	if res := d.visitor().get(at); res.StatusCode != http.StatusSeeOther {
		t.Errorf("a visitor: %d", res.StatusCode)
	}
	for _, odd := range []string{"&nam=x", "&nam=-3", "&nam=99999999999999999999"} {
		b.get("/chi-tieu?u="+d.root.ID.String()+odd).want(t, http.StatusOK)
	}
}

func TestTargetsSet(t *testing.T) {
	d := figuresDesk(t)
	b := d.as(d.user("tinh", access.Committee, d.root))
	at := "/chi-tieu?u=" + d.root.ID.String() + "&nam=2026"
	page := b.get(at).page
	a, c := "goal_"+d.communes[0].ID.String()+".admit", "goal_"+d.communes[1].ID.String()+".admit"
	seenA, seenC := "seen_"+d.communes[0].ID.String()+".admit", "seen_"+d.communes[1].ID.String()+".admit"
	versionA, versionC := seen(t, page, d.communes[0]), seen(t, page, d.communes[1])
	form := func(more ...string) []string {
		return append([]string{"u", d.root.ID.String(), "nam", "2026", "source", "7-KH/TU", seenA, versionA, seenC, versionC}, more...)
	}
	for typed, text := range map[string]string{
		"9-5": "Số đầu 9 lớn hơn số cuối 5.", "1,5": "Không đọc được “1,5”.", "-3": "Không đọc được “-3”.", "năm": "Không đọc được “năm”.", `"><b>x`: "Không đọc được",
	} {
		res := b.post("/chi-tieu", form(a, typed, c, "30")...)
		res.want(t, http.StatusUnprocessableEntity, text, "Chưa ghi được chỉ tiêu nào.", `value="7-KH/TU"`)
		res.not(t, "<b>x")
		in := cell(t, res.page, d.communes[0], "admit")
		if attrOf(in, "value") != typed || attrOf(in, "aria-invalid") != "true" || attrOf(in, "aria-describedby") == "" {
			t.Errorf("%q: the cell holds %q, marked %q", typed, attrOf(in, "value"), attrOf(in, "aria-invalid"))
		}
		if good := cell(t, res.page, d.communes[1], "admit"); attrOf(good, "value") != "30" || attrOf(good, "aria-invalid") != "" {
			t.Errorf("%q: what was typed into the good cell is lost: %q", typed, attrOf(good, "value"))
		}
		if td := nodes(t, res.page, "td", "class", "num mark"); len(td) != 1 {
			t.Errorf("%q: %d marked cells", typed, len(td))
		}
	}
	if got := seen(t, b.get(at).page, d.communes[1]); got != versionC {
		t.Error("a refused sheet is stored in part")
	}
	b.english().post("/chi-tieu", form(a, "9-5")...).want(t, http.StatusUnprocessableEntity, "The first number 9 is above the second 5.")

	done := b.post("/chi-tieu", form(a, "từ 5 trở lên", c, "> 1.800")...)
	if done.StatusCode != http.StatusSeeOther || done.Header.Get("Location") != "/chi-tieu?nam=2026&u="+d.root.ID.String() {
		t.Fatalf("%d %q", done.StatusCode, done.Header.Get("Location"))
	}
	after := b.get(done.Header.Get("Location"))
	after.want(t, http.StatusOK, "Đã ghi 1 chỉ tiêu.")
	if attrOf(cell(t, after.page, d.communes[0], "admit"), "value") != "≥ 5" || seen(t, after.page, d.communes[1]) != versionC {
		t.Error("stored other cells than those that changed")
	}
	// Somebody else had the old sheet open.
	stale := b.post("/chi-tieu", form(a, "6", c, "> 1.800")...)
	stale.want(t, http.StatusUnprocessableEntity, "Người khác vừa đổi chỉ tiêu này thành ≥ 5.")
	if in := cell(t, stale.page, d.communes[0], "admit"); attrOf(in, "value") != "6" || attrOf(in, "aria-invalid") != "true" {
		t.Errorf("stale: the cell holds %q", attrOf(in, "value"))
	}
	versionA = seen(t, stale.page, d.communes[0])
	if res := b.post("/chi-tieu", form(a, "", c, "> 1.800")...); res.StatusCode != http.StatusSeeOther {
		t.Errorf("withdraw: %d", res.StatusCode)
	}
	if in := cell(t, b.get(at).page, d.communes[0], "admit"); attrOf(in, "value") != "" {
		t.Errorf("withdrawn, but %q", attrOf(in, "value"))
	}
	history := b.get("/chi-tieu?u=" + d.communes[0].ID.String() + "&nam=2026")
	history.want(t, http.StatusOK, "đã rút", "≥ 5", "1-KH/TU", "7-KH/TU")
}

func TestTargetsGroups(t *testing.T) {
	d := figuresDesk(t)
	b := d.as(d.user("tinh", access.Committee, d.root))
	at := "/chi-tieu?u=" + d.communes[0].ID.String() + "&nam=2026"
	group := func(text, version string) answer {
		return b.post("/chi-tieu", "u", d.communes[0].ID.String(), "nam", "2026", "slice_indicator", "admit", "slice", "female", "slice_text", text, "seen_admit.female", version)
	}
	bad := group("2-1", "")
	bad.want(t, http.StatusUnprocessableEntity, "Số đầu 2 lớn hơn số cuối 1.")
	in := nodes(t, bad.page, "input", "name", "slice_text")
	if len(in) != 1 || attrOf(in[0], "value") != "2-1" || attrOf(in[0], "aria-invalid") != "true" {
		t.Error("the group's field is not marked")
	}
	if own := cell(t, bad.page, d.communes[0], "admit"); attrOf(own, "aria-invalid") != "" {
		t.Error("the unit's own cell is marked for a mistake in the group's")
	}
	if chosen := nodes(t, bad.page, "option", "value", "female"); len(chosen) != 1 || !hasAttr(chosen[0], "selected") {
		t.Error("the chosen group is forgotten")
	}
	if res := group("ít nhất 3", ""); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", res.StatusCode)
	}
	d.admit(d.cells[0][1], day.Of(2026, 3, 8))
	page := b.get(at)
	page.want(t, http.StatusOK, "≥ 3", "slice=female", "100,00%") // three women of three
	version := attrOf(nodes(t, page.page, "input", "name", "seen_admit.female")[0], "value")
	group("5", "").want(t, http.StatusUnprocessableEntity, "Người khác vừa đổi chỉ tiêu này thành ≥ 3.")
	group("-", version).want(t, http.StatusUnprocessableEntity, "Điều chỉnh chỉ tiêu đã giao phải có văn bản")
	if res := b.post("/chi-tieu", "u", d.communes[0].ID.String(), "nam", "2026", "source", "15-KH/TU", "slice_indicator", "admit", "slice", "female", "slice_text", "-",
		"seen_admit.female", version); res.StatusCode != http.StatusSeeOther {
		t.Errorf("withdraw: %d", res.StatusCode)
	}
	if strings.Contains(b.get(at).page, "slice=female") {
		t.Error("withdrawn, but still there")
	}
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func TestTargetsForbidden(t *testing.T) {
	d := figuresDesk(t)
	post := func(b *browser, u, target org.Unit) answer {
		return b.post("/chi-tieu", "u", u.ID.String(), "nam", "2026", "goal_"+target.ID.String()+".admit", "77")
	}
	clerk := d.as(d.user("ct", access.Clerk, d.root))
	post(clerk, d.root, d.cells[0][0]).want(t, http.StatusForbidden)
	commune := d.as(d.user("xa", access.Admin, d.communes[0]))
	post(commune, d.communes[0], d.communes[0]).want(t, http.StatusForbidden)
	post(commune, d.communes[0], d.communes[1]).want(t, http.StatusNotFound)
	post(commune, d.root, d.root).want(t, http.StatusNotFound)
	if res := post(commune, d.communes[0], d.cells[0][0]); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the commune to its cell: %d", res.StatusCode)
	}
	if res := post(d.visitor(), d.root, d.communes[0]); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/dang-nhap") {
		t.Errorf("a visitor: %d", res.StatusCode)
	}
	page := d.as(d.user("tinh", access.Committee, d.root)).get("/chi-tieu?u=" + d.root.ID.String() + "&nam=2026")
	page.not(t, `value="77"`)
}

// TestTargetsKept: the content of a sheet is kept, but never for somebody with other rights, and never past a commit.
func TestTargetsKept(t *testing.T) {
	d := newDesk(t, Config{})
	gives, reads := d.as(d.user("tinh", access.Committee, d.root)), d.as(d.user("xem", access.Viewer, d.root))
	page := "/chi-tieu?u=" + d.root.ID.String() + "&nam=2026"
	d.goal(d.communes[0], "12")
	for range 2 {
		gives.get(page).want(t, http.StatusOK, `value="12"`, `name="act"`)
		reads.get(page).want(t, http.StatusOK, ">12<")
		reads.get(page).not(t, `name="act"`, `value="12"`)
	}
	gives.get(page+"&loai=course").not(t, `value="12"`)
	gives.get(page+"&nhom=female").want(t, http.StatusOK, `value="12"`, d.communes[0].ID.String()+".admit.female")
	d.goal(d.communes[1], "15")
	gives.get(page).want(t, http.StatusOK, `value="15"`)
	gives.english().get(page).want(t, http.StatusOK, `value="15"`)
	reads.get(page).want(t, http.StatusOK, ">15<")
	d.as(d.user("xa", access.Committee, d.communes[1])).get(page).want(t, http.StatusNotFound)
}
