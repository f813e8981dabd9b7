package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// article is what an official pastes: the sentences of a resolution as a newspaper printed them.
const article = "Mục tiêu cụ thể là từ năm 2024-2025 và giai đoạn 2025-2030: Hàng năm, toàn Đảng bộ tỉnh kết nạp từ 1.020 - 1.250 đảng viên, trong đó đảng viên là học sinh, sinh viên và người lao động trong doanh nghiệp ngoài nhà nước từ 40-55 người/năm.\n" +
	"5 năm gần đây (2018-2022), Đảng bộ Hậu Giang kết nạp 4.715 đảng viên, trong đó học sinh, sinh viên và người lao động trong doanh nghiệp ngoài nhà nước là 436 đảng viên."

// formOf returns what the form with an action would send.
func formOf(t *testing.T, page, action string) url.Values {
	t.Helper()
	forms := nodes(t, page, "form", "action", action)
	if len(forms) == 0 {
		t.Fatalf("no form %s", action)
	}
	v := url.Values{}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		name := attrOf(n, "name")
		switch {
		case n.Type != html.ElementNode || name == "" || n.Data == "button":
		case n.Data == "select":
			for o := n.FirstChild; o != nil; o = o.NextSibling {
				for _, a := range o.Attr {
					if a.Key == "selected" {
						v.Set(name, attrOf(o, "value"))
					}
				}
			}
		case n.Data == "textarea":
			v.Set(name, inner(n))
		case attrOf(n, "type") == "checkbox":
			for _, a := range n.Attr {
				if a.Key == "checked" {
					v.Set(name, "1")
				}
			}
		default:
			v.Set(name, attrOf(n, "value"))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(forms[0])
	return v
}

// at moves the clock, and signs somebody in there.
func (d desk) at(on day.Date, user id.ID) *browser {
	*d.now = time.Date(on.Year(), time.Month(on.Month()), on.Day(), 3, 0, 0, 0, time.UTC)
	return d.as(user)
}

// confirmAll confirms the numbers of a document one by one, as they are offered, and returns how many there were.
func (b *browser) confirmAll(doc string) (n int) {
	b.t.Helper()
	for ; n < 20; n++ {
		next := ""
		for _, a := range nodes(b.t, b.get(doc).page, "a", "class", "button small") {
			if href := attrOf(a, "href"); next == "" && strings.HasSuffix(href, "#so-lieu") {
				next = strings.TrimSuffix(href, "#so-lieu")
			}
		}
		if next == "" {
			return n
		}
		res := b.ask(http.MethodPost, doc+"/so-lieu", formOf(b.t, b.get(next).page, doc+"/so-lieu"))
		if res.StatusCode != http.StatusSeeOther {
			b.t.Fatalf("confirming %s: %d %v", next, res.StatusCode, words(b.t, res.page))
		}
	}
	return n
}

// TestYear is a year of a provincial officer: a resolution is pasted in January and its numbers confirmed, the checks warn, the
// target goes to schools and communes, one is adjusted in July by a second document, two communes merge in August, and in December
// every figure opens its persons and every warning its arithmetic.
func TestYear(t *testing.T) {
	d := newDesk(t, Config{})
	user := d.user("tinh", access.Committee, d.root)
	var school org.Unit
	d.write(func(tx *store.Tx) error {
		school = org.Unit{ID: tx.NewID(38), Kind: org.BaseCell, Name: "Chi bộ Trường THPT Thử", Short: "THPT Thử", Sector: 4, Founded: day.Of(2010, 1, 1)}.Place(d.root)
		return tx.AddUnit(school)
	})
	for u, n := range map[id.ID]int{d.cells[0][0].ID: 30, d.cells[1][0].ID: 20, school.ID: 10} {
		for range n {
			d.write(func(tx *store.Tx) error {
				return tx.Enrol([]store.Enrolment{{Person: storetest.NewPerson(tx.NewID(38), "Lê Văn Cũ"), Movements: []ledger.Movement{
					{To: ledger.Place{Unit: u, Stage: ledger.Official}, Cause: ledger.Opening, Effective: day.Of(2026, 1, 5)}}}})
			})
		}
	}

	b := d.at(day.Of(2027, 1, 12), user)
	root := d.root.ID.String()
	form := formOf(t, b.get("/van-ban/them?u="+root).page, "/van-ban/them")
	for name, value := range map[string]string{"number": "20-NQ/TU", "dated": "11/01/2024", "issuer": "Tỉnh ủy Hậu Giang", "title": "Tăng cường công tác phát triển đảng viên", "text": article} {
		form.Set(name, value)
	}
	res := b.ask(http.MethodPost, "/van-ban/them", form)
	doc := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(doc, "/van-ban/") {
		t.Fatalf("%d %q", res.StatusCode, doc)
	}
	if n := b.confirmAll(doc); n != 6 {
		t.Errorf("%d numbers were confirmed", n)
	}
	b.get(doc).want(t, http.StatusOK, "thấp hơn mức đã đạt 87,2", "436 / 5 = 87,2", "40 / 87,2 − 1 = −54,13%", "55 / 87,2 − 1 = −36,93%", "1.020 / 943 − 1 = &#43;8,17%", "40 / 1.250 = 3,20%", "năm 2025 vừa theo mức 40–55")

	finding := attrOf(nodes(t, b.get(doc).page, "input", "name", "finding")[0], "value")
	short := b.post(doc+"/phat-hien", "finding", finding, "reason", "x")
	if in := nodes(t, short.page, "input", "id", "f-reason-"+finding); len(in) != 1 || attrOf(in[0], "aria-invalid") != "true" || attrOf(in[0], "value") != "x" {
		t.Error("the reason that is none is not marked where it was typed")
	}

	// A confirmed number leads to the sheet of the year with its cell filled, and nothing is kept by looking.
	const both = "occ.12+occ.13+sec.7"
	brought := 0
	for _, a := range nodes(t, b.get(doc).page, "a", "", "") {
		href, _, _ := strings.Cut(attrOf(a, "href"), "#")
		if !strings.HasPrefix(href, "/chi-tieu?") || !strings.Contains(href, "goal_") {
			continue
		}
		brought++
		page := b.get(href)
		page.want(t, http.StatusOK, "Ô có số lấy từ văn bản, chưa ghi")
		if group := page.page; strings.Contains(href, "nhom=") {
			if got := attrOf(cell(t, group, d.root, "admit."+both), "value"); got != "40–55" {
				t.Errorf("the cell of the group holds %q", got)
			}
		} else if got := attrOf(cell(t, group, d.root, "admit"), "value"); got != "1.020–1.250" {
			t.Errorf("the cell holds %q", got)
		}
	}
	if brought != 4 { // two numbers of a period that goes on, this year and next
		t.Errorf("%d numbers lead to a sheet", brought)
	}

	sheet := "/chi-tieu?u=" + root + "&nam=2027&nhom=" + url.QueryEscape(both)
	set := func(b *browser, source, document, act string, cells map[org.Unit]string) {
		t.Helper()
		form := formOf(t, b.get(sheet).page, "/chi-tieu")
		for u, text := range cells {
			form.Set("goal_"+u.ID.String()+".admit", text)
		}
		form.Set("source", source)
		form.Set("document", document)
		form.Set("act", act)
		if res := b.ask(http.MethodPost, "/chi-tieu", form); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d %v", res.StatusCode, words(t, res.page))
		}
	}
	set(b, "", strings.TrimPrefix(doc, "/van-ban/"), "issue", map[org.Unit]string{d.root: "1.020-1.250"})
	divided := b.post("/chi-tieu/phan-bo", "u", root, "nam", "2027", "loai", "admit", "cach", "members", "act", "ghi")
	if divided.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", divided.StatusCode, words(t, divided.page))
	}
	set(b, "", strings.TrimPrefix(doc, "/van-ban/"), "issue", nil)
	group := formOf(t, b.get(sheet).page, "/chi-tieu")
	group.Set("goal_"+root+".admit."+both, "40-55")
	group.Set("document", strings.TrimPrefix(doc, "/van-ban/"))
	group.Set("act", "issue")
	if res := b.ask(http.MethodPost, "/chi-tieu", group); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", res.StatusCode, words(t, res.page))
	}
	if res := b.post("/chi-tieu/phan-bo", "u", root, "nam", "2027", "loai", "admit", "nhom", both, "cach", "members", "act", "ghi"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", res.StatusCode, words(t, res.page))
	}
	set(b, "", strings.TrimPrefix(doc, "/van-ban/"), "issue", nil)
	page := b.get(sheet)
	for u, want := range map[org.Unit]string{d.root: "40–55", d.communes[0]: "20–28", d.communes[1]: "13–18", school: "7–9"} {
		if got := attrOf(cell(t, page.page, u, "admit."+both), "value"); got != want {
			t.Errorf("%s is given %q of the group, want %q", u.Name, got, want)
		}
	}
	for u, want := range map[org.Unit]string{d.communes[0]: "510–625", d.communes[1]: "340–417", school: "170–208"} {
		if got := attrOf(cell(t, page.page, u, "admit"), "value"); got != want {
			t.Errorf("%s is given %q, want %q", u.Name, got, want)
		}
	}

	b = d.at(day.Of(2027, 7, 1), user)
	set(b, "41-KH/TU ngày 01/07/2027", "", "issue", map[org.Unit]string{school: "180-220"})
	b.get(sheet).want(t, http.StatusOK, "180–220", "41-KH/TU ngày 01/07/2027")

	merged := d.at(day.Of(2027, 8, 2), d.user("tochuc", access.Admin, d.root)).merge(d)

	b = d.at(day.Of(2027, 12, 15), user)
	d.admit(d.cells[0][0], day.Of(2027, 8, 19), day.Of(2027, 9, 2), day.Of(2027, 9, 2))
	d.admit(school, day.Of(2027, 5, 19))
	page = b.get(sheet)
	page.want(t, http.StatusOK, "850–1.042", "Hợp Nhất", d.communes[0].Name, d.communes[1].Name, "01/08/2027", "20-NQ/TU ngày 11/01/2024")
	persons(t, b, page, map[id.ID]int{d.root.ID: 4, merged: 3, school.ID: 1})
	arithmetic(t, page)
	b.get("/don-vi/"+root).want(t, http.StatusOK, "Hợp Nhất", "4")
	b.get(doc).want(t, http.StatusOK, "436 / 5 = 87,2")
}

// merge merges the two communes by the page of the province: the preview tells what the year has come to there, and is recorded.
func (b *browser) merge(d desk) id.ID {
	t := b.t
	t.Helper()
	at := "/to-chuc/" + d.root.ID.String() + "/sap-xep"
	form := formOf(t, b.get(at+"?viec=merge").page, at)
	form["from"] = []string{d.communes[0].ID.String(), d.communes[1].ID.String()}
	for name, value := range map[string]string{"name": "Đảng bộ xã Hợp Nhất", "decision": "99-QĐ/TU", "issuer": "Tỉnh ủy", "decision_date": "20/07/2027", "date": "01/08/2027", "act": "xem"} {
		form.Set(name, value)
	}
	page := b.ask(http.MethodPost, at, form)
	page.want(t, http.StatusOK, "2 tổ chức kết thúc hoạt động, hợp nhất thành Đảng bộ xã Hợp Nhất (mới)", "năm 2027: 510–625", "năm 2027: 340–417")
	send := url.Values{"act": {"ghi"}}
	for _, n := range nodes(t, page.page, "input", "type", "hidden") {
		send.Add(attrOf(n, "name"), attrOf(n, "value"))
	}
	done := b.ask(http.MethodPost, at, send)
	to := done.Header.Get("Location")
	if done.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %v", done.StatusCode, words(t, done.page))
	}
	b.get(to).want(t, http.StatusOK, "Đảng bộ xã Hợp Nhất", "Quyết định 99-QĐ/TU của Tỉnh ủy")
	return id.Parse(strings.TrimPrefix(to, "/to-chuc/"))
}

// persons opens the list behind every figure of a sheet and counts who is in it.
func persons(t *testing.T, b *browser, page answer, want map[id.ID]int) {
	t.Helper()
	opened := 0
	for _, a := range nodes(t, page.page, "a", "", "") {
		href := attrOf(a, "href")
		at, err := url.Parse(href)
		if err != nil || at.Path != "/bien-dong" {
			continue
		}
		n, ours := want[id.Parse(at.Query().Get("u"))]
		if !ours || at.Query().Has("slice") || !strings.HasPrefix(at.Query().Get("from"), "2027") {
			continue
		}
		opened++
		list := b.get(href)
		list.want(t, http.StatusOK)
		if got := len(nodes(t, list.page, "tbody", "", "")); got == 0 && n > 0 {
			t.Errorf("%s: no list", href)
		}
		if lines := strings.Count(list.page, `href="/nguoi/`); inner(a) != strconv.Itoa(n) || lines < n {
			t.Errorf("the figure %q of %s opens %d persons, want %d", inner(a), href, lines, n)
		}
	}
	if opened < len(want) {
		t.Errorf("%d figures open a list, want %d", opened, len(want))
	}
}

// arithmetic fails for a finding that shows no sum.
func arithmetic(t *testing.T, page answer) {
	t.Helper()
	lists := nodes(t, page.page, "ul", "class", "findings")
	if len(lists) != 1 {
		t.Fatalf("%d lists of findings", len(lists))
	}
	for li := lists[0].FirstChild; li != nil; li = li.NextSibling {
		if li.Data != "li" {
			continue
		}
		sums := 0
		var walk func(*html.Node)
		walk = func(n *html.Node) {
			if attrOf(n, "class") == "sumline" {
				sums++
			}
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c)
			}
		}
		walk(li)
		if sums == 0 {
			t.Errorf("no arithmetic: %s", inner(li))
		}
	}
}
