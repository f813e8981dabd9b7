package web

import (
	"net/http"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/trails"
)

type trailPage struct {
	Base
	Unit             org.Unit
	Login, Area      string
	FromText, ToText string
	Areas            []Choice
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
		FromText: q.Get("from"), ToText: q.Get("to"), Errs: map[string]fault.Text{}}
	from, to := fullDay("from", p.FromText, p.Errs), fullDay("to", p.ToText, p.Errs)
	p.Areas = []Choice{{Label: p.T("audit.all")}}
	for _, area := range trailAreas {
		p.Areas = append(p.Areas, Choice{Value: area, Label: p.T("audit.area." + area), Current: area == p.Area})
	}
	if len(p.Errs) > 0 {
		return a.Render(w, r, http.StatusUnprocessableEntity, "trail.html", p)
	}
	unit := a.inspects(r)
	page, err := a.Trails.Search(r.Context(), who, trails.Find{Unit: unit, Login: p.Login, Area: p.Area, From: midnight(from), To: nextMidnight(to),
		Before: id.Parse(q.Get("truoc")), Size: trailSize})
	if err != nil {
		return err
	}
	p.Unit = page.Unit
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
	switch {
	case l.Person:
		out.Href, out.Object = "/nguoi/"+l.Entry.Object.String(), p.T("audit.person")+" · "+l.Object
	case l.Object != "":
		out.Href = "/don-vi/" + l.Entry.Object.String()
	}
	return out
}

// action names what the trail keeps as a code; one without a text stays a code.
func (b Base) action(code string) string {
	if key := "audit.act." + code; b.words.Has(key) {
		return b.T(key)
	}
	return code
}
