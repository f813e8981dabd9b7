package subjects

import (
	"fmt"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/docx"
	"ketnap/internal/i18n"
	"ketnap/internal/pdf"
	"ketnap/internal/person"
	"ketnap/internal/subject"
)

// sheet is what an own record is written on.
type sheet interface {
	title(s string)
	name(s string)
	note(s string)
	head(s string)
	table(widths []int, heads ...string)
	row(cells ...string)
	end()
}

// Paper writes an own record as a Word document, to be printed and handed over. sealed are the sealed fields that are filled in, by label.
func (o Own) Paper(p *i18n.Printer, sealed [][2]string) ([]byte, error) {
	k := paper{p: p}
	o.write(p, wordSheet{&k}, sealed)
	return docx.Compile(p.T("own.title"), k.b.String())
}

// PDF writes an own record as a PDF.
func (o Own) PDF(p *i18n.Printer, sealed [][2]string) ([]byte, error) {
	d, err := pdf.New(p.T("own.title"), string(p.Lang()))
	if err != nil {
		return nil, err
	}
	o.write(p, pdfSheet{d}, sealed)
	return d.Bytes()
}

func (o Own) write(p *i18n.Printer, k sheet, sealed [][2]string) {
	table := func(widths []int, keys ...string) {
		heads := make([]string, len(keys))
		for i, key := range keys {
			heads[i] = p.T(key)
		}
		k.table(widths, heads...)
	}
	k.title(p.T("own.title"))
	k.name(o.Person.Name)
	if o.Why == "" {
		k.note(p.T("own.made_self", o.Made, o.By))
	} else {
		k.note(p.T("own.made", o.Made, o.By, o.Why))
	}
	k.head(p.T("own.record"))
	table([]int{35, 65}, "own.field", "own.value")
	for _, f := range append(o.facts(p), sealed...) {
		if f[1] != "" {
			k.row(f[0], f[1])
		}
	}
	k.end()
	k.head(p.T("own.movements"))
	table([]int{16, 28, 36, 20}, "own.on", "own.cause", "own.where", "own.paper")
	for _, m := range o.Movements {
		where := m.To
		if where == "" {
			where = m.From
		}
		k.row(m.On.VN(), p.T("cause."+m.Code), where+" ("+p.T("stage."+m.Stage)+")", m.Decision)
	}
	k.end()
	for _, d := range o.Dossiers {
		if len(d.Acts) == 0 {
			continue
		}
		k.head(p.T("own.dossier"))
		table([]int{16, 56, 28}, "own.on", "own.step", "own.paper")
		for _, a := range d.Acts {
			k.row(a.On.VN(), p.T("step."+string(a.Step)), a.No)
		}
		k.end()
	}
	o.rights(p, k, table)
}

// rights writes what the data is kept for, what was asked about it, and who looked at it.
func (o Own) rights(p *i18n.Printer, k sheet, table func(widths []int, keys ...string)) {
	k.head(p.T("subject.purposes"))
	table([]int{34, 36, 30}, "subject.purpose", "subject.basis", "subject.to")
	say := (&paper{p: p}).say
	for _, x := range subject.Book().Purposes {
		if x.Code != "security" && x.Code != "import" {
			k.row(say(x.Text), p.T("subject.basis."+x.Basis)+": "+say(x.Law), say(x.To))
		}
	}
	k.end()
	if len(o.Consents) > 0 {
		k.head(p.T("consent.title"))
		table([]int{32, 18, 16, 34}, "subject.purpose", "consent.said", "own.on", "consent.taken")
		for _, c := range o.Consents {
			x, _ := subject.Book().Purpose(c.Purpose)
			k.row(say(x.Text), p.T("consent.said."+string(c.Said)), c.On.VN(), p.T("consent.how", p.T("consent.way."+string(c.Way)), c.By, c.Version))
		}
		k.end()
	}
	if len(o.Requests) > 0 {
		k.head(p.T("request.title"))
		table([]int{34, 22, 22, 22}, "request.kind", "request.received", "request.done_by", "request.state")
		for _, r := range o.Requests {
			k.row(p.T("request.kind."+string(r.Kind)), r.Received.VN(), r.DoneBy.VN(), p.T("request.state."+string(r.State)))
		}
		k.end()
	}
	k.head(p.T("own.looks"))
	table([]int{22, 30, 48}, "own.on", "own.who", "own.did")
	for _, l := range o.Looks {
		k.row(p.Time(l.At), l.Name, strings.TrimSpace(p.T("own.look."+l.Action)+" "+detail(l)))
	}
	k.end()
}

// wordSheet writes the description of a Word document.
type wordSheet struct{ k *paper }

func (w wordSheet) title(s string) { w.k.line(">c14 **" + cell(s) + "**") }
func (w wordSheet) name(s string)  { w.k.line(">c " + cell(s)) }
func (w wordSheet) note(s string)  { w.k.line(">l //" + cell(s) + "//") }
func (w wordSheet) head(s string)  { w.k.line(">ksl **" + cell(s) + "**") }
func (w wordSheet) end()           { w.k.end() }

func (w wordSheet) table(widths []int, heads ...string) {
	w.k.line(".table " + strings.Trim(fmt.Sprint(widths), "[]"))
	for i, h := range heads {
		heads[i] = cell(h)
	}
	w.k.line("!" + strings.Join(heads, "|"))
}

func (w wordSheet) row(cells ...string) { w.k.row(cells...) }

// pdfSheet writes a PDF.
type pdfSheet struct{ d *pdf.Doc }

func (w pdfSheet) title(s string)                      { w.d.Title(s) }
func (w pdfSheet) name(s string)                       { w.d.Centre(s) }
func (w pdfSheet) note(s string)                       { w.d.Line(s) }
func (w pdfSheet) head(s string)                       { w.d.Head(s) }
func (w pdfSheet) table(widths []int, heads ...string) { w.d.Table(widths, heads...) }
func (w pdfSheet) row(cells ...string)                 { w.d.Row(cells...) }
func (w pdfSheet) end()                                { w.d.End() }

// detail is the reason of a look, which stands in the trail behind the code of what was looked at.
func detail(l Look) string {
	if l.Action == "person.reveal" {
		_, why, _ := strings.Cut(l.Detail, ": ")
		return why
	}
	if l.Action == "person.own" {
		return l.Detail
	}
	return ""
}

// Why is the reason a look was noted with.
func (l Look) Why() string { return detail(l) }

// facts are the fields of the record in the order of its page.
func (o Own) facts(p *i18n.Printer) [][2]string {
	x, lang := o.Person, string(p.Lang())
	youth := ""
	if x.Youth {
		youth = p.T("person.yes")
	}
	date := func(d day.Date) string { return d.VN() }
	return [][2]string{
		{p.T("people.col.name"), x.Name}, {p.T("person.other_name"), x.OtherName}, {p.T("people.col.birth"), date(x.Birth)},
		{p.T("people.col.unit"), o.Unit}, {p.T("people.col.stage"), p.T("stage." + x.Place.Stage.String())},
		{p.T("people.col.sex"), person.Sexes.In(lang, x.Sex)}, {p.T("people.col.ethnic"), person.Ethnics.In(lang, x.Ethnic)},
		{p.T("people.col.religion"), person.Religions.In(lang, x.Religion)}, {p.T("people.col.occupation"), person.Occupations.In(lang, x.Occupation)},
		{p.T("people.col.schooling"), person.Schoolings.In(lang, x.Schooling)}, {p.T("people.col.expertise"), person.Expertises.In(lang, x.Expertise)},
		{p.T("people.col.theory"), person.Theories.In(lang, x.Theory)}, {p.T("person.youth"), youth}, {p.T("people.col.pool_on"), date(x.PoolOn)},
		{p.T("people.col.cert_no"), x.CertNo}, {p.T("people.col.cert_on"), date(x.CertOn)}, {p.T("people.col.joined"), date(x.Joined)},
		{p.T("person.party_age"), date(x.PartyAge)}, {p.T("people.col.official"), date(x.OfficialOn)}, {p.T("people.col.note"), x.Note},
	}
}
