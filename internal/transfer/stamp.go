package transfer

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"

	"ketnap/internal/org"
	"ketnap/internal/person"
)

// stampOf is a number that differs when a record differs in anything people can change: by it an
// undoing finds out whether a record is as the import left it, also after another import changed it
// and was undone. Versions would not do, because undoing is a change as well.
func stampOf(p *person.Person, s *person.Sealed) int64 {
	b := make([]byte, 0, 512)
	text := func(t string) { b = append(append(b, t...), 0) }
	num := func(n int64) { b = append(strconv.AppendInt(b, n, 36), 0) }
	for _, t := range []string{p.Name, p.OtherName, p.CertNo, p.Note, s.Number, s.Card, s.OldCard, s.CardPlace, s.Phone, s.Email, s.Helper, s.IntroducedBy} {
		text(t)
	}
	for _, a := range []person.Address{s.BirthPlace, s.Home, s.Permanent, s.Temporary} {
		text(a.Country)
		text(a.Province)
		text(a.Detail)
	}
	for _, n := range []int{int(p.Place.Stage), p.Sex, p.Ethnic, p.Religion, p.Occupation, p.Schooling, p.Expertise, p.Theory, p.Sector, int(s.CardOn),
		int(p.Since), int(p.Birth), int(p.PoolOn), int(p.CertOn), int(p.Joined), int(p.PartyAge), int(p.OfficialOn)} {
		num(int64(n))
	}
	num(int64(p.LastUnit))
	b = append(strconv.AppendBool(b, p.Youth), 0)
	b = strconv.AppendBool(b, p.Void)
	return digest(b)
}

// unitStamp is stampOf for a unit with its blocs.
func unitStamp(u org.Unit, blocs []string) int64 {
	b := make([]byte, 0, 256)
	for _, t := range []string{string(u.Kind), u.Name, u.Short, u.Location, u.Code} {
		b = append(append(b, t...), 0)
	}
	for _, n := range []int64{int64(u.Parent), int64(u.Sector), int64(u.Founded), int64(u.Dissolved)} {
		b = append(strconv.AppendInt(b, n, 36), 0)
	}
	blocs = slices.Clone(blocs)
	slices.Sort(blocs)
	for _, t := range blocs {
		b = append(append(b, t...), 0)
	}
	return digest(b)
}

func digest(b []byte) int64 {
	sum := sha256.Sum256(b)
	return int64(binary.BigEndian.Uint64(sum[:8]) >> 1)
}
