package web

import (
	"net/http"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/users"
)

// tokenPart is what the page of an account says about tokens for programs.
type tokenPart struct {
	Show   bool
	Secret string // shown once, right after it was made
	Lines  []tokenLine
	Form   []Field
}

type tokenLine struct {
	ID, Name, Areas, Place, To, Made, Used string
	Over                                   bool
}

// tokens lists them, and makes the form for another one. in is what was typed into it.
func (a *App) tokens(r *http.Request, p *accountPage) error {
	g := signed(r)
	if g.Actor.Self != 0 || g.Missing != users.Nothing {
		return nil
	}
	all, err := a.Users.Tokens(r.Context(), g.Actor, g.Actor.User)
	if err != nil {
		return err
	}
	t := &p.Tokens
	t.Show = true
	for _, x := range all {
		l := tokenLine{ID: x.ID, Name: x.Name, Place: x.Place, To: x.To.VN(), Made: stamp(x.MadeAt), Used: p.T("token.never"), Over: x.Over}
		if x.Unit == 0 {
			l.Place = p.T("token.everywhere")
		}
		if x.UsedAt != 0 {
			l.Used = stamp(x.UsedAt)
		}
		names := []string{}
		for _, area := range x.Areas {
			names = append(names, p.T("token.area."+area))
		}
		l.Areas = strings.Join(names, "; ")
		t.Lines = append(t.Lines, l)
	}
	in := r.PostForm
	t.Form = []Field{p.Field("token_name", p.T("token.name"), in.Get("token_name"), p.Errs).Must().Help(p.T("token.name_help"))}
	for i, area := range users.Areas {
		f := p.Field("token_"+string(area), p.T("token.area."+string(area)), "", nil).As("check").Tick(in.Get("token_"+string(area)) == "1")
		if i == 0 {
			f = p.Field("token_"+string(area), p.T("token.area."+string(area)), "", areaErrs(p.Errs)).As("check").Tick(in.Get("token_"+string(area)) == "1")
		}
		t.Form = append(t.Form, f)
	}
	p.In = in
	t.Form = append(t.Form, p.Field("unit", p.T("token.unit"), in.Get("unit"), p.Errs).Help(p.T("person.unit_hint")+" "+p.T("token.unit_help")),
		p.Field("token_to", p.T("token.to"), in.Get("token_to"), p.Errs).As("date").Must().Help(p.T("token.to_help", a.Users.LastTokenDay())))
	return nil
}

// areaErrs puts what is wrong with the areas beside the first of them.
func areaErrs(errs map[string]fault.Text) map[string]fault.Text {
	if text, ok := errs["token_areas"]; ok {
		return map[string]fault.Text{"token_" + string(users.Areas[0]): text}
	}
	return nil
}

// tokenMake makes a token and shows it once: POST /tai-khoan/ma-truy-cap.
func (a *App) tokenMake(w http.ResponseWriter, r *http.Request) error {
	g := signed(r)
	f := users.TokenForm{Name: r.PostFormValue("token_name")}
	for _, area := range users.Areas {
		if r.PostFormValue("token_"+string(area)) == "1" {
			f.Areas = append(f.Areas, area)
		}
	}
	e := fault.E("web.tokenMake", fault.Invalid, "token.invalid")
	readDays(r.PostForm, e, map[string]*day.Date{"token_to": &f.To})
	pick, err := a.pickUnit(r, r.PostForm)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return err
	}
	for name, text := range fieldsOf(err) {
		e.Field(name, text.Key, text.Args...)
	}
	f.Unit = pick.unit
	secret := ""
	if err = error(e); len(e.Fields) == 0 {
		secret, err = a.Users.MakeToken(r.Context(), g, f)
	}
	if fault.Is(err, fault.Invalid) && len(fieldsOf(err)) > 0 {
		return a.renderAccount(w, r, http.StatusUnprocessableEntity, accountPage{Errs: fieldsOf(err), Picks: pick.among})
	}
	if err != nil {
		return a.needProof(w, r, err, "/tai-khoan")
	}
	r.PostForm = nil
	return a.renderAccount(w, r, http.StatusOK, accountPage{Tokens: tokenPart{Secret: secret}})
}

// tokenRevoke ends a token at once: POST /tai-khoan/ma-truy-cap/{ref}/bo.
func (a *App) tokenRevoke(r *http.Request) error {
	g := signed(r)
	return a.Users.RevokeToken(r.Context(), g.Actor, g.Actor.User, r.PathValue("ref"))
}
