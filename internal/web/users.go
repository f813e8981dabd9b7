package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/users"
)

type usersPage struct {
	Base
	Accounts []users.Account
	Roles    []Choice
	Form     users.Form
	In       url.Values
	Where    Field
	Picks    []Choice // units among which one has to be picked
	Errs     map[string]fault.Text
	Made     string // what was made, with the password shown once
	Link     string // a link that works once, shown once
	LinkFor  string
	Strict   bool
	Asked    string // words the list is narrowed down to
	Pager    Pager
}

// usersPage lists the accounts in the administrator's scope: GET /quan-tri.
func (a *App) usersPage(w http.ResponseWriter, r *http.Request) error {
	return a.renderUsers(w, r, http.StatusOK, usersPage{}, unitPick{unit: signed(r).Home.ID})
}

func (a *App) renderUsers(w http.ResponseWriter, r *http.Request, status int, p usersPage, pick unitPick) error {
	if !a.actor(r).Anywhere(access.ManageUsers) {
		return fault.E("web.usersPage", fault.Forbidden, "error.forbidden")
	}
	p.Base, p.Picks = a.Base(r, "user.title"), pick.among
	if p.In == nil {
		p.In = url.Values{}
		if pick.unit != 0 {
			p.In.Set("u", pick.unit.String())
		}
	}
	var err error
	if p.Where, err = a.userPlace(r, p, pick); err != nil {
		return err
	}
	q := url.Values{}
	if r.Method == http.MethodGet {
		q = r.URL.Query()
	}
	ask := users.Ask{Words: q.Get("q"), After: q.Get("after"), Size: sizeParam(q)}
	list, err := a.Users.List(r.Context(), a.actor(r), ask)
	if err != nil {
		return err
	}
	p.Accounts, p.Asked = list.Accounts, ask.Words
	p.Pager = p.pager(&url.URL{Path: "/quan-tri", RawQuery: q.Encode()}, ask.After, list.Next, ask.Size, -1, len(list.Accounts))
	policy, err := a.Users.Policy(r.Context())
	if err != nil {
		return err
	}
	p.Strict = policy == users.Strict
	for _, role := range access.Roles {
		p.Roles = append(p.Roles, Choice{Value: string(role), Label: p.T("role." + string(role)), Current: role == p.Form.Role})
	}
	return a.Render(w, r, status, "users.html", p)
}

// userPlace is the field of where an account has its role; nowhere is the nation.
func (a *App) userPlace(r *http.Request, p usersPage, pick unitPick) (Field, error) {
	if pick.unit == 0 && len(pick.among) == 0 {
		return p.Field("unit", p.T("user.unit"), p.In.Get("unit"), p.Errs).Help(p.T("user.unit_hint") + " " + p.T("person.unit_hint")), nil
	}
	return a.unitField(r, p.Base, p.T("user.unit"), p.In, pick, p.Errs)
}

// userCreate makes an account: POST /quan-tri/nguoi-dung.
func (a *App) userCreate(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.userCreate", fault.Invalid, "web.error.form", err)
	}
	p := usersPage{In: r.PostForm}
	p.Form = users.Form{Login: r.PostFormValue("login"), Name: r.PostFormValue("name"), Role: access.Role(r.PostFormValue("role"))}
	pick, err := a.pickUnit(r, r.PostForm)
	password := ""
	if err == nil {
		p.Form.Unit = pick.unit
		password, err = a.makeUser(r, &p)
	}
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden) { // a unit where the actor manages nobody
		err = fault.E("web.userCreate", fault.Invalid, "user.invalid").Field("unit", "user.unit_not_yours")
	}
	if _, second := errors.AsType[*approval.Needed](err); second {
		return err
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		p.Errs = fieldsOf(err)
		return a.renderUsers(w, r, http.StatusUnprocessableEntity, p, pick)
	}
	if err != nil {
		return err
	}
	if password != "" {
		p.Made = a.Base(r, "user.title").T("user.created", p.Form.Login, password)
	}
	p.Form, p.In = users.Form{}, nil
	return a.renderUsers(w, r, http.StatusOK, p, unitPick{unit: signed(r).Home.ID})
}

// makeUser makes an account: with a password under the simple policy, with a link under the strict one.
func (a *App) makeUser(r *http.Request, p *usersPage) (password string, err error) {
	policy, err := a.Users.Policy(r.Context())
	if err != nil {
		return "", err
	}
	p.Form.Invite = policy == users.Strict
	i, password, err := a.Users.Create(r.Context(), a.actor(r), p.Form)
	if err != nil || !p.Form.Invite {
		return password, err
	}
	token, err := a.Users.Invite(r.Context(), a.actor(r), i)
	p.Link, p.LinkFor = a.linkTo(r, token), p.Form.Login
	return "", err
}

// linkTo is the address of a link that works once, whole where the address of the pages is known.
func (a *App) linkTo(r *http.Request, token string) string {
	p, _ := a.party(r)
	return p.Origin + "/moi?t=" + token
}

// userLink invites somebody, anew or after taking everything away: POST /quan-tri/nguoi-dung/{id}/moi and …/dat-lai.
func (a *App) userLink(make func(context.Context, access.Actor, id.ID) (string, error)) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		token, err := make(r.Context(), a.actor(r), id.Parse(r.PathValue("id")))
		if err != nil {
			return err
		}
		_, login, err := a.Users.LinkKind(r.Context(), token)
		if err != nil {
			return err
		}
		return a.renderUser(w, r, http.StatusOK, userPage{Link: a.linkTo(r, token), LinkFor: login}, unitPick{}, nil)
	}
}

// userActive closes or reopens an account: POST /quan-tri/nguoi-dung/{id}/khoa.
func (a *App) userActive(w http.ResponseWriter, r *http.Request) error {
	active := r.PostFormValue("active") == "1"
	if err := a.Users.SetActive(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), active); err != nil {
		return err
	}
	key := "user.closed_done"
	if active {
		key = "user.reopened"
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "user.title").T(key)})
	http.Redirect(w, r, userHref(r), http.StatusSeeOther)
	return nil
}

// fieldsOf returns the field texts of a fault, nil when it has none.
func fieldsOf(err error) map[string]fault.Text {
	if f, ok := asFault(err); ok {
		return f.Fields
	}
	return nil
}
