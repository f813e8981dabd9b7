package subjects

import (
	"fmt"
	"strings"

	"ketnap/internal/docx"
	"ketnap/internal/i18n"
	"ketnap/internal/subject"
)

// Kit is the material for the impact assessment of processing personal data (hồ sơ đánh giá tác động) as a Word document: what is kept
// about whom, of which class, for what, how long, who receives it and how it is protected. It is made from the classes of the columns and
// the register, with the terms of retention in force, so that it says what the program really stores and how long; what only the owner knows is
// left to be filled in.
func Kit(p *i18n.Printer, terms Terms) ([]byte, error) {
	f, r := subject.Catalogue(), subject.Book()
	k := paper{p: p}
	k.line(">c14 **" + p.T("subject.kit") + "**")
	k.line(p.T("subject.kit_lead"))
	k.head("subject.kit_controller")
	for _, key := range []string{"subject.kit_name", "subject.kit_officer", "subject.kit_begun", "subject.kit_level"} {
		k.line(">l " + p.T(key) + ": \\t")
	}
	k.head("subject.purposes")
	k.table("24 22 24 30", "subject.purpose", "subject.of", "subject.basis", "subject.kept")
	for _, x := range r.Purposes {
		kept, _ := r.Kept(x.Keep)
		k.row(k.say(x.Text), k.say(x.Of), p.T("subject.basis."+x.Basis)+": "+k.say(x.Law), k.say(kept.From)+"; "+k.say(kept.End))
	}
	k.end()
	k.terms(r, terms)
	k.head("subject.data")
	k.table("30 20 50", "subject.table", "subject.class", "subject.columns")
	for _, t := range f.Tables {
		for _, c := range []subject.Class{subject.Basic, subject.Sensitive} {
			if t.Holds(c) {
				k.row(k.say(t.Text)+" ("+t.Name+")", p.T("subject.class."+string(c)), strings.Join(t.In(c), ", "))
			}
		}
	}
	k.end()
	k.head("subject.kit_flow")
	for _, key := range []string{"subject.flow_in", "subject.flow_out", "subject.flow_abroad"} {
		k.line(p.T(key))
	}
	k.head("subject.kit_guard")
	for _, key := range []string{"subject.guard_seal", "subject.guard_scope", "subject.guard_trail", "subject.guard_sign", "subject.guard_backup"} {
		k.line(p.T(key))
	}
	k.head("subject.kit_open")
	k.table("40 60", "subject.table", "subject.why_plain")
	for _, t := range f.Tables {
		if t.Plain["vi"] != "" && t.Of == "people" {
			k.row(k.say(t.Text), k.say(t.Plain))
		}
	}
	k.end()
	k.head("subject.rights")
	k.line(p.T("subject.rights_answer", r.Clocks.Answer.Length))
	k.table("50 25 25", "request.kind", "subject.days", "subject.extension")
	for _, kind := range subject.Kinds {
		c := r.Clocks.Kinds[kind]
		k.row(p.T("request.kind."+string(kind)), fmt.Sprint(c.Length), fmt.Sprint(c.Extension))
	}
	k.end()
	k.line(">l //" + k.say(r.Clocks.Source) + "//")
	k.head("subject.kit_risk")
	for range 3 {
		k.line(">l \\t")
	}
	return docx.Compile(p.T("subject.kit"), k.b.String())
}

// terms lists how long what is kept, as it is in force, and says of every term that the installation set what was delivered instead, and why.
func (k *paper) terms(r *subject.Register, t Terms) {
	k.head("subject.retention")
	k.table("26 14 20 20 20", "subject.from", "subject.months", "subject.end", "subject.source", "term.set")
	for _, x := range r.Retention {
		now, by := t.Kept[x.Code], k.p.T("term.register")
		if set, ok := t.Set[x.Code]; ok {
			by = k.p.T("term.differs", set.By, set.On, k.months(x.Months), set.Reason)
		}
		k.row(k.say(now.From), k.months(now.Months), k.say(now.End), k.say(now.Source)+" ("+k.p.T("form.sure."+now.Sure)+")", by)
	}
	k.end()
}

func (k *paper) months(n int) string {
	if n == 0 {
		return k.p.T("subject.no_term")
	}
	return k.p.T("rules.unit.months", n)
}

// paper writes the description of a document.
type paper struct {
	p *i18n.Printer
	b strings.Builder
}

func (k *paper) line(s string) { k.b.WriteString(s + "\n") }

func (k *paper) head(key string) { k.line(">ksl **" + k.p.T(key) + "**") }

func (k *paper) table(widths string, heads ...string) {
	k.line(".table " + widths)
	for i, h := range heads {
		heads[i] = cell(k.p.T(h))
	}
	k.line("!" + strings.Join(heads, "|"))
}

func (k *paper) row(cells ...string) {
	for i, c := range cells {
		cells[i] = cell(c)
	}
	k.line(strings.Join(cells, "|"))
}

func (k *paper) end() { k.line(".end") }

func (k *paper) say(t subject.Text) string {
	if s := t[string(k.p.Lang())]; s != "" {
		return s
	}
	return t["vi"]
}

// marks are what the description of a document means something by; in a text somebody typed they mean nothing.
var marks = strings.NewReplacer("|", "/", "\n", " ", "\r", " ", "\\", "/", "**", "*", "//", "/ /", "__", "_", "{{", "{ {", "}}", "} }", "\t", " ")

// cell is a text as it may stand in a cell: never empty, and not the beginning of a command.
func cell(s string) string {
	s = strings.TrimSpace(marks.Replace(s))
	switch {
	case s == "":
		return "–"
	case strings.ContainsRune(".>#!", rune(s[0])):
		return "\u2060" + s
	}
	return s
}
