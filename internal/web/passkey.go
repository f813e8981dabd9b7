package web

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"

	"ketnap/internal/fault"
	"ketnap/internal/users"
)

// party is who asks for passkeys: the address people use, as it was set, or localhost on a trial machine. Any other host that a
// request claims is not believed.
func (a *App) party(r *http.Request) (users.Party, bool) {
	if a.address != "" {
		u, err := url.Parse(a.address)
		return users.Party{Host: hostOnly(u.Host), Origin: a.address}, err == nil && u.Host != ""
	}
	if hostOnly(r.Host) == "localhost" {
		return users.Party{Host: "localhost", Origin: "http://" + r.Host}, true
	}
	return users.Party{}, false
}

func hostOnly(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return host
}

// asked is what the script of the page needs to ask the browser for a passkey.
type asked struct {
	Options json.RawMessage `json:"options"`
	Token   string          `json:"token"`
}

// shown is what the browser answered.
type shown struct {
	Token  string          `json:"token"`
	Name   string          `json:"name"`
	Next   string          `json:"next"`
	Answer json.RawMessage `json:"answer"`
}

// talk wraps the handlers that the script speaks with: errors come back as a sentence.
func (a *App) talk(f func(w http.ResponseWriter, r *http.Request, p users.Party) (any, error)) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, ok := a.party(r)
		err := error(fault.E("web.talk", fault.Invalid, "user.passkey_party"))
		var out any
		if ok {
			out, err = f(w, r, p)
		}
		status := http.StatusOK
		if err != nil {
			kind := fault.KindOf(err)
			if kind == fault.Internal {
				return err
			}
			status, out = statusOf[kind], map[string]string{"error": a.Base(r, "user.signin").Err(err)}
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		return json.NewEncoder(w).Encode(out)
	}
}

func readShown(r *http.Request) (shown, error) {
	var x shown
	if err := json.NewDecoder(r.Body).Decode(&x); err != nil {
		return x, fault.E("web.readShown", fault.Invalid, "user.passkey_wrong", err)
	}
	return x, nil
}

func askedFor(options []byte, token string, err error) (any, error) {
	return asked{options, token}, err
}

// passkeyAsk begins a sign-in with a passkey: POST /dang-nhap/khoa/hoi.
func (a *App) passkeyAsk(_ http.ResponseWriter, r *http.Request, p users.Party) (any, error) {
	return askedFor(a.Users.AskPasskey(r.Context(), 0, p))
}

// passkeySignIn ends it: POST /dang-nhap/khoa.
func (a *App) passkeySignIn(w http.ResponseWriter, r *http.Request, p users.Party) (any, error) {
	x, err := readShown(r)
	if err != nil {
		return nil, err
	}
	in, err := a.Users.SignInPasskey(r.Context(), p, x.Token, x.Answer, a.from(r))
	if err != nil {
		if fault.Is(err, fault.NotFound) {
			err = fault.E("web.passkeySignIn", fault.Invalid, "user.passkey_wrong", err)
		}
		return nil, err
	}
	a.entered(w, in)
	return map[string]string{"to": localPath(x.Next)}, nil
}

// passkeyNewAsk begins to make one: POST /tai-khoan/khoa/hoi.
func (a *App) passkeyNewAsk(_ http.ResponseWriter, r *http.Request, p users.Party) (any, error) {
	return askedFor(a.Users.AskNewPasskey(r.Context(), signed(r), p))
}

// passkeyNew ends it: POST /tai-khoan/khoa.
func (a *App) passkeyNew(w http.ResponseWriter, r *http.Request, p users.Party) (any, error) {
	x, err := readShown(r)
	if err == nil {
		err = a.Users.AddPasskey(r.Context(), signed(r), p, x.Token, x.Name, x.Answer)
	}
	if err != nil {
		return nil, err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "web.account").T("user.passkey_added")})
	return map[string]string{"to": "/tai-khoan"}, nil
}

// proveAsk begins to show a passkey again: POST /xac-nhan/khoa/hoi.
func (a *App) proveAsk(_ http.ResponseWriter, r *http.Request, p users.Party) (any, error) {
	return askedFor(a.Users.AskPasskey(r.Context(), a.actor(r).User, p))
}

// provePasskey ends it: POST /xac-nhan/khoa.
func (a *App) provePasskey(_ http.ResponseWriter, r *http.Request, p users.Party) (any, error) {
	x, err := readShown(r)
	if err == nil {
		err = a.Users.ProvePasskey(r.Context(), signed(r), p, x.Token, x.Answer)
	}
	if err != nil {
		return nil, err
	}
	return map[string]string{"to": localPath(x.Next)}, nil
}

// keyForm is the form of part/passkey.html.
type keyForm struct {
	Path, Label, Next string
	Make              bool
}

// SignInKey is the form that signs in with a passkey.
func (p signInPage) SignInKey() keyForm {
	return keyForm{Path: "/dang-nhap/khoa", Label: "user.passkey_signin", Next: p.Next}
}

// ProveKey is the form that shows a passkey again.
func (p provePage) ProveKey() keyForm {
	return keyForm{Path: "/xac-nhan/khoa", Label: "user.passkey_prove", Next: p.Next}
}

// NewKey is the form that makes a passkey.
func (p accountPage) NewKey() keyForm {
	return keyForm{Path: "/tai-khoan/khoa", Label: "user.passkey_new", Make: true}
}
