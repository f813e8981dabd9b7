package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/people"
	"ketnap/internal/reports"
	"ketnap/internal/target"
	"ketnap/internal/units"
	"ketnap/internal/users"
)

// apiPage is how many people a program gets at once, and apiMost how many it may ask for.
const (
	apiPage = 100
	apiMost = 500
)

// call is a request of a program that may be answered.
type call struct {
	*http.Request
	users.Program
	unit id.ID // the one it asks about
}

// who is who reads.
func (c call) who() access.Actor { return c.Program.Actor }

// apiRoutes registers what programs read. They show a token in the header Authorization; no cookie counts there, and no token elsewhere.
func (a *App) apiRoutes() {
	a.Handle("GET /api/v1", a.api("", a.apiSelf), Program())
	a.Handle("GET /api/v1/units", a.api(users.UnitsArea, a.apiUnits), Program())
	a.Handle("GET /api/v1/people", a.api(users.PeopleArea, a.apiPeople), Program())
	a.Handle("GET /api/v1/figures", a.api(users.Figures, a.apiFigures), Program())
	a.Handle("GET /api/v1/verify", a.api(users.VerifyArea, a.apiVerify), Program())
}

// api answers a program: with what f returns, or with what is wrong, always as JSON.
func (a *App) api(area users.Area, f func(call) (any, error)) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		got, err := a.called(r, area, f)
		if err != nil {
			return a.apiFail(w, r, err)
		}
		return sendJSON(w, http.StatusOK, got)
	}
}

func (a *App) called(r *http.Request, area users.Area, f func(call) (any, error)) (any, error) {
	secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		secret = ""
	}
	p, err := a.Users.ByToken(r.Context(), strings.TrimSpace(secret), area)
	if err != nil {
		return nil, err
	}
	visitOf(r).user = &UserView{Name: p.Actor.Name}
	c := call{r, p, p.Home}
	if text := r.URL.Query().Get("unit"); text != "" {
		if c.unit, err = a.Units.Find(r.Context(), p.Actor, text); err != nil {
			return nil, err
		}
	}
	return f(c)
}

func sendJSON(w http.ResponseWriter, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fault.E("web.sendJSON", fault.Internal, "", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, err = w.Write(append(text, '\n'))
	return err
}

// apiError is what a program is told.
type apiError struct {
	Code string `json:"code"`
	Text string `json:"text"`
	ID   string `json:"request"`
}

// apiStatus is the status of what only programs meet.
var apiStatus = map[string]int{"token.wrong": http.StatusUnauthorized, "token.fast": http.StatusTooManyRequests, "token.rows": http.StatusTooManyRequests}

func (a *App) apiFail(w http.ResponseWriter, r *http.Request, err error) error {
	v := visitOf(r)
	v.err = err
	kind, status, text := a.judge(err)
	code := string(text.Key)
	if own, ok := apiStatus[code]; ok {
		status = own
	}
	switch {
	case status == http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="ketnap"`)
	case code == "token.fast":
		w.Header().Set("Retry-After", "1")
	case status == http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "3")
	case status >= http.StatusInternalServerError:
		code = kind // what went wrong is for the log
	}
	return sendJSON(w, status, map[string]apiError{"error": {code, i18n.For(langOf(r)).T(string(text.Key), text.Args...), v.id}})
}

// queryDay reads a day of a query: empty is none.
func (c call) queryDay(name string) (day.Date, error) {
	errs := map[string]fault.Text{}
	d := fullDay(name, c.URL.Query().Get(name), errs)
	if len(errs) > 0 {
		return 0, badQuery(name)
	}
	return d, nil
}

// queryInt reads a number of a query between two bounds; empty is usual.
func (c call) queryInt(name string, usual, least, most int) (int, error) {
	text := c.URL.Query().Get(name)
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, badQuery(name)
	}
	return n, nil
}

func badQuery(name string) error { return fault.E("web.api", fault.Invalid, "token.query", name) }

// apiSelf says what a token is good for: GET /api/v1.
func (a *App) apiSelf(c call) (any, error) {
	return map[string]any{"token": c.Token, "unit": c.Home, "today": a.Units.Today()}, nil
}

// apiUnits answers with a unit and those directly under it: GET /api/v1/units.
func (a *App) apiUnits(c call) (any, error) {
	on, err := c.queryDay("on")
	if err != nil {
		return nil, err
	}
	page, err := a.Units.Children(c.Context(), c.who(), c.unit, on, c.URL.Query().Get("after"))
	if err != nil {
		return nil, err
	}
	out := struct {
		Unit *units.View `json:"unit"` // none for the nation
		units.Page
	}{nil, page}
	if c.unit != 0 {
		v, err := a.Units.View(c.Context(), c.who(), c.unit, on)
		if err != nil {
			return nil, err
		}
		out.Unit = &v
	}
	return out, a.Users.NoteRead(c.Context(), c.who(), "unit.feed", c.unit)
}

// apiPerson is a person as programs see one: what a list needs, and nothing sealed.
type apiPerson struct {
	ID       id.ID    `json:"id"`
	Name     string   `json:"name"`
	Sex      int      `json:"sex"` // 1 male, 2 female
	Birth    day.Date `json:"birth"`
	Stage    string   `json:"stage"`
	Unit     id.ID    `json:"unit"`
	UnitName string   `json:"unit_name"`
}

// apiPeople answers with a page of the people of a unit and below: GET /api/v1/people.
func (a *App) apiPeople(c call) (any, error) {
	q := c.URL.Query()
	n, err := c.queryInt("n", apiPage, 1, apiMost)
	if err != nil {
		return nil, err
	}
	var f people.Filter
	for _, code := range strings.Split(q.Get("stage"), ",") {
		s, ok := ledger.ParseStage(code)
		if !ok && code != "" {
			return nil, badQuery("stage")
		}
		if ok {
			f.Stages = append(f.Stages, s)
		}
	}
	if f.At, err = c.queryDay("at"); err != nil {
		return nil, err
	}
	l, err := a.People.Feed(c.Context(), c.who(), c.unit, f, q.Get("after"), n)
	if err != nil {
		return nil, err
	}
	out := []apiPerson{}
	for _, p := range l.Page.Rows {
		out = append(out, apiPerson{p.ID, p.Name, p.Sex, p.Birth, p.At.Stage.String(), p.At.Unit, p.Unit})
	}
	return map[string]any{"unit": c.unit, "total": l.Total, "people": out, "next": l.Page.Next}, nil
}

// apiRow is the figures of a unit as programs see them.
type apiRow struct {
	Unit     id.ID            `json:"unit"`
	Name     string           `json:"name"`
	Code     string           `json:"code,omitempty"`
	Members  int64            `json:"members"`
	Stages   map[string]int64 `json:"stages"`
	Admitted int64            `json:"admitted"`
	Trained  int64            `json:"trained"`
	Admit    *apiTarget       `json:"admit_target"`
	Course   *apiTarget       `json:"course_target"`
}

// apiTarget is a target and how much of its time is over.
type apiTarget struct {
	Least   int64 `json:"least"` // that meets it
	Elapsed int   `json:"days_elapsed"`
	Days    int   `json:"days"`
}

func rowOf(r reports.Row) apiRow {
	out := apiRow{Unit: r.Unit.ID, Name: r.Unit.Name, Code: r.Unit.Code, Members: r.Members(), Stages: map[string]int64{}, Admitted: r.Admitted, Trained: r.Trained}
	for s, n := range r.Stock {
		out.Stages[s.String()] = n
	}
	goal := func(p target.Progress, has bool) *apiTarget {
		if !has {
			return nil
		}
		return &apiTarget{p.Target.Least(), p.Elapsed, p.Days}
	}
	out.Admit, out.Course = goal(r.Admit, r.HasAdmit), goal(r.Course, r.HasTrain)
	return out
}

// apiFigures answers with the figures of a unit and of those directly under it: GET /api/v1/figures.
func (a *App) apiFigures(c call) (any, error) {
	ask := reports.Ask{Unit: c.unit}
	var err error
	if ask.AsOf, err = c.queryDay("on"); err != nil {
		return nil, err
	}
	if ask.Year, err = c.queryInt("year", 0, 1930, 9999); err != nil {
		return nil, err
	}
	if ask.Year != 0 && ask.AsOf == 0 {
		ask.AsOf = day.YearPeriod(ask.Year).To
	}
	p, err := a.Reports.Pilot(c.Context(), c.who(), ask)
	if err != nil {
		return nil, err
	}
	below := []apiRow{}
	for _, r := range p.Children {
		below = append(below, rowOf(r))
	}
	out := map[string]any{"as_of": p.AsOf, "year": p.Year, "self": rowOf(p.Self), "below": below, "months": p.ThisYear, "months_before": p.LastYear}
	return out, a.Users.NoteRead(c.Context(), c.who(), "figure.feed", c.unit)
}

// apiSeal is a seal of the audit trail.
type apiSeal struct {
	Province  int    `json:"province"`
	Seq       int64  `json:"seq"`
	Hash      string `json:"hash"`
	At        int64  `json:"at"` // unix ms
	Signature string `json:"signature"`
}

// apiVerify answers with the newest seals, the text each signature is over, and the key: GET /api/v1/verify.
func (a *App) apiVerify(c call) (any, error) {
	all, err := a.Trails.Head(c.Context(), c.who(), c.unit)
	out := []apiSeal{}
	for _, s := range all {
		out = append(out, apiSeal(s))
	}
	return map[string]any{"seals": out, "ed25519": a.Trails.Key()}, err
}
