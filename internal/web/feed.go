package web

import (
	"net/http"
	"strings"

	"ketnap/internal/deadlines"
	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/ical"
)

// feedPart is what the page of a day says about the calendar address of its reader.
type feedPart struct {
	Has     bool
	Made    string
	Address string // right after it was made
}

// mailPart is what it says about the digest by mail.
type mailPart struct {
	On             bool // the server sends mail
	Address, Every string
	Choices        []Choice
	Errs           map[string]fault.Text
}

// newFeedCookie carries a fresh address over the redirect: it is shown once.
const newFeedCookie = "lich"

func (a *App) feedPart(r *http.Request) (feedPart, error) {
	at, err := a.Deadlines.FeedMade(r.Context(), a.actor(r))
	if err != nil || at.IsZero() {
		return feedPart{}, err
	}
	f := feedPart{Has: true}
	if c, err := r.Cookie(newFeedCookie); err == nil && !strings.ContainsFunc(c.Value, notToken) {
		f.Address = a.outside(r) + "/lich/" + c.Value + ".ics"
		return f, nil
	}
	f.Made = a.Base(r, "deadline.title").T("deadline.feed_made", at.Format("15:04 02/01/2006"))
	return f, nil
}

// notToken reports a letter that stands in no token.
func notToken(r rune) bool { return (r < 'A' || r > 'Z') && (r < '2' || r > '7') }

// outside is the address this site is asked under.
func (a *App) outside(r *http.Request) string {
	if a.secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (a *App) setNewFeed(w http.ResponseWriter, token string, age int) {
	http.SetCookie(w, &http.Cookie{Name: newFeedCookie, Value: token, Path: "/hom-nay", MaxAge: age, HttpOnly: true, Secure: a.secure, SameSite: http.SameSiteStrictMode})
}

// feedMake gives the reader a calendar address: POST /hom-nay/lich.
func (a *App) feedMake(w http.ResponseWriter, r *http.Request) error {
	token, err := a.Deadlines.MakeFeed(r.Context(), a.actor(r))
	if err != nil {
		return err
	}
	a.setNewFeed(w, token, flashLife)
	http.Redirect(w, r, "/hom-nay?u="+formUnit(r)+"#feed", http.StatusSeeOther)
	return nil
}

// feedDrop ends it: POST /hom-nay/lich/huy.
func (a *App) feedDrop(w http.ResponseWriter, r *http.Request) error {
	if err := a.Deadlines.DropFeed(r.Context(), a.actor(r)); err != nil {
		return err
	}
	a.setNewFeed(w, "", -1)
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "deadline.title").T("deadline.feed_ended")})
	http.Redirect(w, r, "/hom-nay?u="+formUnit(r), http.StatusSeeOther)
	return nil
}

// formUnit is the unit a form was on, in the form of addresses.
func formUnit(r *http.Request) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' {
			return c
		}
		return -1
	}, r.PostFormValue("u"))
}

// feedShow sends the calendar to whoever has its address: GET /lich/{token}.
func (a *App) feedShow(w http.ResponseWriter, r *http.Request) error {
	f, err := a.Deadlines.Feed(r.Context(), strings.TrimSuffix(r.PathValue("token"), ".ics"))
	if err != nil {
		return err
	}
	words := i18n.For(langOf(r))
	c := ical.Calendar{Name: words.T("deadline.feed_name", f.User), Prod: "-//Ket Nap//ketnap " + a.version + "//VI", Stamp: f.Now}
	for _, d := range f.Days {
		e := ical.Event{UID: d.UID, On: d.On, Summary: words.T("deadline.feed_entry", d.N, d.UnitName), Text: words.T("deadline.feed_open"),
			URL: a.outside(r) + dueHref(d.Unit, deadlines.Filter{Tab: deadlines.Open, From: d.On, To: d.On})}
		if d.Late {
			e.Summary, e.URL = words.T("deadline.feed_late", d.N, d.UnitName), a.outside(r)+dueHref(d.Unit, deadlines.Filter{Tab: deadlines.Late})
		}
		c.Events = append(c.Events, e)
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `inline; filename="ketnap.ics"`)
	_, err = w.Write(c.Bytes())
	return err
}

func (a *App) mailPart(r *http.Request, b Base) (mailPart, error) {
	m := mailPart{On: a.Deadlines.MailOn()}
	if !m.On {
		return m, nil
	}
	d, err := a.Deadlines.Digest(r.Context(), a.actor(r))
	m.Address, m.Every = d.Address, d.Every
	for _, every := range []string{"", "day", "week"} {
		key := "deadline.mail_" + every
		if every == "" {
			key = "deadline.mail_never"
		}
		m.Choices = append(m.Choices, Choice{Label: b.T(key), Value: every})
	}
	return m, err
}

// mailSet keeps to where and how often a digest goes: POST /hom-nay/thu.
func (a *App) mailSet(w http.ResponseWriter, r *http.Request) error {
	err := a.Deadlines.SetDigest(r.Context(), a.actor(r), r.PostFormValue("address"), r.PostFormValue("every"), a.Base(r, "deadline.title").Lang)
	if fault.Is(err, fault.Invalid) {
		r.URL.RawQuery = "u=" + formUnit(r)
		return a.renderToday(w, r, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "deadline.title").T("deadline.mail_saved")})
	http.Redirect(w, r, "/hom-nay?u="+formUnit(r), http.StatusSeeOther)
	return nil
}
