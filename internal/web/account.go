package web

import (
	"net/http"

	"ketnap/internal/fault"
)

type accountPage struct {
	Base
	Errs map[string]fault.Text
}

// accountPage lets somebody change their own password: GET /tai-khoan.
func (a *App) accountPage(w http.ResponseWriter, r *http.Request) error {
	return a.Render(w, r, http.StatusOK, "account.html", accountPage{Base: a.Base(r, "web.account")})
}

// accountPassword changes it: POST /tai-khoan. Every session ends, so that a stolen one does too.
func (a *App) accountPassword(w http.ResponseWriter, r *http.Request) error {
	who := a.actor(r)
	err := a.Users.ChangeOwn(r.Context(), who, r.PostFormValue("old"), r.PostFormValue("password"))
	if fault.Is(err, fault.Invalid) {
		p := accountPage{Base: a.Base(r, "web.account"), Errs: fieldsOf(err)}
		return a.Render(w, r, http.StatusUnprocessableEntity, "account.html", p)
	}
	if err != nil {
		return err
	}
	a.setSession(w, "", -1)
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "web.account").T("user.password_changed")})
	http.Redirect(w, r, a.SignIn, http.StatusSeeOther)
	return nil
}
