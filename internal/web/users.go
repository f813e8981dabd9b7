package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

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
	UnitText string
	Errs     map[string]fault.Text
	Made     string // what was made, with the password shown once
	Link     string // a link that works once, shown once
	LinkFor  string
	Strict   bool
}

// usersPage lists the accounts in the administrator's scope: GET /quan-tri.
func (a *App) usersPage(w http.ResponseWriter, r *http.Request) error {
	return a.renderUsers(w, r, http.StatusOK, usersPage{})
}

func (a *App) renderUsers(w http.ResponseWriter, r *http.Request, status int, p usersPage) error {
	if !a.actor(r).Anywhere(access.ManageUsers) {
		return fault.E("web.usersPage", fault.Forbidden, "error.forbidden")
	}
	p.Base = a.Base(r, "user.title")
	var err error
	if p.Accounts, err = a.Users.List(r.Context(), a.actor(r)); err != nil {
		return err
	}
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

// userCreate makes an account: POST /quan-tri/nguoi-dung.
func (a *App) userCreate(w http.ResponseWriter, r *http.Request) error {
	p := usersPage{UnitText: strings.TrimSpace(r.PostFormValue("unit"))}
	p.Form = users.Form{Login: r.PostFormValue("login"), Name: r.PostFormValue("name"), Role: access.Role(r.PostFormValue("role"))}
	unit, err := a.Users.FindUnit(r.Context(), a.actor(r), p.UnitText)
	password := ""
	if err == nil {
		p.Form.Unit = unit
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
		return a.renderUsers(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	if password != "" {
		p.Made = a.Base(r, "user.title").T("user.created", p.Form.Login, password)
	}
	p.Form, p.UnitText = users.Form{}, ""
	return a.renderUsers(w, r, http.StatusOK, p)
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
		return a.renderUsers(w, r, http.StatusOK, usersPage{Link: a.linkTo(r, token), LinkFor: login})
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
	http.Redirect(w, r, "/quan-tri", http.StatusSeeOther)
	return nil
}

// fieldsOf returns the field texts of a fault, nil when it has none.
func fieldsOf(err error) map[string]fault.Text {
	if f, ok := asFault(err); ok {
		return f.Fields
	}
	return nil
}
