package web

import (
	"net/http"

	"ketnap/internal/fault"
	"ketnap/internal/users"
)

// hopPage leads a browser on to another site or back from it. The redirect of a form must not leave the site, and cookies of the session
// are not sent along on the way from another one: a page in between solves both, without a script.
type hopPage struct {
	Base
	Lead string
	To   string
}

func (a *App) hop(w http.ResponseWriter, r *http.Request, p hopPage) error {
	w.Header().Set("Refresh", "0; url="+p.To)
	return a.Render(w, r, http.StatusOK, "hop.html", p)
}

// ssoLeave sends the browser to the provider for an errand: POST /dang-nhap/to-chuc, /tai-khoan/to-chuc and /xac-nhan/to-chuc.
func (a *App) ssoLeave(e users.Errand) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		next := localPath(r.PostFormValue("next"))
		to, browser, err := a.Users.Leave(r.Context(), signed(r), e, next)
		if e == users.ToSignIn && fault.Is(err, fault.Unavailable) {
			return a.renderSignIn(w, r, http.StatusServiceUnavailable, signInPage{Next: next, Wrong: a.Base(r, "user.signin").Err(err)})
		}
		if e == users.ToProve && (fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Forbidden)) {
			return a.renderProve(w, r, http.StatusUnprocessableEntity, provePage{Next: next, Refused: a.Base(r, "user.prove").Err(err)})
		}
		if err != nil {
			return a.needProof(w, r, err, "/tai-khoan")
		}
		a.hopCookie(w, browser, stepLife)
		b := a.Base(r, "sso.hop")
		return a.hop(w, r, hopPage{Base: b, Lead: b.T("sso.hop_lead", a.Users.Provider()), To: to})
	}
}

// hopCookie is shown when the provider sends the browser back, which the cookie of the session is not. It opens nothing by itself.
func (a *App) hopCookie(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: a.cookieName("hop"), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: a.secure, SameSite: http.SameSiteLaxMode})
}

// ssoReturn takes what the provider answers: GET /dang-nhap/to-chuc/ve.
func (a *App) ssoReturn(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	ans := users.Answer{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Refused: q.Get("error")}
	if c, err := r.Cookie(a.cookieName("hop")); err == nil {
		ans.Browser = c.Value
	}
	got, err := a.Users.Return(r.Context(), ans, a.from(r))
	if fault.Is(err, fault.Internal) || a.Users.Provider() == "" {
		return err
	}
	if got.Errand != "" {
		a.hopCookie(w, "", -1)
	}
	b := a.Base(r, "sso.back")
	if got.Errand == users.ToBind || got.Errand == users.ToProve {
		to := "/tai-khoan"
		n := Notice{Kind: Done, Text: b.T("sso.bound")}
		if got.Errand == users.ToProve {
			to, n.Text = localPath(got.Next), b.T("sso.proved")
		}
		if err != nil {
			n = Notice{Kind: Fail, Text: b.Err(err)}
			if got.Errand == users.ToProve {
				to = withQuery("/xac-nhan", "next", to)
			}
		}
		a.Flash(w, n)
		return a.hop(w, r, hopPage{Base: b, Lead: n.Text, To: to})
	}
	if err != nil {
		status := statusOf[fault.KindOf(err)]
		return a.renderSignIn(w, r, status, signInPage{Next: localPath(got.Next), Wrong: b.Err(err)})
	}
	a.entered(w, got.Entered)
	return a.hop(w, r, hopPage{Base: b, Lead: b.T("sso.entered"), To: localPath(got.Next)})
}

// ssoUnbind ends what binds the own account to the provider: POST /tai-khoan/to-chuc/bo.
func (a *App) ssoUnbind(r *http.Request) error {
	return a.Users.Unbind(r.Context(), signed(r), r.PostFormValue("issuer"))
}

// boundLine is what binds the own account to a provider.
type boundLine struct{ Issuer, Name, Label, Made, Used string }

func (a *App) boundLines(f users.Factors) (lines []boundLine, may bool) {
	may = a.Users.Provider() != ""
	for _, x := range f.Bound {
		l := boundLine{Issuer: x.Issuer, Name: x.Issuer, Label: x.Label, Made: stamp(x.MadeAt), Used: since(x.UsedAt)}
		if a.Users.At(x.Issuer) {
			l.Name, may = a.Users.Provider(), false
		}
		lines = append(lines, l)
	}
	return lines, may
}
