package people

import (
	"context"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// sealedFields reads each sealed field by its code.
var sealedFields = []struct {
	code string
	get  func(person.Sealed) string
}{
	{"number", func(s person.Sealed) string { return s.Number }},
	{"card", func(s person.Sealed) string { return s.Card }},
	{"old_card", func(s person.Sealed) string { return s.OldCard }},
	{"card_place", func(s person.Sealed) string { return s.CardPlace }},
	{"card_on", func(s person.Sealed) string {
		if s.CardOn == 0 {
			return ""
		}
		return day.Date(s.CardOn).VN()
	}},
	{"phone", func(s person.Sealed) string { return s.Phone }},
	{"email", func(s person.Sealed) string { return s.Email }},
	{"birth_place", func(s person.Sealed) string { return address(s.BirthPlace) }},
	{"home", func(s person.Sealed) string { return address(s.Home) }},
	{"permanent", func(s person.Sealed) string { return address(s.Permanent) }},
	{"temporary", func(s person.Sealed) string { return address(s.Temporary) }},
	{"helper", func(s person.Sealed) string { return s.Helper }},
	{"introduced_by", func(s person.Sealed) string { return s.IntroducedBy }},
}

// SealedCodes lists the codes of the sealed fields in the order of a page.
func SealedCodes() []string {
	codes := make([]string, len(sealedFields))
	for i, f := range sealedFields {
		codes[i] = f.code
	}
	return codes
}

func address(a person.Address) string {
	var parts []string
	for _, p := range []string{a.Detail, a.Province, a.Country} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// masked says which sealed fields are filled in; of numbers the last three digits are shown, so that
// a clerk can tell two people of one name apart.
func masked(s person.Sealed) map[string]string {
	out := map[string]string{}
	for _, f := range sealedFields {
		v := f.get(s)
		switch {
		case v == "":
		case (f.code == "number" || f.code == "card" || f.code == "phone") && len(v) > 6:
			out[f.code] = strings.Repeat("•", len(v)-3) + v[len(v)-3:]
		default:
			out[f.code] = "••••••"
		}
	}
	return out
}

// Reveal opens one sealed field of a person for a reason; that it was opened, by whom and why is in
// the audit trail before the answer leaves.
func (s *Service) Reveal(ctx context.Context, who access.Actor, i id.ID, field, reason string) (string, error) {
	const op = "people.Reveal"
	reason = strings.TrimSpace(reason)
	if len([]rune(reason)) < 5 {
		return "", fault.E(op, fault.Invalid, "people.reason_missing").Field("reason", "people.reason_missing")
	}
	value, known := "", false
	err := s.st.Update(ctx, audit.Of(who, "person.reveal", i.Province(), i).With(field+": "+reason), func(tx *store.Tx) error {
		if _, _, err := load(tx, who, access.Reveal, i); err != nil {
			return err
		}
		sealed, err := tx.Sealed(i)
		if err != nil {
			return err
		}
		for _, f := range sealedFields {
			if f.code == field {
				value, known = f.get(sealed), true
			}
		}
		if !known {
			return fault.E(op, fault.NotFound, "error.notfound")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return value, nil
}

// mergeSealed takes what a form fills in and keeps the rest: the form never shows sealed values, so
// an empty field means "as it was".
func mergeSealed(old, next person.Sealed) person.Sealed {
	s := old
	for _, f := range []struct{ to, from *string }{
		{&s.Number, &next.Number}, {&s.Card, &next.Card}, {&s.OldCard, &next.OldCard}, {&s.CardPlace, &next.CardPlace}, {&s.Phone, &next.Phone},
		{&s.Email, &next.Email}, {&s.Helper, &next.Helper}, {&s.IntroducedBy, &next.IntroducedBy},
	} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	if next.CardOn != 0 {
		s.CardOn = next.CardOn
	}
	for _, a := range []struct{ to, from *person.Address }{{&s.BirthPlace, &next.BirthPlace}, {&s.Home, &next.Home}, {&s.Permanent, &next.Permanent}, {&s.Temporary, &next.Temporary}} {
		if *a.from != (person.Address{}) {
			*a.to = *a.from
		}
	}
	return s
}
