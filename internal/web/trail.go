package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/people"
	"ketnap/internal/trails"
)

type trailPage struct {
	Base
	Unit             org.Unit
	Login, Area      string
	FromText, ToText string
	Areas            []Choice
	In               url.Values
	Where            Field
	Picks            []Choice // units among which one has to be picked
	Nation           bool     // what lies in no province
	Lines            []trailLine
	Next             string
	Errs             map[string]fault.Text
}

// trailLine is a line of the trail as printed.
type trailLine struct{ At, Who, What, Code, Object, Href, Detail, Way string }

// trailAreas are the areas of acts that can be asked for: the first word of an action.
var trailAreas = []string{"user", "self", "person", "people", "movement", "dossier", "unit", "period", "target", "import", "export", "approval", "audit", "secret"}

// trailSize is how many lines a page of the trail has.
const trailSize = 100

// trail is the searchable audit trail of a unit's subtree: GET /nhat-ky.
func (a *App) trail(w http.ResponseWriter, r *http.Request) error {
	who, q := a.actor(r), r.URL.Query()
	if !who.Anywhere(access.Inspect) {
		return fault.E("web.trail", fault.Forbidden, "error.forbidden")
	}
	p := trailPage{Base: a.Base(r, "audit.title"), Login: strings.ToLower(strings.TrimSpace(q.Get("login"))), Area: q.Get("area"),
		In: q, FromText: q.Get("from"), ToText: q.Get("to"), Errs: map[string]fault.Text{}}
	from, to := fullDay("from", p.FromText, p.Errs), fullDay("to", p.ToText, p.Errs)
	p.Areas = []Choice{{Label: p.T("audit.all")}}
	for _, area := range trailAreas {
		p.Areas = append(p.Areas, Choice{Value: area, Label: p.T("audit.area." + area), Current: area == p.Area})
	}
	pick, err := a.pickUnit(r, q)
	if fault.Is(err, fault.Invalid) {
		p.Errs["unit"], p.Picks = fieldsOf(err)["unit"], pick.among
	} else if err != nil {
		return err
	}
	p.Where = p.Field("unit", p.T("people.col.unit"), q.Get("unit"), p.Errs)
	if len(p.Errs) > 0 {
		return a.Render(w, r, http.StatusUnprocessableEntity, "trail.html", p)
	}
	unit := pick.unit
	if unit == 0 {
		unit = a.inspects(r)
	}
	page, err := a.Trails.Search(r.Context(), who, trails.Find{Unit: unit, Login: p.Login, Area: p.Area, From: midnight(from), To: nextMidnight(to),
		Before: id.Parse(q.Get("truoc")), Size: trailSize})
	if err != nil {
		return err
	}
	p.Unit, p.Nation = page.Unit, page.Unit.ID == 0
	for _, l := range page.Lines {
		p.Lines = append(p.Lines, p.line(l))
	}
	if page.Next != 0 {
		p.Next = withQuery(r.URL.RequestURI(), "truoc", page.Next.String())
	}
	return a.Render(w, r, http.StatusOK, "trail.html", p)
}

// inspects is the unit that is asked for, else the first where the actor inspects.
func (a *App) inspects(r *http.Request) id.ID {
	if u := r.URL.Query().Get("u"); u != "" {
		return id.Parse(u)
	}
	for _, g := range a.actor(r).Grants {
		if g.Role.Has(access.Inspect) {
			return g.Unit
		}
	}
	return 0
}

func midnight(d day.Date) time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Date(d.Year(), time.Month(d.Month()), d.Day(), 0, 0, 0, 0, day.Vietnam)
}

func nextMidnight(d day.Date) time.Time {
	if d == 0 {
		return time.Time{}
	}
	return midnight(d.AddDays(1))
}

// line says in words what the trail keeps in codes.
func (p trailPage) line(l trails.Line) trailLine {
	out := trailLine{At: stamp(l.At), Who: l.Name, What: p.action(l.Action), Code: l.Action, Object: l.Object, Detail: l.Detail, Way: l.Method}
	out.Detail = p.act(people.Trace{Action: l.Action, Detail: l.Detail}).Detail
	if l.Account && l.Detail != "" {
		out.Detail = p.roleAt(l.Detail, l.Place)
	}
	switch {
	case l.Account:
		out.Href = "/quan-tri/nguoi-dung/" + l.Entry.Object.String()
	case l.Import:
		out.Href = "/nhap/" + l.Entry.Object.String()
	case l.Person:
		out.Href, out.Object = "/nguoi/"+l.Entry.Object.String(), p.T("audit.person")+" · "+l.Object
	case l.Object != "" && !strings.HasPrefix(l.Action, "user."): // the own account of a person has no page here
		out.Href = "/don-vi/" + l.Entry.Object.String()
	}
	return out
}

// roleAt says which role was given where, and until when; other details of an account as they are.
func (b Base) roleAt(detail, place string) string {
	role, at, given := strings.Cut(detail, "@ ")
	role = strings.TrimSpace(role)
	switch key := "role." + role; {
	case b.words.Has("user.way." + role):
		return b.T("user.way." + role)
	case role == "" && given:
		role = b.T("audit.role_taken")
	case b.words.Has(key):
		role = b.T(key)
	default:
		return detail
	}
	if !given {
		return role
	}
	if place == "" {
		place = b.T("user.nation")
	}
	out := role + " · " + place
	if _, until, ends := strings.Cut(at, " – "); ends {
		if d, err := day.Parse(until); err == nil {
			until = d.VN()
		}
		out += " · " + b.T("user.grant_until", until)
	}
	return out
}

// action names what the trail keeps as a code; one without a text stays a code.
func (b Base) action(code string) string {
	return b.named("audit.act."+code, code)
}

// named is a text, or the code itself where there is none.
func (b Base) named(key, code string) string {
	if b.words.Has(key) {
		return b.T(key)
	}
	return code
}
