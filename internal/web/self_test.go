package web

import (
	"compress/zlib"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/people"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// self stores the own account of a person.
func (d desk) self(p id.ID) id.ID {
	d.t.Helper()
	hash, err := deskHash()
	if err != nil {
		d.t.Fatal(err)
	}
	i := d.st.NewID(p.Province())
	d.write(func(tx *store.Tx) error {
		return tx.AddUser(store.User{ID: i, Login: "self." + i.String(), Name: "Trần Thị Hoà", Password: hash, Active: true, Person: p})
	})
	return i
}

// TestSelfSeesNothingElse asks every route of the program with the own account of a person: what is not marked as theirs does not exist,
// about themselves as about anybody, whatever grants are stored beside the account.
func TestSelfSeesNothingElse(t *testing.T) {
	d, persons := matrixDesk(t)
	own := d.self(persons["cell"])
	d.write(func(tx *store.Tx) error { return tx.PutGrant(own, access.Grant{Unit: d.root.ID, Role: access.Admin}) }) // slipped in below the service
	b := d.as(own)
	asked, open := 0, 0
	for _, pattern := range d.app.served {
		n := needs[pattern]
		method, path, _ := strings.Cut(pattern, " ")
		for _, object := range []id.ID{persons["cell"], persons["sibling"], d.cells[0][0].ID, d.root.ID, 0} {
			if n.who == anybody || n.who == program || n.self {
				open++
				break
			}
			filled := strings.NewReplacer("{kind}", "members", "{name}", "x", "{code}", "2-knd", "{ref}", "qd208", "{viec}", "nhan", "{token}", "x").Replace(path)
			res := askFor(b, method, filled, object.String())
			asked++
			if res.StatusCode != http.StatusNotFound {
				t.Errorf("%s about %s: %d (%s)", pattern, object, res.StatusCode, res.Header.Get("Location"))
			}
			res.not(t, "Chi bộ B", "Đảng bộ tỉnh Thử")
		}
	}
	t.Logf("%d asked, %d routes are open to everybody or theirs", asked, open)
	if asked < 600 {
		t.Error("the walk is too short")
	}
	for pattern, n := range needs {
		if n.self && n.who == holding {
			t.Errorf("%s asks for a right at a unit and is open to an account that has none", pattern)
		}
	}
}

// TestSelfPagesOfNobodyElse: for accounts that hold roles the pages of a person's own record do not exist.
func TestSelfPagesOfNobodyElse(t *testing.T) {
	d := newDesk(t, Config{})
	for _, role := range access.Roles {
		b := d.as(d.user("ai."+string(role), role, d.root))
		b.get("/cua-toi").want(t, http.StatusNotFound)
		b.get("/cua-toi/mau/1-knd").want(t, http.StatusNotFound)
		b.post("/cua-toi/ban-sao", "do", "json").want(t, http.StatusNotFound)
		b.post("/cua-toi/yeu-cau", "kind", "correct", "asked", "sửa ngày sinh").want(t, http.StatusNotFound)
	}
}

// secrets are planted where others say or are asked something about the person.
const secret = "BÍMẬTCỦANGƯỜIKHÁC"

// secretive is somebody on their way, with a secret word in every field that belongs to others.
func secretive(t *testing.T, d desk) id.ID {
	t.Helper()
	sys := access.System("test")
	cell := d.cells[0][0]
	var members []id.ID
	for _, name := range []string{"Lê " + secret + " An", "Võ " + secret + " Bình", "Đỗ " + secret + " Chi"} {
		i, _, err := people.New(d.st).Create(t.Context(), sys, people.Form{Person: person.Person{Name: name, Birth: day.Of(1970, 1, 1), Sex: 1, Ethnic: 1, Joined: day.Of(2000, 1, 1), OfficialOn: day.Of(2001, 1, 1)},
			Unit: cell.ID, Stage: ledger.Official, Cause: ledger.Opening, Effective: day.Of(2015, 1, 1), Key: name})
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, i)
	}
	i, _, err := people.New(d.st).Create(t.Context(), sys, people.Form{Person: person.Person{Name: "Trần Thị Hoà", Birth: day.Of(2000, 5, 1), Sex: 2, Ethnic: 1, Youth: true, Note: "ghi chú " + secret},
		Sealed: person.Sealed{Phone: "0912345678", Helper: "giúp đỡ " + secret, IntroducedBy: "giới thiệu " + secret},
		Unit:   cell.ID, Stage: ledger.Pool, Cause: ledger.Adopt, Effective: day.Of(2025, 3, 3), Key: "n"})
	if err != nil {
		t.Fatal(err)
	}
	act := func(s dossier.Step, on day.Date, fill func(*dossiers.ActForm)) {
		t.Helper()
		f := dossiers.ActForm{Person: i, Version: dossiers.AnyVersion, Step: s, On: on}
		fill(&f)
		found, err := d.app.Dossiers.Preview(t.Context(), sys, f)
		if err != nil {
			t.Fatal(s, err)
		}
		for _, x := range found {
			f.Accept = append(f.Accept, x.Check)
		}
		f.Details.Reason = "lý do " + secret
		if _, err := d.app.Dossiers.Act(t.Context(), sys, f); err != nil {
			t.Fatal(s, err)
		}
	}
	act(dossier.Help, day.Of(2025, 3, 4), func(f *dossiers.ActForm) { f.Details.Helper, f.Details.HelperPaper = members[2], secret })
	act(dossier.Note, day.Of(2025, 4, 4), func(f *dossiers.ActForm) { f.Details.Text = "ghi chú " + secret })
	act(dossier.Remark, day.Of(2025, 4, 5), func(f *dossiers.ActForm) { f.Details.Quarter, f.Details.Text = "2025-Q1", "nhận xét "+secret })
	act(dossier.Certify, day.Of(2025, 5, 5), func(f *dossiers.ActForm) { f.No, f.Details.Issuer = "12/GCN", "Trung tâm Chính trị" })
	act(dossier.Open, day.Of(2025, 9, 5), func(f *dossiers.ActForm) { f.Details.Route = "b" })
	act(dossier.CV, day.Of(2025, 9, 12), func(f *dossiers.ActForm) { f.Details.Special = &dossier.Special{} })
	act(dossier.Introduce, day.Of(2025, 9, 20), func(f *dossiers.ActForm) {
		f.Details.Introducers = []dossier.Introducer{{Member: members[0], Since: day.Of(2015, 2, 1)}, {Name: secret, No: secret}}
		f.Details.Body, f.Details.Text = "Đoàn "+secret, "ý kiến "+secret
	})
	act(dossier.Ask, day.Of(2025, 10, 1), func(f *dossiers.ActForm) {
		f.Details.Relative = &dossier.Relative{Key: "1", Name: "cha " + secret, Relation: "cha đẻ", Place: secret}
	})
	act(dossier.Answer, day.Of(2025, 10, 11), func(f *dossiers.ActForm) {
		f.Details.Relative = &dossier.Relative{Key: "1", Name: "cha " + secret, Result: "kết quả " + secret}
	})
	act(dossier.Opinion, day.Of(2025, 10, 12), func(f *dossiers.ActForm) {
		f.Details.By, f.Details.Body, f.Details.Text = "residence", secret, "ý kiến "+secret
	})
	if err := d.app.Dossiers.PutPapers(t.Context(), sys, i, []dossier.Paper{{Code: "application", Present: true, Made: day.Of(2025, 9, 5), Place: "tủ " + secret}}); err != nil {
		t.Fatal(err)
	}
	return i
}

// TestSelfTellsNothingOfOthers: whatever others said, wrote or were asked is in no answer the person gets, in no language and no file.
func TestSelfTellsNothingOfOthers(t *testing.T) {
	d := newDesk(t, Config{})
	i := secretive(t, d)
	clerk := d.as(d.user("canbo", access.Clerk, d.cells[0][0]))
	clerk.get("/nguoi/"+i.String()+"/ho-so").want(t, http.StatusOK, secret) // it is there to be found
	clerk.get("/nguoi/"+i.String()).want(t, http.StatusOK, secret)
	b := d.as(d.self(i))
	look := func(what string, res answer) answer {
		t.Helper()
		for _, word := range []string{secret, strings.ToLower(secret), "cha đẻ"} {
			if strings.Contains(res.page, word) {
				t.Errorf("%s says what others said: …%s…", what, around(res.page, word))
			}
		}
		return res
	}
	for _, c := range []*browser{b, b.english()} {
		look("the page", c.get("/cua-toi")).want(t, http.StatusOK, "Trần Thị Hoà", "•••••••678", "Đồng chí canbo")
		look("everything open", c.post("/cua-toi/ban-sao", "do", "xem")).want(t, http.StatusOK, "0912345678")
		look("the account", c.get("/tai-khoan")).want(t, http.StatusOK)
		look("a wrong request", c.post("/cua-toi/yeu-cau", "kind", "correct", "asked", "")).want(t, http.StatusUnprocessableEntity)
	}
	look("the page", b.get("/cua-toi")).want(t, http.StatusOK, "Đơn xin vào Đảng", "Bước này anh/chị không phải nộp gì", "Cấp ủy thẩm tra và chứng nhận lý lịch của anh/chị")
	file := look("the copy", b.post("/cua-toi/ban-sao", "do", "json"))
	var own struct {
		Person   struct{ Name string }
		Sealed   map[string]any
		Dossiers []struct {
			Acts []struct{ Step string }
		}
		Looks []subjects.Look
	}
	if err := json.Unmarshal([]byte(file.page), &own); err != nil || own.Person.Name != "Trần Thị Hoà" || own.Sealed["t"] != "0912345678" || len(own.Dossiers) != 1 || len(own.Looks) == 0 {
		t.Errorf("the copy is %.300s (%v)", file.page, err)
	}
	for _, a := range own.Dossiers[0].Acts {
		if !dossier.Step(a.Step).Told() {
			t.Errorf("the copy tells of %s", a.Step)
		}
	}
	res := b.post("/cua-toi/ban-sao", "do", "pdf")
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.page, "%PDF-") {
		t.Fatalf("no PDF: %d", res.StatusCode)
	}
	if text := look("the PDF", answer{res.Response, textOf(t, res.page)}).page; !strings.Contains(text, "Trần Thị Hoà") || !strings.Contains(text, "0912345678") || !strings.Contains(text, "Đồng chí canbo") {
		t.Errorf("the PDF says %.600s", text)
	}
}

// TestSelfAsks: a request of the person comes to who answers it, with its clocks, and its answer comes back.
func TestSelfAsks(t *testing.T) {
	d, persons := matrixDesk(t)
	b := d.as(d.self(persons["cell"]))
	b.post("/cua-toi/yeu-cau", "kind", "correct", "asked", "ngày sinh đúng là 03/02/1999", "key", "k1").want(t, http.StatusSeeOther)
	b.post("/cua-toi/yeu-cau", "kind", "correct", "asked", "ngày sinh đúng là 03/02/1999", "key", "k1").want(t, http.StatusSeeOther) // pressed twice
	b.post("/cua-toi/yeu-cau", "kind", "king", "asked", "ngày sinh").want(t, http.StatusUnprocessableEntity)
	page := b.get("/cua-toi")
	page.want(t, http.StatusOK, "ngày sinh đúng là 03/02/1999", "Chờ phản hồi", "Phải phản hồi trước")
	led := 0
	for _, a := range nodes(t, page.page, "a", "", "") {
		if href := attrOf(a, "href"); strings.HasPrefix(href, "/") {
			led++
			if res := b.get(href); res.StatusCode != http.StatusOK && res.StatusCode != http.StatusSeeOther {
				t.Errorf("the page leads to %s: %d", href, res.StatusCode)
			}
		}
	}
	if led < 5 {
		t.Errorf("%d links", led)
	}
	committee := d.as(d.user("capuy", access.Committee, d.communes[0]))
	committee.get("/hom-nay?u="+d.communes[0].ID.String()).want(t, http.StatusOK, "Yêu cầu về dữ liệu chờ giải quyết", "Chỉnh sửa")
	d.as(d.user("xem", access.Viewer, d.communes[0])).get("/hom-nay?u="+d.communes[0].ID.String()).not(t, "Yêu cầu về dữ liệu chờ giải quyết")
	l, err := d.app.Subjects.List(t.Context(), access.System("test"), d.communes[0].ID, false)
	if err != nil || len(l.Rows) != 1 || l.Rows[0].Kind != subject.Correct {
		t.Fatalf("%+v %v", l.Rows, err)
	}
	committee.post("/yeu-cau/"+l.Rows[0].ID.String(), "do", "grant", "reason", "đã sửa ngày sinh").want(t, http.StatusSeeOther)
	b.get("/cua-toi").want(t, http.StatusOK, "Đã thực hiện", "đã sửa ngày sinh")
}

// TestSelfIsInvited: the clerk of the cell invites, gets the link once, cannot give a second one to somebody who signs in, and ends the account.
func TestSelfIsInvited(t *testing.T) {
	d, persons := matrixDesk(t)
	clerk := d.as(d.user("canbo", access.Clerk, d.cells[0][0]))
	side := "/nguoi/" + persons["cell"].String()
	clerk.get(side+"/du-lieu").want(t, http.StatusOK, "Mời mở tài khoản")
	d.as(d.user("xem", access.Viewer, d.cells[0][0])).post(side+"/tai-khoan", "do", "moi").want(t, http.StatusForbidden)
	d.as(d.user("xa", access.Admin, d.communes[1])).post(side+"/tai-khoan", "do", "moi").want(t, http.StatusNotFound)
	res := clerk.post(side+"/tai-khoan", "do", "moi")
	res.want(t, http.StatusOK, "/moi?t=", "Đưa liên kết này tận tay")
	_, rest, _ := strings.Cut(res.page, "/moi?t=")
	token, _, _ := strings.Cut(rest, "<")
	if at := strings.Index(res.page, "/moi?t="); at > strings.Index(res.page, "Ghi yêu cầu mới") {
		t.Error("the link stands below the other forms")
	}
	b := d.visitor()
	b.get("/moi?t="+token).want(t, http.StatusOK)
	b.post("/moi", "t", token).want(t, http.StatusSeeOther)
	b.get("/cua-toi").want(t, http.StatusSeeOther) // a way to sign in comes first
	b.post("/tai-khoan", "password", "cánh đồng lúa chín vàng").want(t, http.StatusSeeOther)
	d.visitor().post("/moi", "t", token).want(t, http.StatusNotFound)
	clerk.get(side+"/du-lieu").want(t, http.StatusOK, "Đang dùng")
	clerk.post(side+"/tai-khoan", "do", "moi").want(t, http.StatusConflict, "Kết thúc tài khoản trước")
	a, err := d.app.Users.SelfOf(t.Context(), access.System("test"), persons["cell"])
	if err != nil {
		t.Fatal(err)
	}
	mine := d.visitor()
	mine.post("/dang-nhap", "login", a.Login, "password", "cánh đồng lúa chín vàng").want(t, http.StatusSeeOther)
	if to := mine.get("/").Header.Get("Location"); to != "/cua-toi" {
		t.Errorf("home is %q", to)
	}
	page := mine.get("/cua-toi")
	page.want(t, http.StatusOK, "Mời người có hồ sơ mở tài khoản", "Đồng chí canbo")
	page.not(t, "/hom-nay", "/quan-tri")
	clerk.post(side+"/tai-khoan", "do", "ket-thuc").want(t, http.StatusSeeOther)
	if res := mine.get("/cua-toi"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/dang-nhap") {
		t.Errorf("an ended account still sees %d", res.StatusCode)
	}
	mine.post("/dang-nhap", "login", a.Login, "password", "cánh đồng lúa chín vàng").want(t, http.StatusUnprocessableEntity)
	clerk.post(side+"/tai-khoan", "do", "moi").want(t, http.StatusOK, "/moi?t=", a.Login)
}

// textOf is the text of one of our PDFs: its compressed parts, and the glyphs of its pages by what the file says they mean. Both fonts number
// their glyphs alike, so one table of meanings is enough.
func textOf(t *testing.T, file string) string {
	t.Helper()
	var plain []string
	for _, part := range strings.Split(file, "stream\n")[1:] {
		r, err := zlib.NewReader(strings.NewReader(part))
		if err != nil {
			continue
		}
		data, err := io.ReadAll(r)
		if err == nil {
			plain = append(plain, string(data))
		}
	}
	means := map[string]rune{}
	for _, p := range plain {
		for _, m := range regexp.MustCompile(`<([0-9A-F]{4})> <([0-9A-F]{4})>\n`).FindAllStringSubmatch(p, -1) {
			r, _ := strconv.ParseInt(m[2], 16, 32)
			means[m[1]] = rune(r)
		}
	}
	var b strings.Builder
	for _, p := range plain {
		for _, m := range regexp.MustCompile(`Td <([0-9A-F]+)> Tj`).FindAllStringSubmatch(p, -1) {
			for part := range slices.Chunk([]byte(m[1]), 4) {
				b.WriteRune(means[string(part)])
			}
			b.WriteByte(' ')
		}
	}
	return b.String()
}
