package web

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/day"
	"ketnap/internal/users"
)

// guarded turns the guards on, with one row as the most that leaves on one person's word.
func (d desk) guarded() {
	d.t.Helper()
	g := approval.Guards{Mode: approval.Auto, Kinds: approval.Kinds, Import: 1, Export: 1}
	if err := d.app.Approvals.SetGuards(context.Background(), access.System("test"), g); err != nil {
		d.t.Fatal(err)
	}
}

// TestApprovalPages: from the refusal of an act to the act, over the pages of both persons.
func TestApprovalPages(t *testing.T) {
	d := newDesk(t, Config{})
	d.guarded()
	hoa, binh := d.as(d.user("hoa", access.Admin, d.root)), d.as(d.user("binh", access.Admin, d.root))
	stranger := d.as(d.user("xa", access.Admin, d.communes[1]))
	made := hoa.post("/quan-tri/nguoi-dung", "login", "moi", "name", "Người Mới", "role", "admin", "unit", "/to-chuc/"+d.communes[0].ID.String())
	if made.StatusCode != http.StatusConflict || !strings.Contains(made.page, "Giao vai trò") || !strings.Contains(made.page, "Nguyễn Văn binh") && !strings.Contains(made.page, "binh") {
		t.Fatalf("%d %v", made.StatusCode, words(t, made.page))
	}
	act := hiddenOf(t, made.page, "act")
	if a := hoa.post("/phe-duyet", "act", act, "reason", "x"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.page, "Ghi rõ") {
		t.Errorf("a short reason: %d", a.StatusCode)
	}
	if a := binh.post("/phe-duyet", "act", act, "reason", "thay người phụ trách"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the form of somebody else: %d", a.StatusCode)
	}
	sent := hoa.post("/phe-duyet", "act", act, "reason", "thay người phụ trách")
	at := sent.Header.Get("Location")
	if sent.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/phe-duyet/") {
		t.Fatalf("%d %s", sent.StatusCode, at)
	}
	if a := stranger.get(at); a.StatusCode != http.StatusNotFound {
		t.Errorf("a stranger sees it: %d", a.StatusCode)
	}
	if a := stranger.get("/phe-duyet"); strings.Contains(a.page, "Người Mới") {
		t.Error("a stranger has it in the list")
	}
	if a := hoa.get(at); !strings.Contains(a.page, `value="withdraw"`) || strings.Contains(a.page, `value="approve"`) {
		t.Error("the author's page")
	}
	for _, b := range []*browser{binh, binh.english()} {
		if a := b.get("/phe-duyet"); a.StatusCode != http.StatusOK || !strings.Contains(a.page, at) || !strings.Contains(a.page, "thay người phụ trách") || !strings.Contains(a.page, `class="count"`) {
			t.Errorf("the second person's list: %v", words(t, a.page))
		}
		if a := b.get(at); !strings.Contains(a.page, `value="approve"`) || !strings.Contains(a.page, `value="refuse"`) {
			t.Errorf("the second person's page: %v", words(t, a.page))
		}
	}
	if a := binh.get("/hom-nay?u=" + d.root.ID.String()); !strings.Contains(a.page, "1 đề nghị chờ đồng chí") {
		t.Errorf("the work of the day does not say so: %d", a.StatusCode)
	}
	version := hiddenOf(t, binh.get(at).page, "version")
	if a := hoa.post(at, "version", version, "do", "approve"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.page, "không tự phê duyệt") {
		t.Errorf("the author approves: %d", a.StatusCode)
	}
	if a := binh.post(at, "version", version, "do", "refuse"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.page, "Ghi rõ") {
		t.Errorf("a refusal without words: %d", a.StatusCode)
	}
	if a := binh.post(at, "version", version, "do", "approve"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", a.StatusCode, words(t, a.page))
	}
	if a := binh.post(at, "version", version, "do", "approve"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("approved twice: %d", a.StatusCode)
	}
	if a := hoa.get("/quan-tri"); strings.Count(a.page, "Người Mới") != 1 {
		t.Error("the account was not made once")
	}
	if a := hoa.get(at); !strings.Contains(a.page, "Đã thực hiện") {
		t.Errorf("%v", words(t, a.page))
	}
	if a := binh.get("/phe-duyet"); strings.Contains(a.page, `class="count"`) {
		t.Error("a count of nothing")
	}
}

// TestApprovalNeedsProof: an answer asks for a factor again when it was shown long ago.
func TestApprovalNeedsProof(t *testing.T) {
	d := newDesk(t, Config{})
	d.policy(users.Strict)
	d.guarded()
	hoa, binh := d.as(d.user("hoa", access.Admin, d.root)), d.as(d.user("binh", access.Admin, d.root))
	lan := d.user("lan", access.Clerk, d.communes[0])
	act := hiddenOf(t, hoa.post("/quan-tri/nguoi-dung/"+lan.String()+"/dat-lai").page, "act")
	at := hoa.post("/phe-duyet", "act", act, "reason", "mất điện thoại").Header.Get("Location")
	version := hiddenOf(t, binh.get(at).page, "version")
	*d.now = d.now.Add(12 * 60e9)
	if a := binh.post(at, "version", version, "do", "approve"); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/xac-nhan?") {
		t.Errorf("%d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if a := hoa.get(at); !strings.Contains(a.page, "Chờ phê duyệt") {
		t.Error("it was answered without proof")
	}
	if a := hoa.post(at, "version", version, "do", "withdraw"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("taking back: %d", a.StatusCode)
	}
}

// TestApprovalGuards: the setting is shown to all, changed by who governs, and loosened by two.
func TestApprovalGuards(t *testing.T) {
	d := newDesk(t, Config{})
	d.guarded()
	hoa, xem := d.as(d.user("hoa", access.Admin, d.root)), d.as(d.user("xem", access.Viewer, d.root))
	d.user("binh", access.Admin, d.root)
	const path = "/phe-duyet/quy-dinh"
	if a := xem.get(path); a.StatusCode != http.StatusOK || !strings.Contains(a.page, "cần hai người khi quá 1 dòng") || strings.Contains(a.page, `name="mode"`) {
		t.Errorf("a reader: %v", words(t, a.page))
	}
	all := []string{"kind_import", "1", "kind_export", "1", "kind_grant", "1", "kind_reset", "1"}
	if a := xem.post(path, append(all, "mode", "always", "import", "0", "export", "0")...); a.StatusCode != http.StatusForbidden && a.StatusCode != http.StatusNotFound {
		t.Errorf("a reader changes it: %d", a.StatusCode)
	}
	if a := hoa.post(path, append(all, "mode", "always", "import", "viele", "export", "0")...); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.page, `aria-invalid="true"`) {
		t.Errorf("no number: %d", a.StatusCode)
	}
	if a := hoa.post(path, append(all, "mode", "always", "import", "0", "export", "0")...); a.StatusCode != http.StatusSeeOther {
		t.Errorf("tightened: %d %v", a.StatusCode, words(t, a.page))
	}
	a := hoa.post(path, append(all, "mode", "off", "import", "0", "export", "0")...)
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.page, "cần hai người → một người là đủ") {
		t.Errorf("loosened alone: %d %v", a.StatusCode, words(t, a.page))
	}
	if g, err := d.app.Approvals.Guards(context.Background()); err != nil || g.Mode != approval.Always {
		t.Error(g, err)
	}
}

// TestListsWaitForTwo: every workbook of people is held back above the limit, and leaves once after the approval.
func TestListsWaitForTwo(t *testing.T) {
	d := newDesk(t, Config{})
	d.admit(d.cells[0][0], day.Of(2026, 2, 3), day.Of(2026, 2, 3), day.Of(2026, 3, 3))
	d.guarded()
	canbo, uy := d.as(d.user("canbo", access.Clerk, d.communes[0])), d.as(d.user("uy", access.Committee, d.communes[0]))
	u := "?u=" + d.communes[0].ID.String()
	for _, path := range []string{"/nguoi/xlsx" + u, "/bien-dong/xlsx" + u + "&from=01/01/2026&to=31/12/2026"} {
		act := hiddenOf(t, canbo.get(path).page, "act")
		at := canbo.post("/phe-duyet", "act", act, "reason", "gửi cấp trên đối chiếu").Header.Get("Location")
		if a := uy.post(at, "do", "approve"); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d %v", path, a.StatusCode, words(t, a.page))
		}
		if a := canbo.get(at); !strings.Contains(a.page, strings.ReplaceAll(path, "&", "&amp;")) {
			t.Errorf("%s: no way to the file: %v", path, words(t, a.page))
		}
		if a := uy.get(path); a.StatusCode != http.StatusOK && a.StatusCode != http.StatusConflict {
			t.Errorf("%s: the approver gets %d", path, a.StatusCode)
		}
		if a := canbo.get(path); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.page, "PK") {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
		if a := canbo.get(path); a.StatusCode != http.StatusConflict {
			t.Errorf("%s left twice: %d", path, a.StatusCode)
		}
	}
}
