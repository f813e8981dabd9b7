package subjects

import (
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/docx"
	"ketnap/internal/i18n"
	"ketnap/internal/person"
	"ketnap/internal/subject"
)

// Paper writes an own record as a Word document, to be printed and handed over. sealed are the sealed fields that are filled in, by label.
func (o Own) Paper(p *i18n.Printer, sealed [][2]string) ([]byte, error) {
	k := paper{p: p}
	k.line(">c14 **" + p.T("own.title") + "**")
	k.line(">c " + cell(o.Person.Name))
	made := p.T("own.made", o.Made, cell(o.By), cell(o.Why))
	if o.Why == "" {
		made = p.T("own.made_self", o.Made, cell(o.By))
	}
	k.line(">l //" + made + "//")
	k.head("own.record")
	k.table("35 65", "own.field", "own.value")
	for _, f := range append(o.facts(p), sealed...) {
		if f[1] != "" {
			k.row(f[0], f[1])
		}
	}
	k.end()
	k.head("own.movements")
	k.table("16 28 36 20", "own.on", "own.cause", "own.where", "own.paper")
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
		k.head("own.dossier")
		k.table("16 56 28", "own.on", "own.step", "own.paper")
		for _, a := range d.Acts {
			k.row(a.On.VN(), p.T("step."+string(a.Step)), a.No)
		}
		k.end()
	}
	k.purposes()
	if len(o.Requests) > 0 {
		k.head("request.title")
		k.table("34 22 22 22", "request.kind", "request.received", "request.done_by", "request.state")
		for _, r := range o.Requests {
			k.row(p.T("request.kind."+string(r.Kind)), r.Received.VN(), r.DoneBy.VN(), p.T("request.state."+string(r.State)))
		}
		k.end()
	}
	k.head("own.looks")
	k.table("22 30 48", "own.on", "own.who", "own.did")
	for _, l := range o.Looks {
		k.row(p.Time(l.At), l.Name, p.T("own.look."+l.Action)+" "+detail(l))
	}
	k.end()
	return docx.Compile(p.T("own.title"), k.b.String())
}

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

// purposes says what the data of people is kept for.
func (k *paper) purposes() {
	k.head("subject.purposes")
	k.table("34 36 30", "subject.purpose", "subject.basis", "subject.to")
	for _, x := range subject.Book().Purposes {
		if x.Code != "security" && x.Code != "import" {
			k.row(k.say(x.Text), k.p.T("subject.basis."+x.Basis)+": "+k.say(x.Law), k.say(x.To))
		}
	}
	k.end()
}

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
