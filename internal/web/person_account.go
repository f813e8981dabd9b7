package web

import (
	"net/http"
	"strings"

	"ketnap/internal/chart"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/users"
)

// selfForm shows how far the own account of a person is, and invites them or ends it. link is an invitation that was just made; a telephone
// reads a whole one from the screen.
func (b Base) selfForm(a users.SelfAccount, href, link string) (ruleForm, error) {
	f := ruleForm{Title: b.T("user.self"), Method: "post", Action: href + "/tai-khoan", Hint: b.T("user.self_state."+orNone(a.State), a.Login)}
	switch a.State {
	case users.SelfInvited:
		f.Hint = b.T("user.self_state.invited", a.Login, stamp(a.Until))
	case users.SelfOpen:
		f.Hint = b.T("user.self_state.open", a.Login, since(a.UsedAt))
	}
	if link != "" {
		f.Hint = b.T("user.self_link", a.Login, stamp(a.Until))
		f.Shown = link
	}
	var err error
	if strings.HasPrefix(link, "http") {
		f.Code, err = chart.Code("ma", b.T("user.self_code"), link)
	}
	if a.State != users.SelfOpen {
		label := "user.self_invite"
		if a.State != users.SelfNone {
			label = "user.self_again"
		}
		f.Buttons = append(f.Buttons, Choice{Label: b.T(label), Value: "moi", Current: link == ""})
	}
	if a.State != users.SelfNone && a.State != users.SelfEnded {
		f.Buttons = append(f.Buttons, Choice{Label: b.T("user.self_end"), Value: "ket-thuc"})
	}
	return f, err
}

func orNone(s users.SelfState) string {
	if s == users.SelfNone {
		return "none"
	}
	return string(s)
}

// personAccount invites a person to their own account, or ends it: POST /nguoi/{id}/tai-khoan.
func (a *App) personAccount(w http.ResponseWriter, r *http.Request) error {
	i := id.Parse(r.PathValue("id"))
	if !signed(r).Fresh {
		return a.needProof(w, r, fault.E("web.personAccount", fault.Forbidden, "user.prove_first"), "/nguoi/"+i.String()+"/du-lieu")
	}
	if r.PostFormValue("do") == "ket-thuc" {
		err := a.Users.EndPerson(r.Context(), a.actor(r), i)
		if fault.Is(err, fault.Conflict) {
			return a.renderSide(w, r, http.StatusConflict, err, "")
		}
		if err != nil {
			return err
		}
		a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "user.self").T("user.self_ended")})
		http.Redirect(w, r, "/nguoi/"+i.String()+"/du-lieu", http.StatusSeeOther)
		return nil
	}
	_, token, err := a.Users.InvitePerson(r.Context(), a.actor(r), i, "")
	if fault.Is(err, fault.Conflict) {
		return a.renderSide(w, r, http.StatusConflict, err, "")
	}
	if err != nil {
		return err
	}
	return a.renderSide(w, r, http.StatusOK, nil, a.linkTo(r, token))
}
