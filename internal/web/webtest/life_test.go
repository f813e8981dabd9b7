package webtest_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"ketnap/internal/day"
	"ketnap/internal/docx"
	"ketnap/internal/form"
	"ketnap/internal/vi"
)

// The places of the walk: a school and a commune of one province, a cell in each.
const (
	lifeProvince = "99000000000000"
	lifeSchool   = "99001000000000"
	lifeCommune  = "99002000000000"
	lifeClass12  = "99001000000001"
	lifeHamlet   = "99002000000001"
)

const lifeMembers = `STT,Họ và tên,Ngày sinh,Giới tính,Tổ chức sinh hoạt,Ngày vào Đảng,Ngày chính thức,Số định danh cá nhân
1,Nguyễn Văn An,1/1/1980,Nam,99001000000001,03/02/2010,03/02/2011,038080000001
2,Trần Văn Bình,1/1/1980,Nam,99001000000001,03/02/2010,03/02/2011,038080000002
3,Phạm Thị Cúc,1/1/1980,Nữ,99001000000001,03/02/2010,03/02/2011,038080000003
4,Lê Văn Năm,1/1/1980,Nam,99002000000001,03/02/2010,03/02/2011,038080000005
5,Hà Thị Sáu,1/1/1980,Nữ,99002000000001,03/02/2010,03/02/2011,038080000006
6,Đỗ Văn Bảy,1/1/1980,Nam,99002000000001,03/02/2010,03/02/2011,038080000007
`

// lifeToday is the day the walks take place on, whenever they are run: what they read counts days from it.
const lifeToday = "2026-11-29"

// console is the program on a database of its own, as an operator runs it.
type console struct {
	t   *testing.T
	env []string
	dir string
}

func newConsole(t *testing.T) console {
	t.Helper()
	dir := t.TempDir()
	return console{t, append(os.Environ(), asProgram+"=1", "KETNAP_DB="+filepath.Join(dir, "a.db"), "KETNAP_KEY="), dir}.on(lifeToday)
}

// on is the console on the morning of a day.
func (c console) on(date string) console {
	c.t.Helper()
	then, err := time.ParseInLocation(time.DateOnly, date, day.Vietnam)
	if err != nil {
		c.t.Fatal(err)
	}
	c.env = append(slices.Clip(c.env), aheadEnv+"="+time.Until(then.Add(10*time.Hour+30*time.Minute)).String())
	return c
}

func (c console) command(args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = c.env
	return cmd
}

// run runs a command and returns what it says.
func (c console) run(args ...string) []byte {
	c.t.Helper()
	cmd := c.command(args...)
	var bad bytes.Buffer
	cmd.Stderr = &bad
	out, err := cmd.Output()
	if err != nil {
		c.t.Fatalf("ketnap %s: %v\n%s", strings.Join(args, " "), err, bad.String())
	}
	return out
}

// serve starts the server and returns it as the tests know a served program.
func (c console) serve(passwords map[string]string) *demo {
	c.t.Helper()
	cmd := c.command("serve", "--listen=127.0.0.1:0", "--quiet")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	d := &demo{passwords: passwords, dir: c.dir}
	for lines := bufio.NewScanner(out); d.url == "" && lines.Scan(); {
		if _, address, ok := strings.Cut(lines.Text(), "http://"); ok {
			d.url = "http://" + strings.Fields(address)[0]
		}
	}
	if d.url == "" {
		c.t.Fatal("the server did not start")
	}
	return d
}

// lifeWorld makes the two places with their members and an account for each who takes part.
func lifeWorld(t *testing.T) (console, *demo) {
	t.Helper()
	c := newConsole(t)
	found := func(parent, kind, name, code, sector string, more ...string) {
		args := []string{"unit", "found", "--kind", kind, "--name", name, "--code", code, "--sector", sector, "--date", "01/01/2010", "--decision", "1-QĐ"}
		if parent != "" {
			args = append(args, "--parent", parent)
		}
		c.run(append(args, more...)...)
	}
	c.run("migrate")
	c.run("user", "policy", "simple")
	found("", "province", "Đảng bộ tỉnh A", lifeProvince, "2", "--location", "38")
	found(lifeProvince, "grassroots", "Đảng bộ trường THPT Một", lifeSchool, "2", "--bloc", "thpt")
	found(lifeProvince, "grassroots", "Đảng bộ xã Hai", lifeCommune, "2", "--bloc", "phuong-xa")
	found(lifeSchool, "cell", "Chi bộ khối 12", lifeClass12, "1")
	found(lifeCommune, "cell", "Chi bộ thôn Ba", lifeHamlet, "1")
	for _, u := range []string{lifeSchool, lifeCommune} {
		c.run("unit", "amend", u, "--grant", "standing", "--date", "02/01/2010", "--decision", "6-QĐ")
	}
	sheet := filepath.Join(c.dir, "members.csv")
	if err := os.WriteFile(sheet, []byte(lifeMembers), 0o600); err != nil {
		t.Fatal(err)
	}
	c.run("import", "--kind=members", "--unit="+lifeProvince, "--as-of", "01/01/2020", "--incomplete", sheet)
	passwords := map[string]string{}
	for login, at := range map[string][2]string{"bithu12": {lifeClass12, "Bí thư chi bộ khối 12"}, "truong": {lifeSchool, "Văn phòng đảng ủy trường"},
		"bithu3": {lifeHamlet, "Bí thư chi bộ thôn Ba"}, "xahai": {lifeCommune, "Cán bộ tổ chức xã Hai"}} {
		var made struct{ Password string }
		if err := json.Unmarshal(c.run("user", "add", login, "--name", at[1], "--role", "clerk", "--unit", at[0], "--json"), &made); err != nil {
			t.Fatal(err)
		}
		passwords[login] = made.Password
	}
	return c, c.serve(passwords)
}

// sit opens a browser of its own for somebody, who signs in by hand.
func (d *demo) sit(t *testing.T, login string) *tab {
	t.Helper()
	b := blank(t, d)
	downloads := filepath.Join(d.dir, login)
	if err := os.MkdirAll(downloads, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow,
		BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID, DownloadPath: downloads}); err != nil {
		t.Fatal(err)
	}
	b.login = login
	b.width(wide)
	b.visit("/")
	b.fill("#f-login", login)
	b.fill("#f-password", d.passwords[login])
	b.click("form .button.main")
	if strings.HasPrefix(b.path(), "/dang-nhap") {
		t.Fatalf("%s cannot sign in: %v", login, b.texts("[role=alert]"))
	}
	return b
}

// put fills in fields of the page by name; a list is picked by the beginning of what it says, "on" ticks a box.
func (b *tab) put(pairs ...string) {
	b.t.Helper()
	list, err := json.Marshal(pairs)
	if err != nil {
		b.t.Fatal(err)
	}
	wrong := eval[string](b, `((pairs) => {
		for (let i = 0; i + 1 < pairs.length; i += 2) {
			const el = document.querySelector('main form[method=post] [name="' + pairs[i] + '"]:not([type=hidden])'), v = pairs[i + 1];
			if (!el) return 'no field ' + pairs[i];
			if (el.type == 'checkbox') el.checked = v == 'on';
			else if (el.tagName == 'SELECT') {
				const o = [...el.options].find(o => o.text.startsWith(v) || o.value == v);
				if (!o) return pairs[i] + ' has no choice ' + v + ' among ' + [...el.options].map(o => o.text);
				el.value = o.value;
			} else el.value = v;
			el.dispatchEvent(new Event('input', {bubbles: true})); el.dispatchEvent(new Event('change', {bubbles: true}));
		}
		return '';
	})(`+string(list)+`)`)
	if wrong != "" {
		b.t.Fatalf("%s: %s", b.path(), wrong)
	}
}

// send presses the main button of the form and wants the notice that it was done.
func (b *tab) send(what string) {
	b.t.Helper()
	b.click("main form[method=post] .button.main")
	if len(b.texts("#notices .notice.done")) == 0 {
		b.shot("refused")
		b.t.Fatalf("%s was refused at %s: %v", what, b.path(), b.texts("[role=alert], .wrong-text, .finding"))
	}
}

// life is the pupil on the way, with what was printed of her.
type life struct {
	t       *testing.T
	person  string // her address
	name    string
	printed map[string]bool
	sent    string // the form of the exit taken last
}

// does records a step on the page of the dossier, by the way the page offers it, and prints its papers.
func (l *life) does(b *tab, step string, pairs ...string) {
	l.t.Helper()
	b.visit(l.person + "/ho-so")
	link := "main a[href$='step=" + step + "']"
	if len(b.texts(link)) == 0 {
		l.t.Fatalf("%s is not offered %s: next is %v", b.login, step, b.texts("#next"))
	}
	b.click(link)
	b.put(pairs...)
	b.send(step)
	l.prints(b, step)
}

// insists records a step that is warned of: the warning is read and gone on with, knowingly.
func (l *life) insists(b *tab, step, warning string, pairs ...string) {
	l.t.Helper()
	b.visit(l.person + "/ho-so/ghi?step=" + step)
	b.put(pairs...)
	b.click("main form[method=post] .button.main")
	if said := strings.Join(b.texts("main"), " "); !strings.Contains(said, warning) {
		l.t.Fatalf("%s is not warned of: %.600s", step, said)
	}
	b.complaints() // the browser notes the status
	b.put("accept", "on")
	b.send(step)
	l.prints(b, step)
}

// prints downloads every paper that belongs to a step, once the page says that the step is recorded.
func (l *life) prints(b *tab, step string) {
	l.t.Helper()
	var slugs []string
	for _, f := range form.All() {
		if f.Step == step {
			slugs = append(slugs, f.Slug)
		}
	}
	if len(slugs) == 0 {
		return
	}
	b.visit(l.person + "/bieu-mau")
	for _, code := range eval[[]string](b, `[...new Set([...document.querySelectorAll('main tr:has(.badge.ok) button[name=code]')].map(x => x.value))]`) {
		for _, s := range slugs {
			if (code == s || strings.HasPrefix(code, s+".")) && !l.printed[code] {
				l.printed[code] = true
				l.letter(code, b.download(`main button[name=code][value="`+code+`"]`))
			}
		}
	}
}

// letter wants a real Word document with her name in it.
func (l *life) letter(code string, data []byte) {
	l.t.Helper()
	tpl, err := docx.Open(data)
	if err != nil {
		l.t.Errorf("%s is no Word document: %v", code, err)
		return
	}
	if text := tpl.Text(); !strings.Contains(vi.Fold(text), vi.Fold(l.name)) || strings.Contains(text, "{{") {
		l.t.Errorf("%s does not name her, or was not filled:\n%.600s", code, text)
	}
}

// download presses a button that sends a file and returns the file.
func (b *tab) download(button string) []byte {
	b.t.Helper()
	dir := filepath.Join(b.d.dir, b.login)
	eval[bool](b, `(document.querySelector('`+button+`').click(), true)`)
	for end := time.Now().Add(patience / 6); ; time.Sleep(10 * time.Millisecond) {
		files, err := os.ReadDir(dir)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, f := range files {
			if name := filepath.Join(dir, f.Name()); strings.HasSuffix(name, ".docx") || strings.HasSuffix(name, ".zip") {
				if data, err := os.ReadFile(name); err == nil && len(data) > 0 {
					_ = os.Remove(name) // the next may have the same name
					return data
				}
			}
		}
		if time.Now().After(end) { // no assertion on time: only so that a hanging test ends with a message
			b.t.Fatalf("%s sent no file: %v", button, b.texts("[role=alert]"))
		}
	}
}

// unpack wants an archive whose papers are all hers, and returns how many there are.
func (l *life) unpack(data []byte) int {
	l.t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		l.t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			l.t.Fatal(err)
		}
		paper, err := io.ReadAll(r)
		if err != nil {
			l.t.Fatal(err)
		}
		l.letter(f.Name, paper)
		if !strings.Contains(f.Name, "/038206000123_LoThiHoa/") {
			l.t.Errorf("the archive holds %s", f.Name)
		}
	}
	return len(z.File)
}
