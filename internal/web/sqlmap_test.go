package web

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the server with a fault, on PostgreSQL
	"golang.org/x/net/html"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/db/dbtest"
	"ketnap/internal/demo"
	"ketnap/internal/document"
	"ketnap/internal/documents"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
	"ketnap/internal/users"
)

// probe is one address or form of the program as sqlmap gets it.
type probe struct {
	method, path string
	fields       url.Values
	as           string // account, "token" for the addresses of programs
}

// probed is the demo commune behind a server that signs in whoever asks, as the header X-As says, and a few addresses with planted faults.
type probed struct {
	desk
	engine   string
	mux      *http.ServeMux
	clock    atomic.Int64 // a second for each request, so that no bound on haste is met
	mu       sync.Mutex
	accounts map[string]id.ID
	sessions map[string]string
	secret   string
	probes   map[string]*probe // by pattern
	files    []string          // forms with a file
	faulty   *sql.DB
}

func newProbed(t *testing.T, engine string) *probed {
	t.Helper()
	p := &probed{engine: engine, mux: http.NewServeMux(), sessions: map[string]string{}, probes: map[string]*probe{}}
	p.clock.Store(storetest.Now().Unix())
	dsn, driver := dbtest.SQLite(t), "sqlite"
	if engine == "postgres" {
		dsn, driver = dbtest.Postgres(t), "pgx"
	}
	st := storetest.Open(t, dsn, 0, storetest.Options{Now: func() time.Time { return time.Unix(p.clock.Load(), 0) }})
	p.desk = deskOn(t, Config{}, st)
	p.policy(users.Simple)
	made, err := demo.Run(t.Context(), st, demo.Options{Size: demo.Commune, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	p.accounts = map[string]id.ID{}
	units := map[id.ID]org.Unit{}
	if err := st.View(t.Context(), func(tx *store.Tx) (err error) {
		for _, i := range []id.ID{made.Root, made.Commune} {
			if units[i], err = tx.Unit(i); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	p.accounts = map[string]id.ID{"quantri": p.user("quantri", access.Admin, units[made.Root]), "capuy": p.user("capuy", access.Committee, units[made.Commune])}
	p.root = units[made.Root]
	p.more(units[made.Commune], made.Probationer)
	p.write(func(tx *store.Tx) error {
		if err := tx.PutSetting("four_eyes", `{"mode":"off","kinds":[],"import":500000,"export":500000}`); err != nil {
			return err
		}
		return tx.PutSetting("reveal_budget", `{"reveals":500000,"hours":3}`)
	})
	p.secret = p.token(p.accounts["quantri"], 0, st.Today().AddDays(300), users.Areas...)
	if p.faulty, err = sql.Open(driver, dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.faulty.Close() })
	for _, pattern := range p.app.served {
		p.mux.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
	}
	return p
}

// more adds what the demo commune has none of, so that the pages about it are tried too.
func (p *probed) more(u org.Unit, person id.ID) {
	p.t.Helper()
	who := access.System("test")
	_, one := p.app.Documents.Add(p.t.Context(), who, documents.Form{Document: document.Document{Unit: u.ID, Kind: document.Plan, Level: document.Provincial, Number: "1-KH/ĐU", Issuer: "Đảng ủy",
		Title: "Kế hoạch", Dated: day.Of(2026, 1, 5)}, Text: article})
	_, two := p.app.Subjects.Receive(p.t.Context(), who, subjects.Form{Person: person, Kind: subject.Copy, On: p.st.Today(), Asked: "xin bản sao", Key: "k"})
	_, three := p.app.Transfer.UploadBytes(p.t.Context(), who, u, batch.Members, "a.csv", []byte("Họ và tên;Giới tính\nNguyễn Thị Hoà;Nữ\n"))
	four := p.app.Deadlines.Save(p.t.Context(), access.Actor{User: p.accounts["capuy"], Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: access.Committee}}}, u.ID, "đã lưu", "")
	if err := errors.Join(one, two, three, four); err != nil {
		p.t.Fatal(err)
	}
}

// session is the session of an account, a new one when the last was ended.
func (p *probed) session(as string, fresh bool) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if fresh || p.sessions[as] == "" {
		p.sessions[as] = p.desk.as(p.accounts[as]).cookies[p.app.sessionCookie()]
	}
	return p.sessions[as]
}

// ServeHTTP signs in who asks and hands the request to the program.
func (p *probed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.clock.Add(1)
	if strings.HasPrefix(r.URL.Path, "/co-loi") {
		p.fault(w, r)
		return
	}
	as := r.Header.Get("X-As")
	r.Header.Del("Cookie")
	if as == "token" {
		r.Header.Set("Authorization", "Bearer "+p.secret)
	} else {
		r.AddCookie(&http.Cookie{Name: p.app.sessionCookie(), Value: p.session(as, false)})
	}
	rec := httptest.NewRecorder()
	p.app.ServeHTTP(rec, r)
	if strings.HasPrefix(rec.Header().Get("Location"), "/dang-nhap") {
		p.session(as, true) // one of the acts ended it
	}
	maps.Copy(w.Header(), rec.Header())
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes())
}

// fault is the planted fault: a text becomes part of a statement.
func (p *probed) fault(w http.ResponseWriter, r *http.Request) {
	condition := "name = '" + r.FormValue("q") + "'"
	switch {
	case r.FormValue("n") != "":
		condition = "depth >= " + r.FormValue("n")
	case strings.Contains(r.URL.Path, "/ten/"):
		condition = "name = '" + strings.TrimPrefix(r.URL.Path, "/co-loi/ten/") + "'"
	}
	rows, err := p.faulty.QueryContext(r.Context(), "SELECT name FROM unit WHERE "+condition+" LIMIT 5") //nolint:gosec // the planted fault
	if err != nil {
		http.Error(w, "lỗi", http.StatusInternalServerError)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		_ = rows.Scan(&name)
		_, _ = fmt.Fprintln(w, "<p>", html.EscapeString(name))
	}
	_ = rows.Err()
}

// meet notes an address or a form of a page.
func (p *probed) meet(method, to string, fields url.Values, as string) {
	u, err := url.Parse(to)
	if err != nil || u.Host != "" {
		return
	}
	_, pattern := p.mux.Handler(httptest.NewRequest(method, "http://x"+u.EscapedPath(), nil))
	if pattern == "" || strings.HasPrefix(u.Path, "/static/") {
		return
	}
	x := p.probes[pattern]
	if x == nil {
		x = &probe{method: method, path: u.EscapedPath(), fields: url.Values{}, as: as}
		p.probes[pattern] = x
	}
	for _, from := range []url.Values{u.Query(), fields} {
		for name, values := range from {
			if x.fields.Get(name) == "" && len(values) > 0 {
				x.fields.Set(name, values[0])
			}
		}
	}
}

// crawl walks through the program as an account and meets what its pages offer.
func (p *probed) crawl(as string) {
	b := p.desk.as(p.accounts[as])
	var queue []string
	for _, pattern := range p.app.served {
		if method, path, _ := strings.Cut(pattern, " "); method == http.MethodGet && !strings.Contains(path, "{") {
			queue = append(queue, path)
		}
	}
	const perShape = 3
	shapes, seen := map[string]int{}, map[string]bool{}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		u, err := url.Parse(at)
		if err != nil {
			continue
		}
		_, pattern := p.mux.Handler(httptest.NewRequest(http.MethodGet, "http://x"+u.EscapedPath(), nil))
		shape := pattern + "?" + strings.Join(slices.Sorted(maps.Keys(u.Query())), "&")
		if seen[at] || shapes[shape] >= perShape || strings.HasPrefix(at, "/dang-") || needs[pattern].who == program {
			continue
		}
		seen[at] = true
		shapes[shape]++
		res := b.get(at)
		if to := res.Header.Get("Location"); to != "" {
			queue = append(queue, to)
		}
		if res.StatusCode >= 400 {
			continue
		}
		p.meet(http.MethodGet, at, nil, as)
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, a := range nodes(p.t, res.page, "a", "", "") {
			if href, _, _ := strings.Cut(attrOf(a, "href"), "#"); strings.HasPrefix(href, "/") {
				queue = append(queue, href)
			}
		}
		for _, f := range nodes(p.t, res.page, "form", "", "") {
			to := attrOf(f, "action")
			if to == "" {
				to = at
			}
			method := strings.ToUpper(attrOf(f, "method"))
			if method == "" {
				method = http.MethodGet
			}
			if strings.HasPrefix(attrOf(f, "enctype"), "multipart") {
				p.files = append(p.files, to)
				continue
			}
			p.meet(method, to, filledIn(f), as)
		}
	}
}

// programs are the parameters of the addresses of programs (doc/api.md).
var programs = url.Values{"unit": {""}, "on": {"2026-11-01"}, "after": {""}, "stage": {"pool"}, "at": {"2026-11-01"}, "n": {"5"}, "year": {"2026"}}

// cursors are the parameters that lead from one page of a list to the next.
var cursors = []string{"after", "way", "row"}

// apart fills in what is empty, leaves out the change of the language, which answers before anything is read, and parts the cursors from the
// filters, which together would show nothing.
func apart(fields url.Values) (parts []url.Values) {
	filters, next := url.Values{}, url.Values{}
	for name, values := range fields {
		value := values[0]
		switch {
		case name == "lang":
			continue
		case value == "" && name == "q":
			value = "nguyen"
		case value == "":
			value = "1"
		}
		if name == "u" || slices.Contains(cursors, name) {
			next.Set(name, value)
		}
		if !slices.Contains(cursors, name) {
			filters.Set(name, value)
		}
	}
	if len(filters) > 0 {
		parts = append(parts, filters)
	}
	if len(next) > 1 || len(next) == 1 && next.Get("u") == "" {
		parts = append(parts, next)
	}
	return parts
}

// all returns every probe, those of the places in addresses as probes of their own, and what no page leads to.
func (p *probed) all() (probes []probe, unmet []string) {
	for _, pattern := range p.app.served {
		method, path, _ := strings.Cut(pattern, " ")
		x := p.probes[pattern]
		switch {
		case needs[pattern].who == program:
			x = &probe{method: method, path: path, fields: maps.Clone(programs), as: "token"}
			x.fields.Set("unit", p.root.ID.String())
		case x == nil && strings.Contains(path, "{") || strings.HasPrefix(path, "/static"):
			unmet = append(unmet, pattern)
			continue
		case x == nil:
			x = &probe{method: method, path: strings.Replace(path, "{$}", "", 1), fields: url.Values{}, as: "quantri"}
		}
		for _, fields := range apart(x.fields) {
			y := *x
			y.fields = fields
			probes = append(probes, y)
		}
		// What stands for {id}: marked for sqlmap, one place at a time.
		wild, here := strings.Split(path, "/"), strings.Split(x.path, "/")
		for i := range wild {
			if strings.HasPrefix(wild[i], "{") && wild[i] != "{$}" && i < len(here) {
				marked := slices.Clone(here)
				marked[i] += "*"
				y := *x
				y.path = strings.Join(marked, "/")
				if parts := apart(x.fields); len(parts) > 0 {
					y.fields = parts[0]
				}
				probes = append(probes, y)
			}
		}
	}
	return probes, unmet
}

// write writes probes as the log of a proxy, which sqlmap reads.
func writeProbes(file, host string, probes []probe) error {
	var b strings.Builder
	const line = "======================================================\n"
	for n, x := range probes {
		target, body := x.path, ""
		if x.method == http.MethodGet && len(x.fields) > 0 && !strings.Contains(x.path, "*") {
			target += "?" + x.fields.Encode()
		} else if x.method != http.MethodGet {
			body = x.fields.Encode()
		}
		fmt.Fprintf(&b, "%s12:00:%02d  http://%s  [127.0.0.1]\n%s", line, n%60, host, line)
		fmt.Fprintf(&b, "%s %s HTTP/1.1\nHost: %s\nX-As: %s\nAccept-Language: vi\n", x.method, target, host, x.as)
		if body != "" {
			fmt.Fprintf(&b, "Content-Type: application/x-www-form-urlencoded\nContent-Length: %d\n\n%s\n", len(body), body)
		} else {
			b.WriteString("\n")
		}
		b.WriteString(line + "\n\n")
	}
	return os.WriteFile(file, []byte(b.String()), 0o600)
}

var (
	tested   = regexp.MustCompile(`testing for SQL injection on (.+)`)
	notTried = regexp.MustCompile(`(?m)^.*\[(?:ERROR|CRITICAL)\] (.+)$`)
)

// sqlmap runs the tool on probes and returns how many parameters it tried, what it found and what it complained of.
func (p *probed) sqlmap(program, dir, host string, n int, probes []probe) (params int, found []string, troubles []string) {
	requests, results := filepath.Join(dir, fmt.Sprintf("%03d.log", n)), filepath.Join(dir, fmt.Sprintf("%03d.csv", n))
	if err := writeProbes(requests, host, probes); err != nil {
		return 0, nil, []string{err.Error()}
	}
	dbms := map[string]string{"sqlite": "SQLite", "postgres": "PostgreSQL"}[p.engine]
	c := exec.CommandContext(p.t.Context(), program, "-l", requests, "--batch", "--level=1", "--risk=1", "--technique=BEUST", "--dbms="+dbms, "--ignore-redirects", "--ignore-code=*",
		"--flush-session", "--ignore-stdin", "--answers=skip further=N,keep testing=Y,exploit=N", "--disable-coloring", "--timeout=60", "--retries=1", "--results-file="+results, "--output-dir="+filepath.Join(dir, fmt.Sprintf("out%03d", n)))
	c.Env = append(os.Environ(), "HOME="+dir)
	out, err := c.CombinedOutput()
	_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.txt", n)), out, 0o600)
	if err != nil {
		troubles = append(troubles, fmt.Sprintf("%d: %v", n, err))
	}
	for _, m := range notTried.FindAllStringSubmatch(string(out), -1) {
		if !strings.Contains(m[1], "do not appear to be injectable") {
			troubles = append(troubles, m[1])
		}
	}
	if text, err := os.ReadFile(results); err == nil {
		rows, _ := csv.NewReader(bytes.NewReader(text)).ReadAll()
		for _, row := range rows[min(1, len(rows)):] {
			found = append(found, strings.Join(row, " "))
		}
	}
	return len(tested.FindAll(out, -1)), found, troubles
}

// dismissed is what sqlmap notes beside a parameter that it took for injectable, and that its own second look cleared.
const dismissed = "false positive or unexploitable"

// fewestProbes is how many addresses and forms there are to try at least.
const fewestProbes = 170

// TestSqlmap lets sqlmap loose on every address and form that the pages of the demo commune offer to an administrator and to a committee, and on the addresses
// of programs: it finds the planted faults, and nothing else. Where KETNAP_SQLMAP does not name the program (see scripts/sqlmap.sh), the addresses are only collected.
func TestSqlmap(t *testing.T) {
	program, engine := os.Getenv("KETNAP_SQLMAP"), os.Getenv("KETNAP_SQLMAP_ENGINE")
	p := newProbed(t, engine)
	for _, as := range []string{"capuy", "quantri"} {
		p.crawl(as)
	}
	probes, unmet := p.all()
	if len(probes) < fewestProbes {
		t.Errorf("only %d addresses and forms are found: what nothing leads to is not tried", len(probes))
	}
	if program == "" {
		return
	}
	if only := os.Getenv("KETNAP_SQLMAP_ONLY"); only != "" {
		match := regexp.MustCompile(only)
		probes = slices.DeleteFunc(probes, func(x probe) bool { return !match.MatchString(x.method + " " + x.path) })
	}
	planted := []probe{
		{http.MethodGet, "/co-loi", url.Values{"q": {"x"}}, "quantri"},
		{http.MethodPost, "/co-loi", url.Values{"n": {"1"}}, "quantri"},
		{http.MethodGet, "/co-loi/ten/x*", nil, "quantri"},
	}
	server := httptest.NewServer(p)
	defer server.Close()
	host, dir := strings.TrimPrefix(server.URL, "http://"), t.TempDir()
	if kept := os.Getenv("KETNAP_SQLMAP_DIR"); kept != "" {
		dir = kept
	}
	minutes, err := strconv.Atoi(os.Getenv("KETNAP_SQLMAP_MINUTES"))
	if err != nil {
		minutes = 60
	}
	began, params, left, found, troubles := time.Now(), 0, 0, []string{}, map[string]int{}
	parts := append([][]probe{planted}, slices.Collect(slices.Chunk(probes, 8))...)
	var all sync.WaitGroup
	var mu sync.Mutex
	slots := make(chan bool, 3)
	for n, part := range parts {
		all.Go(func() {
			slots <- true
			defer func() { <-slots }()
			if time.Since(began) > time.Duration(minutes)*time.Minute {
				mu.Lock()
				defer mu.Unlock()
				left += len(part)
				return
			}
			tried, f, wrong := p.sqlmap(program, dir, host, n, part)
			mu.Lock()
			defer mu.Unlock()
			params += tried
			found = append(found, f...)
			for _, w := range wrong {
				troubles[w]++
			}
		})
	}
	all.Wait()
	honest, faults := []string{}, map[string]bool{}
	for _, f := range found {
		i := strings.Index(f, "/co-loi")
		switch {
		case i >= 0:
			faults[f[i:]] = true
		case strings.Contains(f, dismissed): // a page that differs by what is typed, such as a reason, made sqlmap look closer
			t.Logf("sqlmap looked closer at %s", f)
		default:
			honest = append(honest, f)
		}
	}
	t.Logf("%s: %d addresses and forms with %d parameters tried in %d requests, %.0f s, %d accepted", engine, len(probes), params, p.clock.Load()-storetest.Now().Unix(), time.Since(began).Seconds(), len(honest))
	if left > 0 {
		t.Errorf("%d of them were not reached in %d minutes", left, minutes)
	}
	t.Logf("no page leads to: %v; forms with a file, see TestHostileFiles: %d", unmet, len(p.files))
	for what, n := range troubles {
		t.Logf("sqlmap said %d times: %s", n, what)
	}
	for _, f := range honest {
		t.Errorf("sqlmap found %s", f)
	}
	if len(faults) < len(planted) {
		t.Errorf("planted: %d of %d found: %v", len(faults), len(planted), slices.Sorted(maps.Keys(faults)))
	}
	if params < len(probes)-left {
		t.Errorf("only %d parameters were tried", params)
	}
}
