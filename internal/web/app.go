package web

import (
	"context"
	"errors"
	"net/http"

	"ketnap/internal/access"
	"ketnap/internal/approvals"
	"ketnap/internal/courses"
	"ketnap/internal/deadlines"
	"ketnap/internal/documents"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/forms"
	"ketnap/internal/handovers"
	"ketnap/internal/movements"
	"ketnap/internal/people"
	"ketnap/internal/periods"
	"ketnap/internal/pool"
	"ketnap/internal/reports"
	"ketnap/internal/rules"
	"ketnap/internal/scans"
	"ketnap/internal/subjects"
	"ketnap/internal/targets"
	"ketnap/internal/trails"
	"ketnap/internal/transfer"
	"ketnap/internal/units"
	"ketnap/internal/users"
)

// Services is what the pages are made of. Handlers are methods of App and call these; they never
// see a database.
type Services struct {
	Approvals *approvals.Service
	Users     *users.Service
	Trails    *trails.Service
	Reports   *reports.Service
	People    *people.Service
	Movements *movements.Service
	Dossiers  *dossiers.Service
	Scans     *scans.Service
	Pool      *pool.Service
	Courses   *courses.Service
	Handovers *handovers.Service
	Subjects  *subjects.Service
	Periods   *periods.Service
	Targets   *targets.Service
	Documents *documents.Service
	Units     *units.Service
	Transfer  *transfer.Service
	Deadlines *deadlines.Service
	Forms     *forms.Service
	Rules     *rules.Service
}

// App is the site with its pages.
type App struct {
	*Site
	Services
}

// NewApp builds the frame and registers every page.
func NewApp(c Config, sv Services) (*App, error) {
	s, err := New(c)
	if err != nil {
		return nil, err
	}
	a := &App{Site: s, Services: sv}
	s.SignIn = "/dang-nhap"
	s.Auth = a.auth
	s.Second = a.approvalAsk
	a.routes()
	return a, nil
}

type signedKey struct{}

// sessionCookie carries the session token.
func (a *App) sessionCookie() string { return a.cookieName("sid") }

// cookieName adds the prefix that keeps other hosts of a domain from setting a cookie. It needs TLS, which a demo machine has not.
func (a *App) cookieName(name string) string {
	if a.secure {
		return "__Host-" + name
	}
	return name
}

// auth finds the signed-in user of a request.
func (a *App) auth(r *http.Request) (context.Context, *UserView, error) {
	c, err := r.Cookie(a.sessionCookie())
	if errors.Is(err, http.ErrNoCookie) || c.Value == "" {
		return r.Context(), nil, nil
	}
	g, err := a.Users.BySession(r.Context(), c.Value)
	if fault.Is(err, fault.NotFound) {
		return r.Context(), nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	words := a.Base(r, "web.product")
	view := &UserView{Name: g.Actor.Name, Unit: g.Home.Name, Imports: g.Actor.Anywhere(access.Import), Manages: g.Actor.Anywhere(access.ManageUsers), Inspects: g.Actor.Anywhere(access.Inspect),
		Closes: periods.Concerns(g.Actor), Self: g.Actor.Self != 0,
		Early: g.Missing != users.Nothing}
	if view.Waits, err = a.waits(r, g); err != nil {
		return nil, nil, err
	}
	if g.Role != "" {
		view.Role = words.T("role." + string(g.Role))
	}
	return context.WithValue(r.Context(), signedKey{}, g), view, nil
}

// signed returns the signed-in user of a request.
func signed(r *http.Request) users.Signed {
	g, _ := r.Context().Value(signedKey{}).(users.Signed)
	return g
}

// actor returns who acts in a request. A visitor has no grants and may do nothing.
func (a *App) actor(r *http.Request) access.Actor { return signed(r).Actor }

// asFault finds the fault in an error.
func asFault(err error) (*fault.Error, bool) {
	var f *fault.Error
	ok := errors.As(err, &f)
	return f, ok
}
