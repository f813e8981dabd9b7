package web

import (
	"crypto/rand"
	"net/http"

	"ketnap/internal/day"
	"ketnap/internal/deadlines"
	"ketnap/internal/fault"
)

type waivePage struct {
	Base
	Sum               string
	Lines             []dueLine
	Refused           []refusedLine
	Reason, No, Dated string
	Key, Back         string
	Errs              map[string]fault.Text
	Wrong             string
}

type refusedLine struct {
	dueLine
	Why string
}

// waiveAsk shows what a waiver would apply to: POST /viec/mien.
func (a *App) waiveAsk(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.waiveAsk", fault.Invalid, "web.error.form", err)
	}
	return a.waiveForm(w, r, http.StatusOK, waivePage{Base: a.Base(r, "deadline.waive_title"), Key: rand.Text()})
}

// waiveForm shows the form of a waiver with what it applies to.
func (a *App) waiveForm(w http.ResponseWriter, r *http.Request, status int, p waivePage) error {
	f := deadlines.WaiveForm{Keys: r.PostForm["chon"]}
	found, err := a.Deadlines.PreviewWaive(r.Context(), a.actor(r), f)
	if err != nil {
		return err
	}
	p.Back = localPath(r.PostFormValue("back"))
	p.Crumbs = []Crumb{{Label: p.T("deadline.lists"), Href: p.Back}, {Label: p.Title}}
	p.Sum = p.T("deadline.waive_sum", len(found.Lines), len(f.Keys))
	for i := range found.Lines {
		p.Lines = append(p.Lines, p.dueLine(&found.Lines[i]))
	}
	for i := range found.Refused {
		x := &found.Refused[i]
		line := refusedLine{Why: p.T(string(x.Why.Key), x.Why.Args...)}
		if x.Line.Person != 0 {
			line.dueLine = p.dueLine(&x.Line)
		}
		p.Refused = append(p.Refused, line)
	}
	return a.Render(w, r, status, "waive.html", p)
}

// waiveDo records a waiver: POST /viec/mien/ghi.
func (a *App) waiveDo(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.waiveDo", fault.Invalid, "web.error.form", err)
	}
	p := waivePage{Base: a.Base(r, "deadline.waive_title"), Reason: r.PostFormValue("reason"), No: r.PostFormValue("no"), Dated: r.PostFormValue("dated"), Key: r.PostFormValue("key")}
	dated, err := day.Parse(p.Dated)
	if err != nil {
		dated = 0
	}
	done, err := a.Deadlines.Waive(r.Context(), a.actor(r), deadlines.WaiveForm{Keys: r.PostForm["chon"], Reason: p.Reason, No: p.No, Dated: dated, Key: p.Key})
	before := fault.TextOf(err).Key == "once.done"
	if before {
		err = nil
	}
	if fields := fault.FieldsOf(err); len(fields) > 0 {
		p.Errs, p.Wrong = fields, p.Err(err)
		return a.waiveForm(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	a.Flash(w, p.did(before, "deadline.waive_done", len(done.Lines)))
	http.Redirect(w, r, localPath(r.PostFormValue("back")), http.StatusSeeOther)
	return nil
}

// waiveUndo takes waivers back: POST /viec/mien/bo.
func (a *App) waiveUndo(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.E("web.waiveUndo", fault.Invalid, "web.error.form", err)
	}
	b := a.Base(r, "deadline.waive_title")
	n, err := a.Deadlines.Unwaive(r.Context(), a.actor(r), deadlines.WaiveForm{Keys: r.PostForm["chon"], Reason: r.PostFormValue("reason"), Key: r.PostFormValue("key")})
	note := Notice{Kind: Done, Text: b.T("deadline.unwaive_done", n)}
	switch {
	case fault.TextOf(err).Key == "once.done":
		note = b.did(true, "")
	case fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict):
		note = Notice{Kind: Fail, Text: b.Err(err)}
	case err != nil:
		return err
	}
	a.Flash(w, note)
	http.Redirect(w, r, localPath(r.PostFormValue("back")), http.StatusSeeOther)
	return nil
}
