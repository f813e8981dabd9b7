package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/people"
	"ketnap/internal/person"
)

// digitsOf drops what people type between the digits of a number.
func digitsOf(s string) string { return strings.NewReplacer(" ", "", ".", "", "-", "").Replace(s) }

// personValues is a record as the form holds it.
func personValues(p person.Person) url.Values {
	v := url.Values{}
	for name, text := range map[string]string{"name": p.Name, "other_name": p.OtherName, "birth": p.Birth.VN(), "cert_no": p.CertNo, "cert_on": p.CertOn.VN(),
		"pool_on": p.PoolOn.VN(), "joined": p.Joined.VN(), "party_age": p.PartyAge.VN(), "official": p.OfficialOn.VN(), "note": p.Note} {
		v.Set(name, text)
	}
	for name, n := range map[string]int{"sex": p.Sex, "ethnic": p.Ethnic, "religion": p.Religion, "occupation": p.Occupation, "schooling": p.Schooling, "expertise": p.Expertise, "theory": p.Theory} {
		v.Set(name, strconv.Itoa(n))
	}
	if p.Youth {
		v.Set("youth", "1")
	}
	return v
}

// fill makes the fields, in the order of the paper forms. filled is the sealed fields that have a
// value, masked.
func (p *personForm) fill(filled map[string]string) {
	text := func(name, key string) Field { return p.Field(name, p.T(key), p.In.Get(name), p.Errs) }
	date := func(name, key string) Field { return text(name, key).As("date") }
	pick := func(name, key string, list person.List) Field {
		cs := []Choice{{Label: p.T("person.not_filled"), Value: "0"}}
		for i := range list {
			cs = append(cs, Choice{Label: list.In(string(p.Lang), i+1), Value: strconv.Itoa(i + 1)})
		}
		return text(name, key).From(cs)
	}
	p.Groups = []formGroup{
		{p.T("person.group_who"), []Field{
			text("name", "people.col.name").Must(), text("other_name", "person.other_name"), pick("sex", "people.col.sex", person.Sexes).Must(),
			date("birth", "people.col.birth").Must().Help(p.T("person.birth_hint")), pick("ethnic", "people.col.ethnic", person.Ethnics), pick("religion", "people.col.religion", person.Religions)}},
		{p.T("person.group_work"), []Field{
			pick("occupation", "people.col.occupation", person.Occupations), pick("schooling", "people.col.schooling", person.Schoolings),
			pick("expertise", "people.col.expertise", person.Expertises), pick("theory", "people.col.theory", person.Theories),
			text("youth", "person.youth").As("check").Tick(p.In.Get("youth") == "1")}},
		{p.T("person.group_days"), []Field{
			date("pool_on", "people.col.pool_on"), text("cert_no", "people.col.cert_no"), date("cert_on", "people.col.cert_on"),
			date("joined", "people.col.joined"), date("party_age", "person.party_age"), date("official", "people.col.official"), text("note", "people.col.note")}},
	}
	for _, code := range people.SealedCodes() {
		f := text(code, "person.sealed."+code)
		switch code {
		case "number", "card", "old_card":
			f = f.Keys("numeric")
		case "phone":
			f = f.Keys("tel")
		case "email":
			f = f.Keys("email")
		case "card_on":
			f = f.As("date")
		}
		in := sealedInput{Field: f}
		if filled[code] != "" {
			in.Field = f.Help(p.T("person.sealed_has", filled[code]))
			c := p.Field("clear", p.T("person.sealed_clear"), code, nil).As("check").Tick(slices.Contains(p.In["clear"], code))
			c.Of = code
			in.Clear = &c
		}
		p.Sealed = append(p.Sealed, in)
	}
}
