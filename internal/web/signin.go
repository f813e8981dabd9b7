package web

import (
	"net/http"
	"strings"

	"ketnap/internal/fault"
)

type signInPage struct {
	Base
	Login, Next string
	Errs        map[string]fault.Text
	Wrong       string
}

// home sends everybody to the pilot page of their own unit.
func (a *App) home(w http.ResponseWriter, r *http.Request) error {
	g := signed(r)
	http.Redirect(w, r, "/don-vi/"+g.Home.ID.String(), http.StatusSeeOther)
	return nil
}

// signInPage shows the sign-in form: GET /dang-nhap.
func (a *App) signInPage(w http.ResponseWriter, r *http.Request) error {
	return a.Render(w, r, http.StatusOK, "signin.html", signInPage{Base: a.Base(r, "user.signin"), Next: localPath(r.FormValue("next"))})
}

// signIn opens a session: POST /dang-nhap.
func (a *App) signIn(w http.ResponseWriter, r *http.Request) error {
	login, next := r.PostFormValue("login"), localPath(r.PostFormValue("next"))
	token, err := a.Users.SignIn(r.Context(), login, r.PostFormValue("password"))
	if fault.Is(err, fault.Invalid) {
		b := a.Base(r, "user.signin")
		return a.Render(w, r, http.StatusUnprocessableEntity, "signin.html", signInPage{Base: b, Login: login, Next: next, Wrong: b.Err(err)})
	}
	if err != nil {
		return err
	}
	a.setSession(w, token, 0)
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// signOut ends the session: POST /dang-xuat.
func (a *App) signOut(w http.ResponseWriter, r *http.Request) error {
	if c, err := r.Cookie(a.sessionCookie()); err == nil {
		if err := a.Users.SignOut(r.Context(), c.Value); err != nil {
			return err
		}
	}
	a.setSession(w, "", -1)
	http.Redirect(w, r, a.SignIn, http.StatusSeeOther)
	return nil
}

func (a *App) setSession(w http.ResponseWriter, token string, age int) {
	http.SetCookie(w, &http.Cookie{Name: a.sessionCookie(), Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: a.secure, SameSite: http.SameSiteStrictMode})
}

// localPath keeps a sign-in from leading to another site. Browsers drop tabs and line ends from an
// address and read a backslash as a slash, so none of them may stand in one.
func localPath(s string) string {
	odd := func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsFunc(s, odd) {
		return "/"
	}
	return s
}
