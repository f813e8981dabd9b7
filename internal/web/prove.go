package web

import (
	"net/http"
	"strings"

	"ketnap/internal/fault"
	"ketnap/internal/users"
)

type provePage struct {
	Base
	Next    string
	Code    bool // asks for a one-time code, else for the password
	Keys    bool // the account has passkeys and the address can have them
	Errs    map[string]fault.Text
	Refused string

	Provider string // where the factor can be shown too, "" when nowhere
	Type     bool   // something typed counts
}

// provePage asks for a factor again: GET /xac-nhan.
func (a *App) provePage(w http.ResponseWriter, r *http.Request) error {
	return a.renderProve(w, r, http.StatusOK, provePage{Next: localPath(r.FormValue("next"))})
}

func (a *App) renderProve(w http.ResponseWriter, r *http.Request, status int, p provePage) error {
	f, err := a.Users.Factors(r.Context(), signed(r))
	if err != nil {
		return err
	}
	_, can := a.party(r)
	p.Base, p.Code, p.Keys = a.Base(r, "user.prove"), f.Code, can && len(f.Passkeys) > 0
	p.Type = f.Code || signed(r).Way != users.BySSO
	if _, may := a.boundLines(f); !may {
		p.Provider = a.Users.Provider()
	}
	return a.Render(w, r, status, "prove.html", p)
}

// prove checks it: POST /xac-nhan.
func (a *App) prove(w http.ResponseWriter, r *http.Request) error {
	next := localPath(r.PostFormValue("next"))
	err := a.Users.Prove(r.Context(), signed(r), r.PostFormValue("old"), r.PostFormValue("code"))
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Forbidden) {
		p := provePage{Next: next, Errs: fieldsOf(err)}
		if len(p.Errs) == 0 {
			p.Refused = a.Base(r, "user.prove").Err(err)
		}
		return a.renderProve(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// proven wraps a handler of a sensitive act: a factor must have been shown within the last minutes. back is where the form stands.
func (a *App) proven(back string, h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !signed(r).Fresh {
			return a.needProof(w, r, fault.E("web.proven", fault.Forbidden, "user.prove_first"), back)
		}
		return h(w, r)
	}
}

// provenAt is proven for a page whose address depends on the request.
func (a *App) provenAt(back func(*http.Request) string, h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error { return a.proven(back(r), h)(w, r) }
}

// linkPage says what a link is for and asks before it is used up: GET /moi. Looking at it changes nothing, so that a mail program
// that opens links in advance does no harm.
func (a *App) linkPage(w http.ResponseWriter, r *http.Request) error {
	return a.renderLink(w, r, http.StatusOK, linkPage{Token: r.FormValue("t")})
}

type linkPage struct {
	Base
	Token       string
	First       bool // makes the first account
	For         string
	Login, Name string
	Errs        map[string]fault.Text
	Gone        bool
}

func (a *App) renderLink(w http.ResponseWriter, r *http.Request, status int, p linkPage) error {
	var err error
	p.Base = a.Base(r, "user.link")
	p.First, p.For, err = a.Users.LinkKind(r.Context(), p.Token)
	if fault.Is(err, fault.NotFound) {
		p.Gone, status = true, http.StatusNotFound
	} else if err != nil {
		return err
	}
	return a.Render(w, r, status, "link.html", p)
}

// linkUse uses a link up: POST /moi.
func (a *App) linkUse(w http.ResponseWriter, r *http.Request) error {
	p := linkPage{Token: r.FormValue("t"), Login: r.PostFormValue("login"), Name: strings.TrimSpace(r.PostFormValue("name"))}
	first, _, err := a.Users.LinkKind(r.Context(), p.Token)
	if fault.Is(err, fault.NotFound) {
		return a.renderLink(w, r, http.StatusNotFound, p)
	}
	if err != nil {
		return err
	}
	use := func() (users.Entered, error) { return a.Users.Accept(r.Context(), p.Token, a.from(r)) }
	if first {
		use = func() (users.Entered, error) { return a.Users.SetUp(r.Context(), p.Token, p.Login, p.Name, a.from(r)) }
	}
	in, err := use()
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) {
		p.Errs = fieldsOf(err)
		return a.renderLink(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	a.entered(w, in)
	http.Redirect(w, r, "/tai-khoan", http.StatusSeeOther)
	return nil
}
