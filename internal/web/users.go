package web

import (
	"net/http"
	"strings"

	"ketnap/internal/access"
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
		_, password, err = a.Users.Create(r.Context(), a.actor(r), p.Form)
	}
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden) { // a unit where the actor manages nobody
		err = fault.E("web.userCreate", fault.Invalid, "user.invalid").Field("unit", "user.unit_not_yours")
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		p.Errs = fieldsOf(err)
		return a.renderUsers(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	p.Made = a.Base(r, "user.title").T("user.created", p.Form.Login, password)
	p.Form, p.UnitText = users.Form{}, ""
	return a.renderUsers(w, r, http.StatusOK, p)
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
