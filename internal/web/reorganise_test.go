package web

import (
	"context"
	"fmt"
	"net/http"
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
)

// sapXep is where a unit is reorganised.
func sapXep(u org.Unit) string { return "/to-chuc/" + u.ID.String() + "/sap-xep" }

// decision is a form of the wizard: pairs, after the paper of every test.
func decision(viec string, pairs ...string) url.Values {
	form := url.Values{"viec": {viec}, "decision": {"99-QĐ/TU"}, "issuer": {"Tỉnh ủy"}, "decision_date": {"20/10/2026"}, "date": {"01/11/2026"}, "act": {"xem"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == "from" {
			form.Add("from", pairs[i+1])
			continue
		}
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// previewed returns what a preview would send with a button.
func previewed(t *testing.T, page answer, act string) url.Values {
	t.Helper()
	form := url.Values{"act": {act}}
	for _, n := range nodes(t, page.page, "input", "type", "hidden") {
		form.Add(attrOf(n, "name"), attrOf(n, "value"))
	}
	if form.Get("seen") == "" || form.Get("key") == "" {
		t.Fatalf("no preview: %d %v", page.StatusCode, words(t, page.page))
	}
	return form
}

// stored is the tree, with who is where and how often a decision was recorded.
func (d desk) stored() string {
	d.t.Helper()
	out := ""
	if err := d.st.View(context.Background(), func(tx *store.Tx) error {
		out = ""
		rows, err := tx.Entries(store.TrailFilter{Province: 38, Area: "unit", AtMost: 100})
		if err != nil {
			return err
		}
		out += fmt.Sprintln(len(rows))
		for _, u := range []org.Unit{d.root, d.communes[0], d.communes[1], d.cells[0][0], d.cells[0][1], d.cells[1][0], d.cells[1][1]} {
			now, err := tx.Unit(u.ID)
			if err != nil {
				return err
			}
			people, err := tx.PeopleIn(u.ID)
			if err != nil {
				return err
			}
			out += fmt.Sprintln(now.Name, now.Path, now.Dissolved, now.Version, len(people))
		}
		return nil
	}); err != nil {
		d.t.Fatal(err)
	}
	return out
}

// proven fails when anything derived differs from a rebuild of the ledger.
func (d desk) proven() {
	d.t.Helper()
	if _, err := d.st.Verify(context.Background(), store.VerifyOptions{}, func(x store.Difference) error { d.t.Errorf("%+v", x); return nil }); err != nil {
		d.t.Fatal(err)
	}
}

// peopled is a desk with three members in the first cell and one of the second commune, a target, and who may reorganise.
func peopled(t *testing.T) (desk, *browser) {
	d := newDesk(t, Config{})
	for u, n := range map[org.Unit]int{d.cells[0][0]: 3, d.cells[1][0]: 1} {
		for range n {
			storetest.Enrol(t, d.st, u, "Lê Thị Cũ", ledger.Official, day.Of(2020, 1, 5))
		}
	}
	d.goal(d.communes[0], "12")
	return d, d.as(d.user("tochuc", access.Admin, d.root))
}

// TestReorganise carries out each of the five decisions by its page: what is shown is what is recorded, once.
func TestReorganise(t *testing.T) {
	for name, c := range map[string]struct {
		at   func(desk) org.Unit
		form func(desk) url.Values
		say  []string // of the preview
		then func(t *testing.T, d desk, b *browser, goal answer)
	}{
		"merge": {func(d desk) org.Unit { return d.root }, func(d desk) url.Values {
			return decision("merge", "from", d.communes[0].ID.String(), "from", d.communes[1].ID.String(), "into", newUnit, "name", "Đảng bộ xã Hợp Nhất", "kind", "upper")
		}, []string{"2 tổ chức kết thúc hoạt động, hợp nhất thành Đảng bộ xã Hợp Nhất (mới). 0 người và 4 tổ chức trực thuộc", "Kết nạp đảng viên năm 2026: 12", "Đồng chí capuy (capuy): Cấp ủy", "Chi bộ A", "99-QĐ/TU", "<dt>Tên tổ chức mới</dt><dd>Đảng bộ xã Hợp Nhất</dd>", "<dt>Trực thuộc</dt>"},
			func(t *testing.T, d desk, b *browser, goal answer) {
				goal.want(t, http.StatusOK, "Đảng bộ xã Hợp Nhất", ">4<", "Chi bộ D", "Quyết định 99-QĐ/TU của Tỉnh ủy")
				b.get(sapXep(d.communes[0])).want(t, http.StatusConflict, "đã kết thúc hoạt động từ 01/11/2026")
			}},
		"merge-into": {func(d desk) org.Unit { return d.communes[0] }, func(d desk) url.Values {
			return decision("merge", "from", d.cells[0][0].ID.String(), "from", d.cells[0][1].ID.String(), "into", d.cells[0][1].ID.String())
		}, []string{"1 tổ chức kết thúc hoạt động, nhập vào Chi bộ B. 3 người và 0 tổ chức trực thuộc chuyển sang", "<dt>Nhập thành</dt><dd>Chi bộ B</dd>"}, func(t *testing.T, _ desk, _ *browser, goal answer) {
			goal.want(t, http.StatusOK, "Chi bộ B", ">3<")
		}},
		"found": {func(d desk) org.Unit { return d.communes[0] }, func(desk) url.Values {
			return decision("found", "name", "Chi bộ Trường THPT", "kind", "cell", "short", "THPT")
		}, []string{"thành lập Chi bộ Trường THPT, trực thuộc"}, func(t *testing.T, d desk, _ *browser, goal answer) {
			goal.want(t, http.StatusOK, "Chi bộ Trường THPT", "THPT", d.communes[0].Name)
		}},
		"rename": {func(d desk) org.Unit { return d.cells[0][0] }, func(desk) url.Values {
			return decision("rename", "name", "Chi bộ <Đông>")
		}, []string{"Chi bộ A đổi tên thành Chi bộ &lt;Đông&gt;"}, func(t *testing.T, _ desk, _ *browser, goal answer) {
			goal.want(t, http.StatusOK, "<h1>Chi bộ &lt;Đông&gt;</h1>", "Từ Chi bộ A thành Chi bộ &lt;Đông&gt;")
		}},
		"reparent": {func(d desk) org.Unit { return d.cells[0][0] }, func(d desk) url.Values {
			return decision("reparent", "unit", d.communes[1].Name)
		}, []string{"Chi bộ A chuyển từ", "cùng mọi tổ chức trực thuộc và 3 đảng viên"}, func(t *testing.T, d desk, b *browser, goal answer) {
			goal.want(t, http.StatusOK, "Chi bộ A")
			b.get("/to-chuc/"+d.communes[1].ID.String()).want(t, http.StatusOK, "Chi bộ A", ">4<")
		}},
		"dissolve": {func(d desk) org.Unit { return d.cells[0][0] }, func(d desk) url.Values {
			return decision("dissolve", "unit", "/to-chuc/"+d.cells[0][1].ID.String())
		}, []string{"1 tổ chức kết thúc hoạt động, nhập vào Chi bộ B. 3 người"}, func(t *testing.T, d desk, b *browser, goal answer) {
			goal.want(t, http.StatusOK, "Kết thúc hoạt động 01/11/2026", "Chi bộ B")
			b.get("/to-chuc/"+d.cells[0][1].ID.String()).want(t, http.StatusOK, ">3<")
		}},
		"split": {func(d desk) org.Unit { d.goal(d.cells[0][0], "6"); return d.cells[0][0] }, func(desk) url.Values {
			return decision("split", "keep", "end", "kind", "cell", "name_a", "Chi bộ A1", "name_b", "Chi bộ A2", "rest", "b")
		}, []string{"Chi bộ A chia thành Chi bộ A1, Chi bộ A2 và kết thúc hoạt động. 3 người và 0 tổ chức trực thuộc", "Chia: tổ chức này kết thúc hoạt động"}, func(t *testing.T, d desk, b *browser, goal answer) {
			goal.want(t, http.StatusOK, "Kết thúc hoạt động 01/11/2026", "Chi bộ A2")
			b.get("/chi-tieu?nam=2026&u="+d.communes[0].ID.String()).want(t, http.StatusOK, "Chi bộ A2: ", "gồm 6 trong 6 đã giao Chi bộ A, chuyển sang từ ngày 01/11/2026")
		}},
		"split-keep": {func(d desk) org.Unit { return d.communes[0] }, func(d desk) url.Values {
			return decision("split", "keep", "stay", "kind", "upper", "name_a", "Đảng bộ xã Tách", "rest", "=", belowGoal+d.cells[0][0].ID.String(), "a")
		}, []string{"Đảng bộ xã Tách tách ra từ", "0 người và 1 tổ chức trực thuộc"}, func(t *testing.T, d desk, b *browser, goal answer) {
			goal.want(t, http.StatusOK, d.communes[0].Name, "Chi bộ B")
			b.get("/don-vi/"+d.root.ID.String()).want(t, http.StatusOK, "Đảng bộ xã Tách")
		}},
		"dissolve-empty": {func(d desk) org.Unit { return d.cells[0][1] }, func(desk) url.Values { return decision("dissolve", "unit", "") },
			[]string{"Chi bộ B kết thúc hoạt động. Tổ chức không còn ai"}, func(t *testing.T, _ desk, _ *browser, goal answer) {
				goal.want(t, http.StatusOK, "Kết thúc hoạt động 01/11/2026")
			}},
	} {
		t.Run(name, func(t *testing.T) {
			d, b := peopled(t)
			d.user("capuy", access.Committee, d.communes[0])
			at := sapXep(c.at(d))
			before := d.stored()
			first := b.get(at + "?viec=" + c.form(d).Get("viec"))
			first.want(t, http.StatusOK, "Số quyết định")
			page := b.ask(http.MethodPost, at, c.form(d))
			page.want(t, http.StatusOK, append(c.say, "Chưa có gì được ghi", "Sửa lại")...)
			if n := len(nodes(t, page.page, "input", "name", "decision")); n != 1 {
				t.Errorf("the preview has %d fields for the number", n)
			}
			b.english().ask(http.MethodPost, at, c.form(d)).want(t, http.StatusOK, "Record the decision")
			if d.stored() != before {
				t.Fatal("a preview has changed something")
			}
			send := previewed(t, page, actRecord)
			done := b.ask(http.MethodPost, at, send)
			if done.StatusCode != http.StatusSeeOther {
				t.Fatalf("%d %v", done.StatusCode, words(t, done.page))
			}
			after := d.stored()
			if after == before {
				t.Error("nothing was recorded")
			}
			again := b.ask(http.MethodPost, at, send)
			if again.StatusCode != http.StatusSeeOther || again.Header.Get("Location") != done.Header.Get("Location") {
				t.Errorf("the second click: %d to %s, the first to %s", again.StatusCode, again.Header.Get("Location"), done.Header.Get("Location"))
			}
			if d.stored() != after {
				t.Error("the second click acted again")
			}
			goal := b.get(done.Header.Get("Location"))
			goal.want(t, http.StatusOK, "Đã ghi:", "99-QĐ/TU")
			c.then(t, d, b, goal)
			d.proven()
		})
	}
}

// TestReorganiseBack goes back from a preview with everything that was filled in, and records nothing that was not shown.
func TestReorganiseBack(t *testing.T) {
	d, b := peopled(t)
	at := sapXep(d.root)
	form := decision("merge", "from", d.communes[0].ID.String(), "from", d.communes[1].ID.String(), "into", newUnit, "name", "Đảng bộ xã Hợp Nhất", "kind", "grassroots", "note", "theo đề án")
	page := b.ask(http.MethodPost, at, form)
	send := previewed(t, page, actRecord)
	back := b.ask(http.MethodPost, at, previewed(t, page, actMend))
	back.want(t, http.StatusOK, `value="Đảng bộ xã Hợp Nhất"`, `value="99-QĐ/TU"`, `value="01/11/2026"`, `value="theo đề án"`, `<option value="grassroots" selected>`)
	ticked := 0
	for _, n := range nodes(t, back.page, "input", "name", "from") {
		for _, a := range n.Attr {
			if a.Key == "checked" {
				ticked++
			}
		}
	}
	if ticked != 2 {
		t.Errorf("%d units are ticked", ticked)
	}
	before := d.stored()
	form.Set("act", actRecord)
	b.ask(http.MethodPost, at, form).want(t, http.StatusOK, "Chưa có gì được ghi") // recording without a preview shows one
	if d.stored() != before {
		t.Error("recorded without a preview")
	}

	storetest.Enrol(t, d.st, d.communes[1], "Lê Văn Mới", ledger.Official, day.Of(2026, 10, 1))
	before = d.stored()
	changed := b.ask(http.MethodPost, at, send)
	changed.want(t, http.StatusConflict, "Từ lúc xem trước đến nay số liệu đã đổi", "1 người và 4 tổ chức trực thuộc")
	if got := d.stored(); got != before {
		t.Errorf("recorded something else than was shown:\n%s%s", before, got)
	}
	if res := b.ask(http.MethodPost, at, previewed(t, changed, actRecord)); res.StatusCode != http.StatusSeeOther {
		t.Errorf("%d", res.StatusCode)
	}
	d.proven()
}

// TestReorganiseRefused: a clear word at the field, and nothing stored.
func TestReorganiseRefused(t *testing.T) {
	d, _ := peopled(t)
	b := d.as(d.user("xa", access.Admin, d.communes[0]))
	a, far := d.communes[0], d.communes[1].ID.String()
	one, two := d.cells[0][0].ID.String(), d.cells[0][1].ID.String()
	tochuc := d.as(d.user("tinh", access.Admin, d.root))
	end := tochuc.ask(http.MethodPost, sapXep(d.cells[1][1]), decision("dissolve", "unit", ""))
	tochuc.ask(http.MethodPost, sapXep(d.cells[1][1]), previewed(t, end, actRecord))
	gone := d.cells[1][1].ID.String()
	before := d.stored()
	for _, c := range []struct {
		who   *browser
		at    org.Unit
		form  url.Values
		field string
		word  string
	}{
		{b, a, decision("found", "name", "Chi bộ mới", "kind", "cell", "decision", ""), "decision", "Ghi số quyết định."},
		{b, a, decision("found", "name", "", "kind", "cell"), "name", "Ghi tên tổ chức."},
		{b, a, decision("found", "name", "Chi bộ mới", "kind", ""), "kind", "Không có loại tổ chức"},
		{b, a, decision("found", "name", "Chi bộ mới", "kind", "cell", "code", "38.1"), "code", "cần 14 chữ số"},
		{b, a, decision("found", "name", "Chi bộ mới", "kind", "cell", "date", ""), "date", "Ghi đủ ngày, tháng, năm có hiệu lực."},
		{b, a, decision("found", "name", "Chi bộ mới", "kind", "cell", "date", "31/02/2026"), "date", ""},
		{b, a, decision("found", "name", "Chi bộ mới", "kind", "cell", "date", "01/01/2027"), "date", "Ngày 01/01/2027 chưa đến"},
		{b, a, decision("found", "name", "Chi bộ mới", "kind", "cell", "decision_date", "01/01/2027"), "decision_date", "Ngày quyết định 01/01/2027"},
		{b, a, decision("found", "name", "Chi bộ mới", "kind", "cell", "date", "31/12/2009"), "date", "thành lập ngày 01/01/2010"},
		{b, a, decision("merge", "from", one, "into", newUnit, "name", "Chi bộ mới", "kind", "cell"), "from", "cần ít nhất hai tổ chức"},
		{b, a, decision("merge", "from", one, "into", one), "from", "Tổ chức nhận không thể là tổ chức kết thúc hoạt động."},
		{b, a, decision("merge", "into", one), "from", "ít nhất một"},
		{b, a, decision("merge", "from", one, "from", two, "into", far), "from", "không thuộc phạm vi đồng chí được sắp xếp"},
		{b, a, decision("merge", "from", one, "from", d.cells[1][0].ID.String(), "into", newUnit, "name", "Chi bộ mới", "kind", "cell"), "from", "không thuộc phạm vi đồng chí được sắp xếp"},
		{b, a, decision("merge", "from", one, "from", two, "into", newUnit, "name", "Chi bộ mới", "kind", "cell", "date", "31/12/2019"), "date", "Chọn ngày từ đó trở đi"},
		{b, a, decision("merge", "from", one, "from", "zzzz", "into", newUnit, "name", "Chi bộ mới", "kind", "cell"), "from", "không thuộc phạm vi"},
		{tochuc, d.communes[1], decision("merge", "from", d.cells[1][0].ID.String(), "into", gone), "from", "đã kết thúc hoạt động từ 01/11/2026"},
		{b, d.cells[0][0], decision("rename", "name", "Chi bộ A", "short", "Chi bộ A"), "name", "Tên hiện nay đã là Chi bộ A."},
		{b, d.cells[0][0], decision("reparent", "unit", ""), "unit", "Ghi tổ chức cấp trên mới."},
		{b, d.cells[0][0], decision("reparent", "unit", "Chi bộ không có"), "unit", "Chi bộ không có"},
		{b, d.cells[0][0], decision("reparent", "unit", a.Name), "unit", "đang trực thuộc"},
		{b, d.cells[0][0], decision("reparent", "unit", "/to-chuc/"+two), "unit", "Chi bộ không có tổ chức trực thuộc"},
		{b, d.cells[0][0], decision("reparent", "unit", "x", "asked", "x", "pick", far), "unit", "không thuộc phạm vi"},
		{b, d.cells[0][0], decision("split", "kind", "cell", "name_a", "Chi bộ A1", "rest", "a"), "name_a", "ít nhất hai tổ chức mới"},
		{b, d.cells[0][0], decision("split", "kind", "cell", "keep", "stay", "rest", "a"), "name_a", "ít nhất một tổ chức mới"},
		{b, d.cells[0][0], decision("split", "kind", "cell", "name_a", "Chi bộ A1", "name_b", "Chi bộ A2", "rest", ""), "rest", "Còn 3 người và 0 tổ chức trực thuộc chưa được phân"},
		{b, d.cells[0][0], decision("split", "kind", "cell", "name_a", "Chi bộ A1", "name_b", "Chi bộ A2", "rest", "="), "rest", "Còn 3 người"},
		{b, d.cells[0][0], decision("split", "kind", "cell", "name_a", "Chi bộ A1", "name_b", "Chi bộ A2", "rest", "c"), "rest", "Nơi đến “c” không có"},
		{b, d.cells[0][0], decision("split", "kind", "cell", "name_a", "Chi bộ A1", "name_b", "Chi bộ A2", "code_b", "38.1", "rest", "a"), "code_b", "cần 14 chữ số"},
		{b, a, decision("split", "kind", "upper", "name_a", "Đảng bộ 1", "name_b", "Đảng bộ 2", "rest", "a"), "rest", "không thuộc phạm vi"},
		{b, d.cells[0][0], decision("dissolve", "unit", ""), "unit", "còn 3 người và 0 tổ chức trực thuộc"},
		{b, d.cells[0][0], decision("dissolve", "unit", "/to-chuc/"+one), "unit", "Tổ chức nhận không thể là tổ chức kết thúc hoạt động."},
		{tochuc, d.cells[0][0], decision("dissolve", "unit", "/to-chuc/"+gone), "unit", "đã kết thúc hoạt động từ 01/11/2026"},
	} {
		for _, act := range []string{"xem", actRecord} {
			form := url.Values{"seen": {"x"}, "key": {"k" + c.word}}
			for k, v := range c.form {
				form[k] = v
			}
			form.Set("act", act)
			res := c.who.ask(http.MethodPost, sapXep(c.at), form)
			if res.StatusCode != http.StatusUnprocessableEntity && res.StatusCode != http.StatusConflict {
				t.Errorf("%v: %d %v", form, res.StatusCode, words(t, res.page))
				continue
			}
			said := ""
			for _, n := range nodes(t, res.page, "p", "class", "wrong-text") {
				if id := attrOf(n, "id"); id == "f-"+c.field+"-error" {
					said = inner(n)
				}
			}
			if said == "" || !strings.Contains(said, c.word) {
				t.Errorf("%v: at %s stands %q, want %q; %v", form, c.field, said, c.word, words(t, res.page))
			}
		}
	}
	if got := d.stored(); got != before {
		t.Errorf("something was stored:\n%s%s", before, got)
	}
	d.proven()
}

// TestReorganiseWays: the way in is there for who may, kinds that do not fit a unit are not offered, and several units of one name are
// offered to pick from.
func TestReorganiseWays(t *testing.T) {
	d, b := peopled(t)
	link := `href="` + sapXep(d.communes[0]) + `"`
	page := "/to-chuc/" + d.communes[0].ID.String()
	b.get(page).want(t, http.StatusOK, link)
	if res := d.as(d.user("xem", access.Committee, d.root)).get(page); strings.Contains(res.page, link) {
		t.Error("who may not reorganise is led there")
	}
	offers := func(u org.Unit) (of []string) {
		for _, a := range nodes(t, b.get(sapXep(u)).page, "a", "", "") {
			if _, viec, ok := strings.Cut(attrOf(a, "href"), "?viec="); ok {
				of = append(of, viec)
			}
		}
		return of
	}
	if got := strings.Join(offers(d.root), " "); got != "merge found rename" {
		t.Errorf("a province: %s", got)
	}
	if got := strings.Join(offers(d.cells[0][0]), " "); got != "rename reparent dissolve split" {
		t.Errorf("a cell: %s", got)
	}
	var twins [2]id.ID
	d.write(func(tx *store.Tx) error {
		for i := range twins {
			u := org.Unit{ID: tx.NewID(38), Kind: org.Section, Name: "Đảng bộ bộ phận Sinh đôi", Founded: day.Of(2010, 1, 1)}.Place(d.communes[i])
			if twins[i] = u.ID; tx.AddUnit(u) != nil {
				t.Fatal("no twin")
			}
		}
		return nil
	})
	form := decision("reparent", "unit", "Đảng bộ bộ phận Sinh đôi")
	asks := b.ask(http.MethodPost, sapXep(d.cells[0][0]), form)
	asks.want(t, http.StatusUnprocessableEntity, `name="pick" value="`+twins[1].String()+`"`)
	form.Set("asked", form.Get("unit"))
	form.Set("pick", twins[1].String())
	send := previewed(t, b.ask(http.MethodPost, sapXep(d.cells[0][0]), form), actRecord)
	if got := send.Get("pick"); got != twins[1].String() {
		t.Errorf("the preview carries %s", got)
	}
	if res := b.ask(http.MethodPost, sapXep(d.cells[0][0]), send); res.StatusCode != http.StatusSeeOther {
		t.Errorf("%d %v", res.StatusCode, words(t, res.page))
	}
	b.get("/to-chuc/"+twins[1].String()).want(t, http.StatusOK, "Chi bộ A")
}
