package web

import (
	"errors"
	"net/http"
	"net/url"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/users"
)

// userPage is one account: what it may do where, until when, and a form to change that.
type userPage struct {
	Base
	Account users.Account
	Own     bool // one's own: others change it
	Change  bool // the reader may change it
	Lines   []grantLine
	Roles   []Choice
	In      url.Values
	Where   Field
	Picks   []Choice
	Errs    map[string]fault.Text
	Wrong   string
	Link    string // a link that works once, shown once
	LinkFor string
}

// grantLine is a role at a place as printed.
type grantLine struct{ Role, Place, From, To, Unit, How string }

// userAt shows an account: GET /quan-tri/nguoi-dung/{id}.
func (a *App) userAt(w http.ResponseWriter, r *http.Request) error {
	return a.renderUser(w, r, http.StatusOK, userPage{}, unitPick{}, nil)
}

// renderUser shows an account. A form that nobody filled in yet is about the unit where a role is held: the reader's own is often far above.
func (a *App) renderUser(w http.ResponseWriter, r *http.Request, status int, p userPage, pick unitPick, failed error) error {
	account, err := a.Users.Get(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
	if err != nil {
		return err
	}
	if p.In == nil {
		if pick.unit = signed(r).Home.ID; len(account.Grants) > 0 {
			pick.unit = account.Grants[0].Unit
		}
		p.In = url.Values{"u": {pick.unit.String()}}
	}
	p.Base, p.Account, p.Own, p.Picks = a.Base(r, "user.title"), account, account.ID == a.actor(r).User, pick.among
	p.Change = !p.Own && account.Whole
	p.Crumbs = []Crumb{{p.Title, "/quan-tri"}, {Label: account.Login}}
	if p.Title = account.Name; failed != nil {
		p.Wrong, p.Errs = p.Err(failed), fieldsOf(failed)
	}
	for i, g := range account.Grants {
		p.Lines = append(p.Lines, p.grantLine(g, account.Places[i]))
	}
	for _, role := range access.Roles {
		p.Roles = append(p.Roles, Choice{Value: string(role), Label: p.T("role." + string(role))})
	}
	if p.Where, err = a.userPlace(r, usersPage{Base: p.Base, In: p.In, Errs: p.Errs}, pick); err != nil {
		return err
	}
	return a.Render(w, r, status, "user.html", p)
}

func (b Base) grantLine(g access.Grant, place string) grantLine {
	l := grantLine{Role: b.T("role." + string(g.Role)), Place: place, Unit: g.Unit.String(), From: g.From.VN(), To: b.T("user.grant_open")}
	if g.Unit == 0 {
		l.Place = b.T("user.nation")
	}
	if g.To != 0 {
		l.To = g.To.VN()
	}
	if g.Lent != 0 {
		l.How = b.T("user.lent_one")
	}
	return l
}

// userGrant gives an account a role at a place, changes the one it has there, or takes it away: POST /quan-tri/nguoi-dung/{id}/vai-tro.
func (a *App) userGrant(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.userGrant", fault.Invalid, "web.error.form", err)
	}
	in, role, key := r.PostForm, access.Role(r.PostFormValue("role")), "user.grant_given"
	if in.Get("act") == "thu" {
		role, key = "", "user.grant_taken"
	} else if role == "" { // no role is no way to take one away
		role = "?"
	}
	var from, to day.Date
	e := fault.E("web.userGrant", fault.Invalid, "user.invalid")
	readDays(in, e, map[string]*day.Date{"from": &from, "to": &to})
	pick, err := a.pickUnit(r, in)
	switch {
	case len(e.Fields) > 0:
		err = e
	case err == nil:
		user := id.Parse(r.PathValue("id"))
		if _, err := a.Users.Get(r.Context(), a.actor(r), user); err != nil {
			return err
		}
		err = a.Users.GrantFor(r.Context(), a.actor(r), user, pick.unit, role, from, to)
		if fault.TextOf(err).Key != "user.notfound" && (fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden)) { // a unit where the actor manages nobody
			err = fault.E("web.userGrant", fault.Invalid, "user.invalid").Field("unit", "user.unit_not_yours")
		}
	}
	if _, second := errors.AsType[*approval.Needed](err); second {
		return err
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return a.renderUser(w, r, statusOf[fault.KindOf(err)], userPage{In: in}, pick, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "user.title").T(key)})
	http.Redirect(w, r, userHref(r), http.StatusSeeOther)
	return nil
}

// userHref is the page of the account a request is about.
func userHref(r *http.Request) string {
	return "/quan-tri/nguoi-dung/" + id.Parse(r.PathValue("id")).String()
}
