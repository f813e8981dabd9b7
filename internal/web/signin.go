package web

import (
	"net"
	"net/http"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/org"
	"ketnap/internal/users"
)

type signInPage struct {
	Base
	Login, Next string
	Errs        map[string]fault.Text
	Wrong       string
	Passkeys    bool   // the address can have passkeys
	Provider    string // the sign-in of the organisation, "" when there is none
	Empty       bool   // nobody has an account yet
}

// Cookies beside the session. The device is remembered for a year so that guesses from elsewhere never shut its owner out;
// the step lives between a password and its one-time code.
const (
	deviceLife = 365 * 24 * 60 * 60 // seconds
	stepLife   = 5 * 60
)

// home sends clerks and those of a cell to the work of the day, everybody else to the pilot page of their unit.
func (a *App) home(w http.ResponseWriter, r *http.Request) error {
	g := signed(r)
	to := unitHref(g.Home.ID)
	if g.Actor.Self != 0 {
		to = selfHref
	} else if g.Role == access.Clerk || g.Home.Kind == org.Cell || g.Home.Kind == org.BaseCell {
		to = "/hom-nay"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// signInPage shows the sign-in form: GET /dang-nhap.
func (a *App) signInPage(w http.ResponseWriter, r *http.Request) error {
	return a.renderSignIn(w, r, http.StatusOK, signInPage{Next: localPath(r.FormValue("next"))})
}

func (a *App) renderSignIn(w http.ResponseWriter, r *http.Request, status int, p signInPage) error {
	p.Base = a.Base(r, "user.signin")
	_, p.Passkeys = a.party(r)
	p.Provider = a.Users.Provider()
	var err error
	if p.Empty, err = a.Users.NeedsSetup(r.Context()); err != nil {
		return err
	}
	return a.Render(w, r, status, "signin.html", p)
}

// signIn checks a password: POST /dang-nhap.
func (a *App) signIn(w http.ResponseWriter, r *http.Request) error {
	login, next := r.PostFormValue("login"), localPath(r.PostFormValue("next"))
	in, err := a.Users.SignIn(r.Context(), users.Attempt{Login: login, Password: r.PostFormValue("password"), From: a.from(r)})
	if fault.Is(err, fault.Invalid) {
		return a.renderSignIn(w, r, http.StatusUnprocessableEntity, signInPage{Login: login, Next: next, Wrong: a.Base(r, "user.signin").Err(err)})
	}
	if err != nil {
		return err
	}
	if in.Step != "" {
		a.cookie(w, a.cookieName("step"), in.Step, stepLife)
		http.Redirect(w, r, withQuery("/dang-nhap/ma", "next", next), http.StatusSeeOther)
		return nil
	}
	a.entered(w, in)
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// signInStep asks for the one-time code: GET /dang-nhap/ma.
func (a *App) signInStep(w http.ResponseWriter, r *http.Request) error {
	return a.Render(w, r, http.StatusOK, "signin_step.html", signInPage{Base: a.Base(r, "user.step"), Next: localPath(r.FormValue("next"))})
}

// signInCode checks it: POST /dang-nhap/ma.
func (a *App) signInCode(w http.ResponseWriter, r *http.Request) error {
	next := localPath(r.PostFormValue("next"))
	step := ""
	if c, err := r.Cookie(a.cookieName("step")); err == nil {
		step = c.Value
	}
	in, err := a.Users.SignInCode(r.Context(), step, r.PostFormValue("code"), a.from(r))
	switch {
	case fault.Is(err, fault.NotFound): // too late, or used
		a.cookie(w, a.cookieName("step"), "", -1)
		return a.renderSignIn(w, r, http.StatusUnprocessableEntity, signInPage{Next: next, Wrong: a.Base(r, "user.signin").Err(err)})
	case fault.Is(err, fault.Invalid):
		p := signInPage{Base: a.Base(r, "user.step"), Next: next, Errs: fieldsOf(err)}
		if len(p.Errs) == 0 {
			p.Wrong = p.Base.Err(err)
		}
		return a.Render(w, r, http.StatusUnprocessableEntity, "signin_step.html", p)
	case err != nil:
		return err
	}
	a.cookie(w, a.cookieName("step"), "", -1)
	a.entered(w, in)
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
	w.Header().Set("Clear-Site-Data", `"storage"`) // pages keep nothing there, and none is in a cache: whatever a browser kept is gone
	http.Redirect(w, r, a.SignIn, http.StatusSeeOther)
	return nil
}

// from is where a request comes from.
func (a *App) from(r *http.Request) users.From {
	f := users.From{Agent: r.UserAgent(), Address: r.RemoteAddr}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		f.Address = host
	}
	if c, err := r.Cookie(a.cookieName("device")); err == nil {
		f.Device = c.Value
	}
	return f
}

// entered hands the browser what a sign-in opened.
func (a *App) entered(w http.ResponseWriter, in users.Entered) {
	a.setSession(w, in.Token, 0)
	if in.Device != "" {
		a.cookie(w, a.cookieName("device"), in.Device, deviceLife)
	}
}

func (a *App) setSession(w http.ResponseWriter, token string, age int) {
	a.cookie(w, a.sessionCookie(), token, age)
}

func (a *App) cookie(w http.ResponseWriter, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age,
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
