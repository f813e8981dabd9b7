package web

import (
	"net/http"
	"net/url"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/users"
)

type accountPage struct {
	Base
	users.Factors
	Errs    map[string]fault.Text
	Missing users.Missing
	ByLink  bool
	Can     bool     // the address can have passkeys
	Secret  string   // of the generator that is being set up
	Codes   []string // recovery codes, shown once
	Keys    []keyLine
	At      []boundLine // sign-ins of an organisation the account is bound to
	Bind    string      // one it can be bound to, "" when there is none
	Open    []sessionLine
	Lent    []lentLine
	Roles   []Choice // what may be lent
	Tokens  tokenPart
	In      url.Values // what was typed into the form of tokens
	Picks   []Choice   // units among which one has to be picked
}

type lentLine struct {
	User, Unit, Name, Role, To string
	Ended                      bool
}

type keyLine struct{ ID, Name, Made, Used string }

type sessionLine struct {
	Name, Agent, Address, Way, Since, Seen string
	Own                                    bool
}

// accountPage shows how somebody proves who they are, and lets them change it: GET /tai-khoan.
func (a *App) accountPage(w http.ResponseWriter, r *http.Request) error {
	return a.renderAccount(w, r, http.StatusOK, accountPage{})
}

func (a *App) renderAccount(w http.ResponseWriter, r *http.Request, status int, p accountPage) error {
	g := signed(r)
	p.Base, p.Missing, p.ByLink = a.Base(r, "web.account"), g.Missing, g.Way == users.ByLink
	_, p.Can = a.party(r)
	var err error
	if p.Factors, err = a.Users.Factors(r.Context(), g); err != nil {
		return err
	}
	if p.Setting {
		if p.Secret, err = a.Users.CodeSecret(r.Context(), g); err != nil {
			return err
		}
	}
	var bind bool
	if p.At, bind = a.boundLines(p.Factors); bind {
		p.Bind = a.Users.Provider()
	}
	for _, k := range p.Passkeys {
		p.Keys = append(p.Keys, keyLine{k.ID, k.Name, stamp(k.MadeAt), since(k.UsedAt)})
	}
	for _, s := range p.Sessions {
		p.Open = append(p.Open, sessionLine{s.Name(), browserOf(s.Agent), s.Address, p.T("user.way." + string(s.Way)),
			stamp(s.MadeAt), stamp(s.SeenAt), s.Name() == g.Session})
	}
	if err := a.loans(r, &p); err != nil {
		return err
	}
	if err := a.tokens(r, &p); err != nil {
		return err
	}
	return a.Render(w, r, status, "account.html", p)
}

// loans lists what was lent, and what may be.
func (a *App) loans(r *http.Request, p *accountPage) error {
	lent, may, err := a.Users.Loans(r.Context(), a.actor(r))
	place := func(name string) string {
		if name == "" {
			return p.T("user.nation")
		}
		return name
	}
	for _, l := range lent {
		p.Lent = append(p.Lent, lentLine{l.User.String(), l.Unit.String(), l.Name, p.T("role."+string(l.Role)) + " · " + place(l.Place), l.To.VN(), l.Ended})
	}
	for _, m := range may {
		p.Roles = append(p.Roles, Choice{Value: string(m.Role) + " " + m.Unit.String(), Label: p.T("role."+string(m.Role)) + " · " + place(m.Place)})
	}
	return err
}

// lend lends a role: POST /tai-khoan/uy-quyen.
func (a *App) lend(r *http.Request) error {
	role, unit, _ := strings.Cut(r.PostFormValue("role"), " ")
	e := fault.E("web.lend", fault.Invalid, "user.invalid")
	l := users.Loan{Login: r.PostFormValue("login"), Unit: id.Parse(unit), Role: access.Role(role)}
	readDays(r.PostForm, e, map[string]*day.Date{"to": &l.To})
	if len(e.Fields) > 0 {
		return e
	}
	return a.Users.Lend(r.Context(), a.actor(r), l)
}

// takeBack ends a loan: POST /tai-khoan/uy-quyen/bo.
func (a *App) takeBack(r *http.Request) error {
	return a.Users.TakeBack(r.Context(), a.actor(r), id.Parse(r.PostFormValue("user")), id.Parse(r.PostFormValue("unit")))
}

// accountDo is a form of the account page: what it does, and the sentence about it. Wrong fields come back on the page.
func (a *App) accountDo(key string, f func(r *http.Request) error) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := f(r)
		if fault.Is(err, fault.Invalid) && len(fieldsOf(err)) > 0 {
			return a.renderAccount(w, r, http.StatusUnprocessableEntity, accountPage{Errs: fieldsOf(err)})
		}
		if err != nil {
			return a.needProof(w, r, err, "/tai-khoan")
		}
		a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "web.account").T(key)})
		http.Redirect(w, r, "/tai-khoan", http.StatusSeeOther)
		return nil
	}
}

// needProof sends somebody whose factor was shown too long ago to show it again; other errors stay.
func (a *App) needProof(w http.ResponseWriter, r *http.Request, err error, next string) error {
	f, ok := asFault(err)
	if !ok || f.Key != "user.prove_first" {
		return err
	}
	http.Redirect(w, r, withQuery("/xac-nhan", "next", next), http.StatusSeeOther)
	return nil
}

// accountPassword changes the own password: POST /tai-khoan. Every session ends, so that a stolen one does too.
func (a *App) accountPassword(w http.ResponseWriter, r *http.Request) error {
	g := signed(r)
	var err error
	if g.Way == users.ByLink {
		return a.accountDo("user.password_set", func(r *http.Request) error {
			return a.Users.FirstPassword(r.Context(), g, r.PostFormValue("password"))
		})(w, r)
	}
	err = a.Users.ChangeOwn(r.Context(), g.Actor, r.PostFormValue("old"), r.PostFormValue("password"))
	if fault.Is(err, fault.Invalid) {
		return a.renderAccount(w, r, http.StatusUnprocessableEntity, accountPage{Errs: fieldsOf(err)})
	}
	if err != nil {
		return err
	}
	a.setSession(w, "", -1)
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "web.account").T("user.password_changed")})
	http.Redirect(w, r, a.SignIn, http.StatusSeeOther)
	return nil
}

// codeNew begins to set one-time codes up: POST /tai-khoan/ma.
func (a *App) codeNew(r *http.Request) error { return a.Users.NewCode(r.Context(), signed(r)) }

// codePicture is the secret as a picture for an app: GET /tai-khoan/ma.png.
func (a *App) codePicture(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "image/png")
	return a.Users.CodeImage(r.Context(), signed(r), w)
}

// codeConfirm ends setting them up and shows the recovery codes: POST /tai-khoan/ma/xac-nhan.
func (a *App) codeConfirm(w http.ResponseWriter, r *http.Request) error {
	codes, err := a.Users.ConfirmCode(r.Context(), signed(r), r.PostFormValue("code"))
	return a.showCodes(w, r, codes, err)
}

// recoveryNew shows new recovery codes: POST /tai-khoan/khoi-phuc.
func (a *App) recoveryNew(w http.ResponseWriter, r *http.Request) error {
	codes, err := a.Users.NewRecovery(r.Context(), signed(r))
	return a.showCodes(w, r, codes, err)
}

func (a *App) showCodes(w http.ResponseWriter, r *http.Request, codes []string, err error) error {
	if fault.Is(err, fault.Invalid) && len(fieldsOf(err)) > 0 {
		return a.renderAccount(w, r, http.StatusUnprocessableEntity, accountPage{Errs: fieldsOf(err)})
	}
	if err != nil {
		return a.needProof(w, r, err, "/tai-khoan")
	}
	return a.renderAccount(w, r, http.StatusOK, accountPage{Codes: codes})
}

// codeDrop takes one-time codes away: POST /tai-khoan/ma/bo.
func (a *App) codeDrop(r *http.Request) error { return a.Users.DropCode(r.Context(), signed(r)) }

// passkeyDrop takes a passkey away: POST /tai-khoan/khoa/{id}/bo.
func (a *App) passkeyDrop(r *http.Request) error {
	return a.Users.DropPasskey(r.Context(), signed(r), r.PathValue("id"))
}

// sessionEnd ends one session: POST /tai-khoan/phien/{name}/ket-thuc.
func (a *App) sessionEnd(r *http.Request) error {
	return a.Users.EndSession(r.Context(), signed(r), r.PathValue("name"))
}

// sessionsEnd ends all others: POST /tai-khoan/phien.
func (a *App) sessionsEnd(r *http.Request) error { return a.Users.EndOthers(r.Context(), signed(r)) }

// browserOf says what a browser is, from what it calls itself: enough to know one's own again.
func browserOf(agent string) string {
	name, system := "?", ""
	for _, k := range [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"coc_coc", "Cốc Cốc"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"Go-http-client", "Go"}} {
		if strings.Contains(agent, k[0]) {
			name = k[1]
			break
		}
	}
	for _, k := range [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, k[0]) {
			system = k[1]
			break
		}
	}
	return strings.TrimSpace(name + " " + system)
}

// since is an instant, "" when it never was.
func since(ms int64) string {
	if ms == 0 {
		return ""
	}
	return stamp(ms)
}
