package webtest_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"ketnap/internal/cli"
)

// pages are all pages of the program. A new page is one line here; {root}, {commune} and the like are replaced by what
// placed finds in the demo.
var pages = []struct{ name, login, path string }{
	{"sign-in", "", "/dang-nhap"},
	{"pilot-province", "quantri", "/don-vi/{root}"},
	{"pilot-commune", "capuy", "/don-vi/{commune}"},
	{"pilot-section", "canbo", "/don-vi/{section}"},
	{"pilot-cell", "xem", "/don-vi/{cell}"},
	{"pilot-past", "capuy", "/don-vi/{commune}?ngay=15/06/2025&nam=2025"},
	{"today", "canbo", "/hom-nay?u={commune}"},
	{"today-province", "quantri", "/hom-nay?u={root}"},
	{"today-cell", "xem", "/hom-nay?u={cell}"},
	{"work", "capuy", "/viec?u={commune}"},
	{"work-late", "canbo", "/viec?u={commune}&the=qua-han&cot=unit&cot=what&cot=due&cot=miss"},
	{"work-none", "xem", "/viec?u={cell}&the=qua-han&tu=2001-01-01&den=2001-01-02"},
	{"month", "capuy", "/lich?u={commune}"},
	{"map", "quantri", "/don-vi/{root}/ban-do"},
	{"tree", "quantri", "/to-chuc"},
	{"tree-open", "capuy", "/to-chuc?mo={section}"},
	{"tree-past", "quantri", "/to-chuc?mo={section}&ngay=15/06/2025"},
	{"tree-found", "xem", "/to-chuc?q=truong+chi+bo"},
	{"unit", "canbo", "/to-chuc/{commune}"},
	{"unit-past", "xem", "/to-chuc/{section}?ngay=15/06/2025"},
	{"targets", "capuy", "/chi-tieu?u={commune}"},
	{"allocate", "capuy", "/chi-tieu/phan-bo?u={commune}&nam=2026&so=100"},
	{"target-steps", "capuy", "/chi-tieu/theo-ky?u={commune}&nam=2026&ky=quarter&de-xuat=mua"},
	{"target-steps-viewer", "xem", "/chi-tieu/theo-ky?u={commune}&nam=2026"},
	{"density", "canbo", "/mat-do?u={commune}"},
	{"density-viewer", "xem", "/mat-do?u={commune}"},
	{"charges", "capuy", "/phan-cong?u={commune}"},
	{"charges-viewer", "xem", "/phan-cong?u={commune}"},
	{"targets-viewer", "xem", "/chi-tieu?u={commune}"},
	{"documents", "capuy", "/van-ban?u={commune}"},
	{"document-new", "capuy", "/van-ban/them?u={commune}"},
	{"indicators", "quantri", "/chi-so?u={commune}"},
	{"people", "canbo", "/nguoi?u={commune}"},
	{"people-official", "xem", "/nguoi?u={commune}&stage=official&n=25"},
	{"people-words", "canbo", "/nguoi?u={commune}&q=thi+nguyen"},
	{"people-past", "capuy", "/nguoi?u={commune}&stage=probationary&at=2025-06-15"},
	{"people-none", "canbo", "/nguoi?u={commune}&q=khongcoai"},
	{"person", "canbo", "/nguoi/{person}"},
	{"person-official", "xem", "/nguoi/{official}"},
	{"person-new", "canbo", "/nguoi/them?u={cell}"},
	{"person-edit", "canbo", "/nguoi/{person}/sua"},
	{"dossier", "canbo", "/nguoi/{person}/ho-so"},
	{"dossier-read", "xem", "/nguoi/{person}/ho-so"},
	{"dossier-vote", "canbo", "/nguoi/{person}/ho-so/ghi?step=cell_vote"},
	{"dossier-introduce", "canbo", "/nguoi/{person}/ho-so/ghi?step=introduce"},
	{"dossier-cv", "canbo", "/nguoi/{pinned}/ho-so/ghi?step=cv"},
	{"dossier-special", "canbo", "/nguoi/{person}/ho-so/ghi?step=special"},
	{"dossier-discipline", "canbo", "/nguoi/{person}/ho-so/ghi?step=discipline"},
	{"dossier-rebase", "canbo", "/nguoi/{pinned}/ho-so/goi"},
	{"dossier-scans", "canbo", "/nguoi/{pinned}/ban-chup"},
	{"rules", "canbo", "/quy-tac"},
	{"rules-pack", "xem", "/quy-tac/qd208"},
	{"rules-diff", "canbo", "/quy-tac/so-sanh?tu=qd294&den=qd208&het=1"},
	{"rules-try", "canbo", "/quy-tac/thu?goi=qd208&step=cell_vote&on=03/02/2026&birth=03/02/2000"},
	{"rules-proposals", "quantri", "/quy-tac/de-nghi"},
	{"rules-holidays", "quantri", "/quy-tac/ngay-nghi?nam=2026"},
	{"rules-local", "capuy", "/quy-tac/bo-sung?u={commune}"},
	{"dossiers", "canbo", "/ho-so?u={commune}"},
	{"movement-form", "canbo", "{movement}"},
	{"moves", "capuy", "/bien-dong?u={commune}&cause=admit&dir=in"},
	{"obstacles", "canbo", "/vuong-mac?u={commune}"},
	{"obstacles-viewer", "xem", "/vuong-mac?u={commune}"},
	{"moves-late", "capuy", "/bien-dong?u={commune}&cause=recognise&quality=late&from=2020-01-01"},
	{"tree", "capuy", "/to-chuc"},
	{"tree-unit", "capuy", "/to-chuc?mo={section}"},
	{"tree-past", "quantri", "/to-chuc?ngay=2015-06-15"},
	{"tree-search", "canbo", "/to-chuc?q=to+dan+pho+7"},
	{"unit", "capuy", "/to-chuc/{section}"},
	{"reorganise", "quantri", "/to-chuc/{commune}/sap-xep"},
	{"reorganise-cell", "quantri", "/to-chuc/{cell}/sap-xep?viec=dissolve"},
	{"unit-cell", "xem", "/to-chuc/{cell}"},
	{"forms", "canbo", "/bieu-mau"},
	{"form-fields", "xem", "/bieu-mau/truong"},
	{"form", "quantri", "/bieu-mau/6-knd"},
	{"form-viewer", "xem", "/bieu-mau/2-knd"},
	{"person-forms", "canbo", "/nguoi/{person}/bieu-mau"},
	{"person-forms-viewer", "xem", "/nguoi/{official}/bieu-mau"},
	{"pool", "canbo", "/nguon?u={commune}"},
	{"pool-cell", "canbo", "/nguon?u={cell}&xem=unviewed"},
	{"pool-remarks", "canbo", "/nguon?u={commune}&xem=unmarked"},
	{"pool-proposed", "bithu", "/nguon?xem=proposed"},
	{"pool-helpless", "bithu", "/nguon?xem=helpless"},
	{"pool-print", "xem", "/nguon/in?u={cell}"},
	{"courses", "canbo", "/lop?u={commune}"},
	{"course-new", "canbo", "/lop/moi?u={commune}"},
	{"course", "canbo", "{taught}"},
	{"course-viewer", "xem", "{class}"},
	{"course-marks", "canbo", "{class}?tab=diem-danh"},
	{"course-sessions", "capuy", "{class}?tab=buoi"},
	{"course-edit", "canbo", "{class}/sua"},
	{"course-invite", "canbo", "{class}/moi-hoc"},
	{"course-sheet", "canbo", "{class}/tu-tep"},
	{"course-certify", "canbo", "{graded}/cap"},
	{"course-print", "canbo", "{class}/in?mau=marks"},
	{"course-print-certs", "xem", "{taught}/in?mau=certs"},
	{"course-people", "canbo", "/lop/nguoi?u={commune}&muc=invited&loai=awareness&nam=2026"},
	{"person-certs", "canbo", "{learner}/giay-chung-nhan"},
	{"course-plan", "capuy", "/lop/ke-hoach?u={commune}"},
	{"handovers", "canbo", "/ban-giao?u={commune}"},
	{"handovers-out", "capuy", "/ban-giao?u={commune}&xem=di"},
	{"handovers-done", "xem", "/ban-giao?u={commune}&xem=xong"},
	{"handover-new", "canbo", "/ban-giao/moi?nguoi={person}"},
	{"requests", "canbo", "/yeu-cau?u={commune}"},
	{"person-side", "quantri", "/nguoi/{person}/du-lieu"},
	{"privacy", "canbo", "/du-lieu"},
	{"handover", "canbo", "{handover}"},
	{"imports", "canbo", "/nhap"},
	{"account", "canbo", "/tai-khoan"},
	{"self", "dubi", "/cua-toi"},
	{"consents", "canbo", "/du-lieu/dong-y?u={commune}&muc=contact&noi=withdrawn"},
	{"self-account", "dubi", "/tai-khoan"},
	{"users", "quantri", "/quan-tri"},
	{"user", "quantri", "{account}"},
	{"approvals", "canbo", "/phe-duyet"},
	{"approval-guards", "quantri", "/phe-duyet/quy-dinh"},
	{"periods", "quantri", "/khoa-ky"},
	{"period-look", "quantri", "/khoa-ky?u={root}&to=31/12/2025"},
	{"retention", "capuy", "/du-lieu/luu-tru?u={commune}&ngay=31/12/2030"},
	{"retention-terms", "quantri", "/du-lieu/luu-tru?u={root}"},
	{"trail", "quantri", "/nhat-ky"},
	{"trail-users", "quantri", "/nhat-ky?area=user"},
}

// missing are addresses that answer with an error page.
var missing = []struct {
	name, login, path string
	status            int
}{
	{"no-such-page", "xem", "/khong-co-trang-nay", 404},
	{"no-such-unit", "xem", "/don-vi/zzzz", 404},
	{"not-allowed", "xem", "/quan-tri", 403},
	{"not-own", "dubi", "/nguoi", 404},
	{"bad-date", "capuy", "/don-vi/{commune}?ngay=31/02/2026", 422},
}

var places = sync.OnceValue(func() map[string]string { return map[string]string{} })

// placed fills the identifiers of the demo into an address.
func placed(t testing.TB, path string) string {
	t.Helper()
	if !strings.Contains(path, "{") {
		return path
	}
	known := places()
	last := func(p string) string { return p[strings.LastIndex(p, "/")+1:] }
	if known["{root}"] == "" {
		admin := visit(t, "quantri")
		known["{root}"] = last(admin.get("/").path)
		known["{account}"] = admin.again(t).first("/quan-tri", "/quan-tri/nguoi-dung/")
		known["{commune}"] = last(visit(t, "capuy").get("/").path)
		clerk := visit(t, "canbo").again(t)
		for name, stage := range map[string]string{"{person}": "probationary", "{official}": "official"} {
			known[name] = last(firstHref(clerk.get("/nguoi?stage=" + stage + "&u=" + known["{commune}"]).listRows()[0]))
		}
		known["{pinned}"] = strings.TrimSuffix(strings.TrimPrefix(clerk.first("/ho-so?u="+known["{commune}"]+"&state=s6", "/nguoi/"), "/nguoi/"), "/ho-so")
		known["{movement}"] = clerk.first("/nguoi/"+known["{person}"], "/nguoi/"+known["{person}"]+"/bien-dong?")
		classes := clerk.get("/lop?u=" + known["{commune}"] + "&nam=0").listRows() // the latest first: one to come, one running, one over, one certified
		known["{class}"], known["{taught}"] = firstHref(classes[1]), firstHref(classes[len(classes)-1])
		known["{graded}"] = firstHref(classes[2])
		known["{learner}"] = firstHref(clerk.get(known["{taught}"]).listRows()[0])
		known["{handover}"] = firstHref(clerk.get("/ban-giao?u=" + known["{commune}"]).listRows()[0])
		for _, unit := range unitsBelow(admin.again(t), known["{commune}"]) {
			if below := unitsBelow(admin.again(t), unit); len(below) > 5 {
				known["{section}"], known["{cell}"] = unit, below[0]
			}
		}
	}
	for name, value := range known {
		path = strings.ReplaceAll(path, name, value)
	}
	return path
}

// first is the first link of a page that leads below an address.
func (v *visitor) first(page, below string) string {
	v.t.Helper()
	for _, a := range v.get(page).main().tags("a") {
		if href := a.attr("href"); strings.HasPrefix(href, below) && href != below {
			return href
		}
	}
	v.t.Fatalf("no link to %s on %s", below, page)
	return ""
}

// unitsBelow are the units in the table of a committee's page.
func unitsBelow(v *visitor, unit string) []string {
	v.t.Helper()
	var units []string
	for _, row := range v.get("/don-vi/" + unit).listRows() {
		for _, a := range row.tags("a") {
			if id, ok := strings.CutPrefix(a.attr("href"), "/don-vi/"); ok {
				if id, _, _ = strings.Cut(id, "?"); !slices.Contains(units, id) { // a page has several tables of its units
					units = append(units, id)
				}
			}
		}
	}
	return units
}

// TestPages opens every page at both widths in both languages: no complaint of the browser, nothing wider than the window, no
// violation found by axe, a print style.
func TestPages(t *testing.T) {
	for _, p := range pages {
		t.Run(p.name, func(t *testing.T) {
			b := open(t, p.login)
			b.width(wide)
			b.visit(placed(t, p.path))
			b.inspect(p.name + "-1280")
			b.printable()
			b.width(narrow)
			b.visit(placed(t, p.path))
			b.inspect(p.name + "-390")
			if hidden := eval[int](b, `[...document.querySelectorAll('.stacked td.acts button')].filter(x => x.offsetParent === null).length`); hidden > 0 {
				t.Errorf("%d buttons cannot be seen on a telephone", hidden)
			}
			if p.name == "month" && eval[int](b, `(w => w.scrollWidth - w.clientWidth)(document.querySelector('.month').parentElement)`) > 0 {
				t.Error("a week does not fit on a telephone")
			}
		})
	}
	for _, p := range missing {
		t.Run(p.name, func(t *testing.T) {
			b := open(t, p.login)
			b.width(narrow)
			answer, err := chromedp.RunResponse(b.ctx, chromedp.Navigate(b.d.url+placed(t, p.path)))
			if err != nil || int(answer.Status) != p.status {
				t.Fatalf("status %v, %v, want %d", answer, err, p.status)
			}
			b.complaints() // the browser itself notes the status
			b.inspect(p.name + "-390")
		})
	}
}

// inspect holds the page against what must be true of every page.
func (b *tab) inspect(name string) {
	b.t.Helper()
	b.shot(name)
	if over := b.overflow(); len(over) > 0 {
		b.t.Errorf("wider than the window: %v", over)
	}
	for _, v := range b.axe() {
		b.t.Errorf("axe: %v", v)
	}
	for _, c := range b.complaints() {
		b.t.Errorf("the browser says: %s", c)
	}
	if title := eval[string](b, `document.title`); len(title) < 4 || strings.HasPrefix(title, " ·") {
		b.t.Errorf("the title is %q", title)
	}
	if n := eval[int](b, `document.querySelectorAll('h1').length`); n != 1 {
		b.t.Errorf("%d first headings", n)
	}
}

// printable wants what is only for the screen to be gone on paper.
func (b *tab) printable() {
	b.t.Helper()
	media := func(kind string) {
		if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind}); err != nil {
			b.t.Fatal(err)
		}
	}
	media("print")
	defer media("")
	left := eval[[]string](b, `[...document.querySelectorAll('.skip, .mainnav, .subnav, .who, .filters, .pager-ways, .actions .button')]
		.filter(el => el.getClientRects().length > 0).map(el => el.tagName + '.' + el.className)`)
	if len(left) > 0 {
		b.t.Errorf("still on paper: %v", left)
	}
	if eval[bool](b, `document.querySelector('.paper') !== null`) {
		b.paper()
	} else if eval[bool](b, `document.querySelector('.facts') !== null`) {
		b.width(794) // A4 at 96 dots an inch: what the conditions of a style see of it
		defer b.width(wide)
		if squeezed := eval[[]string](b, `[...document.querySelectorAll('.facts dd')].filter(el => el.clientWidth > 0 && el.clientWidth < 60).map(el => el.innerText)`); len(squeezed) > 0 {
			b.t.Errorf("one letter a line on paper: %q", squeezed)
		}
	}
}

// paper wants a list that is a paper of its own to fit its sheet, broad ones laid across, with nothing of the page around it.
func (b *tab) paper() {
	b.t.Helper()
	across := eval[bool](b, `document.querySelector('.paper.wide') !== null`)
	b.width(map[bool]int64{false: 703, true: 1032}[across]) // A4 less its margins, at 96 dots an inch
	defer b.width(wide)
	if page := eval[string](b, `getComputedStyle(document.body).page`); (page == "broad") != across {
		b.t.Errorf("set on the page %q, broad: %v", page, across)
	}
	if over := eval[int](b, `document.querySelector('.paper table').offsetWidth - document.querySelector('.paper').clientWidth`); over > 0 {
		b.t.Errorf("cut off on paper by %d", over)
	}
	if left := eval[int](b, `[...document.querySelectorAll('.masthead, .crumbs, .foot')].filter(el => el.getClientRects().length > 0).length`); left > 0 {
		b.t.Errorf("%d parts of the page stand around the paper", left)
	}
}

// TestPagesWithoutScripts opens every page in both languages without a browser: whole HTML, no text without translation, no
// slip of a template.
func TestPagesWithoutScripts(t *testing.T) {
	for _, p := range pages {
		for _, lang := range []string{"vi", "en"} {
			t.Run(p.name+"/"+lang, func(t *testing.T) {
				v := visit(t, p.login)
				path := placed(t, p.path)
				sep := "?"
				if strings.Contains(path, "?") {
					sep = "&"
				}
				if lang == "en" {
					v = visit(t, "").as(t, p.login)
					v.get(path + sep + "lang=en")
				}
				sound(t, v.again(t).get(path), lang)
			})
		}
	}
}

// as signs in anew, so that the language of this visitor is nobody else's.
func (v *visitor) as(t testing.TB, login string) *visitor {
	t.Helper()
	if login != "" {
		old := visit(t, login)
		v.client.Jar.SetCookies(mustURL(t, v.d.url), old.client.Jar.Cookies(mustURL(t, v.d.url)))
	}
	return v
}

// slipYear is a year written with the point of thousands.
var slipYear = regexp.MustCompile(`(?i)(năm|year|courses of) 2[.,]0\d\d\b`)

// sound looks for what no page may hold.
func sound(t *testing.T, p *page, lang string) {
	t.Helper()
	for _, slip := range []string{"⟦", "<no value>", "%!", "ZgotmplZ", "&lt;nil&gt;", "0001-01-01"} {
		if at := strings.Index(p.body, slip); at >= 0 {
			t.Errorf("%s holds %q: …%s…", p.path, slip, p.body[max(0, at-80):min(len(p.body), at+120)])
		}
	}
	if year := slipYear.FindString(p.main().text()); year != "" {
		t.Errorf("%s writes a year as a number of things: %q", p.path, year)
	}
	if !strings.Contains(p.body, fmt.Sprintf("<html lang=%q>", lang)) {
		t.Errorf("%s is not in %s", p.path, lang)
	}
	for _, foot := range (node{p.root}).all(func(x node) bool { return x.has("foot") }) {
		if !strings.Contains(foot.text(), "Kết Nạp "+cli.Version) {
			t.Errorf("%s: the foot says %q: a field of the page hides one of the frame", p.path, foot.text())
		}
	}
	if len(p.main().text()) < 40 {
		t.Errorf("%s says nothing: %q", p.path, p.main().text())
	}
	for _, x := range (node{p.root}).all(func(x node) bool { return x.attr("style") != "" || x.attr("onclick") != "" }) {
		t.Errorf("%s: <%s> has an inline style or script, which the policy refuses", p.path, x.Data)
	}
}
