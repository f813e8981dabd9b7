package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/org"
	"ketnap/internal/units"
	"ketnap/internal/xlsx"
)

// figuresDesk is a desk with admissions and targets: A has 2 of 4, B 1 of more than 1.800.
func figuresDesk(t *testing.T) desk {
	d := newDesk(t, Config{})
	d.admit(d.cells[0][0], day.Of(2026, 2, 3), day.Of(2026, 7, 1))
	d.admit(d.cells[1][0], day.Of(2026, 5, 19), day.Of(2025, 5, 19))
	d.goal(d.root, "1.020-1.250")
	d.goal(d.communes[0], "4")
	d.goal(d.communes[1], "trên 1.800")
	return d
}

// rows returns the first table of the page: unit name and then every cell.
func rows(t *testing.T, page string) map[string][]string {
	t.Helper()
	got := map[string][]string{}
	for _, tr := range nodes(t, page, "tr", "", "") {
		var cells []string
		for c := tr.FirstChild; c != nil; c = c.NextSibling {
			if c.Data == "td" {
				cells = append(cells, inner(c))
			}
		}
		if th := tr.FirstChild; th != nil && th.Data == "th" && len(cells) > 5 && got[inner(th)] == nil {
			got[inner(th)] = cells
		}
	}
	return got
}

func TestPilotPage(t *testing.T) {
	d := figuresDesk(t)
	b := d.as(d.user("tinh", access.Committee, d.root))
	at := "/don-vi/" + d.root.ID.String()
	page := b.get(at)
	page.want(t, http.StatusOK, d.root.Name, "3", "/ 1.020–1.250", "Giao chỉ tiêu", "Xuất Excel", "hiện nay", "tại ngày số liệu")
	got := rows(t, page.page)
	for name, want := range map[string][]string{d.communes[0].Name: {"4", "2", "50,00%"}, d.communes[1].Name: {"> 1.800", "1", "0,06%"}, "Toàn đơn vị": {"1.020–1.250", "3", "0,29%"}} {
		if len(got[name]) < 3 || strings.Join(got[name][:3], "|") != strings.Join(want, "|") {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if a, c := strings.Index(page.page, d.communes[0].Name), strings.Index(page.page, d.communes[1].Name); a < c {
		t.Error("not the furthest behind first")
	}
	links := nodes(t, page.page, "a", "href", "/bien-dong?"+url.Values{"u": {d.communes[0].ID.String()}, "cause": {"admit,readmit"}, "dir": {"in"}, "from": {"2026-01-01"}, "to": {"2026-11-21"}}.Encode())
	if len(links) != 1 || inner(links[0]) != "2" {
		t.Errorf("the persons behind 2: %d links", len(links))
	}
	en := b.english().get(at)
	en.want(t, http.StatusOK, `<html lang="en"`, "/ 1,020–1,250", "&gt; 1,800", "50.00%", "Export to Excel", "Admissions", "of that day")
	past := b.get(at + "?ngay=30/06/2026&nam=2026")
	if got := rows(t, past.page)[d.communes[0].Name]; got[1] != "1" {
		t.Errorf("at the end of June: %q", got)
	}
	past.want(t, http.StatusOK, `value="30/06/2026"`, "at=2026-06-30", "to=2026-06-30", "/don-vi/"+d.communes[0].ID.String()+"?nam=2026&amp;ngay=2026-06-30")
	b.get(at+"?nam=2025").want(t, http.StatusOK, `value="31/12/2025"`, "Chưa giao chỉ tiêu")
	for _, bad := range []string{"31/02/2026", "abc", "2026", "02/2026"} {
		res := b.get(at + "?ngay=" + url.QueryEscape(bad))
		res.want(t, http.StatusUnprocessableEntity, d.root.Name)
		if in := nodes(t, res.page, "input", "name", "ngay"); len(in) != 1 || attrOf(in[0], "aria-invalid") != "true" {
			t.Errorf("%q: the field is not marked", bad)
		}
	}
	for _, odd := range []string{"?nam=x", "?nam=-1", "?nam=999999999999999999999", "?co-cau=x", "?ngay=01/01/2030", "?ngay="} {
		b.get(at+odd).want(t, http.StatusOK, d.root.Name)
	}
	b.get("/don-vi/"+d.cells[0][1].ID.String()).want(t, http.StatusOK, "Không có đơn vị trực thuộc.")
	nation := d.as(d.user("tw", access.Viewer, org.Unit{}))
	nation.get("/don-vi/0").want(t, http.StatusOK, d.root.Name)
	nation.english().get("/don-vi/0").want(t, http.StatusOK, d.root.Name)
	nation.get(at).not(t, "Giao chỉ tiêu") // a viewer gives none
}

// TestPilotKept asks for one page again and again: its content is kept for all who may see it, and is
// that of the last commit; what is a reader's own is not kept.
func TestPilotKept(t *testing.T) {
	d := figuresDesk(t)
	at := "/don-vi/" + d.communes[0].ID.String()
	clerk, viewer := d.as(d.user("thu", access.Committee, d.root)), d.as(d.user("xem", access.Viewer, d.communes[0]))
	for done := 2; done < 6; done++ {
		want := []string{strconv.Itoa(done), "/ 4"}
		for range 2 {
			page := clerk.get(at)
			page.want(t, http.StatusOK, append(want, "Đồng chí thu", "Giao chỉ tiêu", d.root.Name)...)
			if got := rows(t, page.page)[d.cells[0][0].Name]; len(got) < 2 || got[1] != strconv.Itoa(done) {
				t.Fatalf("%d admitted, the row says %q", done, got)
			}
			page = viewer.get(at)
			page.want(t, http.StatusOK, append(want, "Đồng chí xem")...)
			page.not(t, "Đồng chí thu", "Giao chỉ tiêu", d.root.Name)
			viewer.english().get(at).want(t, http.StatusOK, `<html lang="en"`, "Admissions", "Đồng chí xem")
		}
		d.admit(d.cells[0][0], day.Of(2026, 2, 3))
	}
}

func TestPilotScope(t *testing.T) {
	d := figuresDesk(t)
	b := d.as(d.user("xa", access.Admin, d.communes[0]))
	b.get("/don-vi/"+d.communes[0].ID.String()).want(t, http.StatusOK)
	for _, u := range []string{d.root.ID.String(), d.communes[1].ID.String(), d.cells[1][0].ID.String(), "0", "zzzzzzzz", "%27"} {
		for _, part := range []string{"", "/xlsx", "/ban-do", "?ngay=2026-06-30&co-cau=ngay"} {
			res := b.get("/don-vi/" + u + part)
			res.want(t, http.StatusNotFound)
			res.not(t, d.communes[1].Name, d.root.Name)
		}
	}
	if res := d.visitor().get("/don-vi/" + d.root.ID.String() + "/xlsx"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("a visitor gets the workbook: %d", res.StatusCode)
	}
}

// TestPilotStructure: a cell moves to the other commune on 1-7-2026; June by both structures.
func TestPilotStructure(t *testing.T) {
	d := figuresDesk(t)
	err := units.New(d.st).Reparent(context.Background(), access.System("test"), units.ReparentForm{Unit: d.cells[0][0].ID, Parent: d.communes[1].ID,
		Act: units.Act{On: day.Of(2026, 7, 1), Decision: org.Decision{No: "9-QĐ/TU", Issuer: "Tỉnh ủy", Date: day.Of(2026, 6, 20)}}})
	if err != nil {
		t.Fatal(err)
	}
	b := d.as(d.user("tinh", access.Viewer, d.root))
	at := "/don-vi/" + d.root.ID.String() + "?ngay=2026-06-30&nam=2026"
	now := b.get(at)
	now.want(t, http.StatusOK, "Số liệu tính theo cơ cấu hiện nay. Ngày 30/06/2026 có 1 tổ chức thuộc nơi khác.", "Xem theo cơ cấu ngày đó", "co-cau=ngay")
	then := b.get(at + "&co-cau=ngay")
	then.want(t, http.StatusOK, "Số liệu tính theo cơ cấu ngày 30/06/2026. Khi đó có 1 tổ chức thuộc nơi khác", "Xem theo cơ cấu hiện nay", `<option value="ngay" selected>`)
	b.english().get(at+"&co-cau=ngay").want(t, http.StatusOK, "Figures follow the structure of 30/06/2026.", "Show the structure of today")
	a, c := d.communes[0].Name, d.communes[1].Name
	if n, m := rows(t, now.page), rows(t, then.page); n[a][1] != "0" || n[c][1] != "2" || m[a][1] != "1" || m[c][1] != "1" || m["Toàn đơn vị"][1] != "2" {
		t.Errorf("admitted by June: today's structure %s %s, that of the day %s %s", n[a][1], n[c][1], m[a][1], m[c][1])
	}
	// Figures that are made of other units than today's lists open no list; the whole province does.
	for _, u := range []org.Unit{d.communes[0], d.communes[1]} {
		if strings.Contains(then.page, "/bien-dong?cause=admit%2Creadmit&amp;dir=in&amp;from=2026-01-01&amp;to=2026-06-30&amp;u="+u.ID.String()) {
			t.Errorf("%s: a figure of another structure opens a list of today", u.Name)
		}
		if !strings.Contains(now.page, "/bien-dong?cause=admit%2Creadmit&amp;dir=in&amp;from=2026-01-01&amp;to=2026-06-30&amp;u="+u.ID.String()) {
			t.Errorf("%s: no list behind the figure", u.Name)
		}
	}
	then.want(t, http.StatusOK, "u="+d.root.ID.String(), "/don-vi/"+d.communes[0].ID.String()+"?co-cau=ngay&amp;nam=2026&amp;ngay=2026-06-30")
	b.get("/don-vi/"+d.root.ID.String()).not(t, "thuộc nơi khác")
	// Who keeps the commune the cell left sees what it had, without a way to where it is now.
	left := d.as(d.user("xa", access.Viewer, d.communes[0]))
	page := left.get("/don-vi/" + d.communes[0].ID.String() + "?ngay=2026-06-30&co-cau=ngay")
	page.want(t, http.StatusOK, d.cells[0][0].Name)
	page.not(t, "/don-vi/"+d.cells[0][0].ID.String())
	b.get("/don-vi/"+d.root.ID.String()+"?ngay=2009-06-30&co-cau=ngay").want(t, http.StatusOK, "Ngày 30/06/2009 tổ chức này chưa thành lập")
}

func TestMapPage(t *testing.T) {
	d := figuresDesk(t)
	b := d.as(d.user("tinh", access.Viewer, d.root))
	page := b.get("/don-vi/" + d.root.ID.String() + "/ban-do")
	page.want(t, http.StatusOK, "<svg", d.communes[0].Name, "/don-vi/"+d.communes[1].ID.String(), "Chậm trên 20 điểm", "<table", "50,00%")
	b.english().get("/don-vi/"+d.root.ID.String()+"/ban-do?nam=2026&ngay=2026-06-30").want(t, http.StatusOK, "Behind by more than 20 points", "25.00%")
	b.get("/don-vi/"+d.communes[0].ID.String()+"/ban-do").want(t, http.StatusNotFound)
	b.get("/don-vi/"+d.cells[0][0].ID.String()+"/ban-do").want(t, http.StatusNotFound)
	b.get("/don-vi/"+d.communes[0].ID.String()).not(t, "/ban-do")
	nation := d.as(d.user("tw", access.Viewer, org.Unit{}))
	nation.get("/don-vi/0/ban-do").want(t, http.StatusOK, "<svg", d.root.Name)
}

// TestPilotXlsx opens the workbook of the page and compares it with the page.
func TestPilotXlsx(t *testing.T) {
	d := figuresDesk(t)
	b := d.as(d.user("tinh", access.Viewer, d.root))
	read := func(res answer) [][]string {
		t.Helper()
		res.want(t, http.StatusOK)
		if ct := res.Header.Get("Content-Type"); ct != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" || !strings.Contains(res.Header.Get("Content-Disposition"), `filename="ket-nap-2026.xlsx"`) {
			t.Errorf("%s %s", ct, res.Header.Get("Content-Disposition"))
		}
		book, err := xlsx.Open(bytes.NewReader([]byte(res.page)), int64(len(res.page)), xlsx.Default)
		if err != nil {
			t.Fatal(err)
		}
		var out [][]string
		for row, err := range book.Rows(0) {
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
			out = append(out, cells)
		}
		return out
	}
	got := read(b.get("/don-vi/" + d.root.ID.String() + "/xlsx?ngay=2026-11-21&nam=2026"))
	want := [][]string{
		{d.root.Name}, {"Năm 2026, số liệu đến ngày 21/11/2026"},
		{"Đơn vị", "Giao", "Kết nạp", "%", "Tiến độ"}, {d.communes[1].Name, "> 1.800", "1"}, {d.communes[0].Name, "4", "2"}, {"Toàn đơn vị", "1.020–1.250", "3"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d rows: %q", len(got), got)
	}
	for i, row := range want {
		for j, cell := range row {
			if got[i][j] != cell {
				t.Errorf("row %d, column %d: %q, want %q", i+1, j+1, got[i][j], cell)
			}
		}
	}
	if last := got[4]; last[3] != "50%" && last[3] != "50.00%" && last[3] != "0.5" && last[3] != "50,00%" {
		t.Errorf("share %q", last[3])
	}
	if people := got[4][8]; people != "2" { // probationary
		t.Errorf("probationary members %q in %q", people, got[4])
	}
	en := read(b.english().get("/don-vi/" + d.root.ID.String() + "/xlsx?co-cau=ngay&ngay=2026-06-30"))
	if en[1][0] != "Year 2026, figures up to 30/06/2026 · Structure: of that day" || en[2][0] != "Unit" || en[3][1] != "> 1,800" {
		t.Errorf("English: %q", en)
	}
}

// TestTreeKept asks for one tree again and again: it is that of the last commit, and each reader's own.
func TestTreeKept(t *testing.T) {
	d := figuresDesk(t)
	admin, viewer := d.as(d.user("qt", access.Admin, d.root)), d.as(d.user("xem", access.Viewer, d.communes[0]))
	for n := range 4 {
		count := strconv.Itoa(4 + n)
		for range 2 {
			admin.get("/to-chuc").want(t, http.StatusOK, d.communes[1].Name, "Đồng chí qt", `<span aria-hidden="true">`+count+`</span>`)
			page := viewer.get("/to-chuc")
			page.want(t, http.StatusOK, d.communes[0].Name, "Đồng chí xem", `<span aria-hidden="true">`+strconv.Itoa(2+n)+`</span>`)
			page.not(t, d.communes[1].Name, "Đồng chí qt")
		}
		d.admit(d.cells[0][0], day.Of(2026, 2, 3))
	}
}
