package web

import (
	"net/http"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/id"
)

type dossiersPage struct {
	Base
	Unit   id.ID
	Name   string
	Board  []boardColumn
	Ended  []boardColumn
	State  string // of the list; "" all that are live
	Late   bool   // only those with something overdue
	Mine   bool   // only those the reader follows
	States []Choice
	Rows   []dossierLine
	Pager  Pager
	Empty  Empty
	Size   int
}

// boardColumn is one state with how many stand there and the one that stands longest.
type boardColumn struct {
	Label, Href, Oldest string
	N                   int64
	Late                string // how many have something overdue, "" when none has
	LateHref            string
	Current             bool
}

type dossierLine struct {
	Name, Href, Unit, State, Since, Days, Kind string
	What, Due                                  string // what is due first, and when
	Badge                                      Badge
}

// dossiers is the board by stage with the list behind it: GET /ho-so?u=&state=&late=1.
func (a *App) dossiers(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := dossiersPage{Base: a.Base(r, "dossier.board"), Unit: unitParam(r), State: q.Get("state"), Late: q.Get("late") == "1", Mine: q.Get("mine") == "1", Size: sizeParam(q)}
	var f dossiers.Filter
	today := a.Dossiers.Today()
	if p.Late {
		f.Late = today
	}
	for _, code := range strings.Split(p.State, ",") {
		if s := dossier.State(code); s.Known() {
			f.States = append(f.States, s)
		}
	}
	if p.Mine {
		f.Of = a.actor(r).User
		if len(f.States) == 0 {
			f.States = dossier.States // what one follows stays in sight when it has ended
		}
	}
	l, err := a.Dossiers.List(r.Context(), a.actor(r), p.Unit, f, q.Get("after"), p.Size)
	if err != nil {
		return err
	}
	if p.Name = l.Unit.Name; l.Unit.ID == 0 {
		p.Name = p.T("pilot.nation")
	}
	p.Title = p.T("dossier.board_of", p.Name)
	p.Crumbs = a.unitCrumbs(r, l.Above, l.Unit, "/ho-so?u=")
	total := p.board(l, f)
	p.lines(l, today)
	p.Pager = p.pager(r.URL, q.Get("after"), l.Page.Next, p.Size, total, len(p.Rows))
	p.Empty = Empty{Title: p.T("dossier.none"), Text: p.T("dossier.none_hint"), Href: "/nguoi?u=" + p.Unit.String(), Link: p.T("people.title")}
	if p.Mine {
		p.Empty = Empty{Title: p.T("dossier.none_watched"), Text: p.T("dossier.watch_hint"), Href: "/ho-so?u=" + p.Unit.String(), Link: p.T("dossier.board")}
	}
	return a.Render(w, r, http.StatusOK, "dossiers.html", &p)
}

// soon is how far ahead the list looks: that somebody reaches the highest age in thirty years is no work of theirs.
const soon = 366

// lines fills in the list, each dossier with what is due first within the year.
func (p *dossiersPage) lines(l dossiers.List, today day.Date) {
	for _, row := range l.Page.Rows {
		line := p.dossierLine(row, today)
		if due, ok := l.Due[row.Dossier.ID]; ok && due.Due <= today.AddDays(soon) {
			line.What, line.Due, line.Badge = p.term(&due.Term), due.Due.VN(), p.dueBadge(&due)
		}
		p.Rows = append(p.Rows, line)
	}
}

// board fills in the counts, and returns how many the list has.
func (p *dossiersPage) board(l dossiers.List, f dossiers.Filter) int64 {
	var total int64
	href := func(s string) string {
		to := "/ho-so?state=" + s + "&u=" + p.Unit.String()
		if p.Mine {
			to += "&mine=1"
		}
		return to
	}
	wanted := func(s dossier.State) bool {
		if len(f.States) == 0 {
			return s.Live()
		}
		for _, x := range f.States {
			if x == s {
				return true
			}
		}
		return false
	}
	for _, c := range l.Board {
		col := boardColumn{Label: p.T("dstate." + string(c.State)), Href: href(string(c.State)), N: c.N, Oldest: p.Date(c.Oldest), Current: p.State == string(c.State) && !p.Late}
		if c.Late > 0 {
			col.Late, col.LateHref = p.Num(c.Late), href(string(c.State))+"&late=1"
		}
		switch {
		case wanted(c.State) && p.Late:
			total += c.Late
		case wanted(c.State):
			total += c.N
		}
		if c.State.Live() {
			p.Board = append(p.Board, col)
		} else {
			p.Ended = append(p.Ended, col)
		}
	}
	p.States = []Choice{{Label: p.T("dossier.live_all")}}
	if p.Mine {
		p.States[0].Label = p.T("dossier.all")
	}
	for _, s := range dossier.States {
		p.States = append(p.States, Choice{Label: p.T("dstate." + string(s)), Value: string(s)})
	}
	return total
}

func (p *dossiersPage) dossierLine(r dossiers.Row, today day.Date) dossierLine {
	d := r.Dossier
	l := dossierLine{Name: r.Name, Href: dossierHref(d.Person), Unit: r.UnitName, State: p.T("dstate." + string(d.State)), Since: p.Date(d.Moved), Days: p.T("dossier.days", max(0, today.Sub(d.Moved)))}
	if d.Kind == dossier.Readmission {
		l.Kind = p.T("dossier.kind.readmit")
	}
	return l
}
