package web

import (
	"net/http"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// privacy is the register of what personal data is kept and what for: GET /du-lieu.
func (a *App) privacy(w http.ResponseWriter, r *http.Request) error {
	f, reg := subject.Catalogue(), subject.Book()
	p := rulesView{Base: a.Base(r, "subject.title")}
	p.Lead = p.T("subject.lead")
	if a.actor(r).Anywhere(access.Inspect) {
		p.Links = []Choice{{Label: p.T("subject.kit_do"), Href: "/du-lieu/danh-gia"}, {Label: p.T("breach.title"), Href: "/du-lieu/su-co"}}
		list, err := a.Subjects.Incidents(r.Context(), a.actor(r))
		if err != nil {
			return err
		}
		for _, x := range list {
			for _, n := range x.Waiting(reg.Breach) {
				p.Warnings = append(p.Warnings, p.T("breach.waits", p.said(n.Text), stamp(n.Due(x.Found))))
			}
		}
	}
	asked, err := a.Subjects.Consents(r.Context(), a.actor(r), unitParam(r))
	if err != nil {
		return err
	}
	terms, err := a.Subjects.Terms(r.Context(), a.actor(r))
	if err != nil {
		return err
	}
	p.Crumbs = a.unitCrumbs(r, asked.Above, asked.Unit, "/du-lieu?u=")
	p.Tables = []ruleTable{p.purposes(reg), p.asked(asked, a.keepsRecords(r, asked)), p.asks(reg), p.classes(f), p.retention(reg, terms), p.clocks(reg)}
	return a.Render(w, r, http.StatusOK, "rules.html", p)
}

func (b Base) purposes(reg *subject.Register) ruleTable {
	t := b.table("muc-dich", "subject.purposes", "subject.purpose", "subject.of", "subject.basis", "subject.to", "subject.kept")
	for _, x := range reg.Purposes {
		kept, _ := reg.Kept(x.Keep)
		t.row(ruleRow{Name: b.said(x.Text)}, ruleCell{Text: b.said(x.Of)},
			ruleCell{Text: b.T("subject.basis." + x.Basis), Sub: b.ground(x), Badge: b.sureBadge(x.Sure)},
			ruleCell{Text: b.said(x.To)}, ruleCell{Text: b.said(kept.From), Sub: b.said(kept.End)})
	}
	return t
}

// ground is the ground of a purpose in words, and why consent is not asked where it is not.
func (b Base) ground(x subject.Purpose) string {
	if len(x.Why) == 0 {
		return b.said(x.Law)
	}
	return b.said(x.Law) + ". " + b.T("consent.why_not") + ": " + b.said(x.Why)
}

// classes lists what is kept about people and accounts; what is about nobody is in ketnap fields.
func (b Base) classes(f *subject.Fields) ruleTable {
	t := b.table("loai", "subject.data", "subject.table", "subject.class", "subject.columns")
	for _, x := range f.Tables {
		for _, c := range []subject.Class{subject.Basic, subject.Sensitive} {
			if x.Holds(c) {
				kind := "info"
				if c == subject.Sensitive {
					kind = "warn"
				}
				t.row(ruleRow{Name: b.said(x.Text)}, ruleCell{Badge: &Badge{Kind: kind, Text: b.T("subject.class." + string(c))}}, ruleCell{Text: strings.Join(x.In(c), ", ")})
			}
		}
	}
	return t
}

func (b Base) retention(reg *subject.Register, terms subjects.Terms) ruleTable {
	t := b.table("luu", "subject.retention", "subject.from", "subject.months", "subject.end", "subject.source")
	t.Note = b.T("subject.by_program")
	for _, x := range reg.Retention {
		x = terms.Kept[x.Code]
		months := b.T("subject.no_term")
		if x.Months > 0 {
			months = b.Num(int64(x.Months))
		}
		t.row(ruleRow{Name: b.said(x.From)}, ruleCell{Text: months}, ruleCell{Text: b.said(x.End)}, ruleCell{Text: b.said(x.Source), Badge: b.sureBadge(x.Sure)})
	}
	return t
}

func (b Base) clocks(reg *subject.Register) ruleTable {
	t := b.table("han", "subject.rights", "request.kind", "subject.days", "subject.extension")
	t.Note = b.T("subject.rights_answer", reg.Clocks.Answer.Length) + " " + b.said(reg.Clocks.Source)
	for _, k := range subject.Kinds {
		c := reg.Clocks.Kinds[k]
		t.row(ruleRow{Name: b.T("request.kind." + string(k))}, ruleCell{Text: b.Num(int64(c.Length))}, ruleCell{Text: b.Num(int64(c.Extension))})
	}
	return t
}

// privacyKit sends the material for the impact assessment: GET /du-lieu/danh-gia.
func (a *App) privacyKit(w http.ResponseWriter, r *http.Request) error {
	if !a.actor(r).Anywhere(access.Inspect) {
		return fault.E("web.privacyKit", fault.Forbidden, "error.forbidden")
	}
	terms, err := a.Subjects.Terms(r.Context(), a.actor(r))
	if err != nil {
		return err
	}
	data, err := subjects.Kit(a.Base(r, "subject.kit").words, terms)
	if err != nil {
		return err
	}
	return sendFile(w, "danh-gia-tac-dong.docx", wordType, data)
}
