package users

import (
	"context"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Area is a part of what programs may read (phần được đọc).
type Area string

// The areas.
const (
	Figures     Area = "figures" // figures and targets of units
	UnitsArea   Area = "units"   // the tree
	PeopleArea  Area = "people"  // lists of people, without sealed fields
	VerifyArea  Area = "verify"  // the newest seals of the audit trail, to be kept elsewhere
	tokenPrefix      = "ketnap_" // makes a token easy to find where it should not be
)

// Areas lists them as pages do.
var Areas = []Area{Figures, UnitsArea, PeopleArea, VerifyArea}

// right is what the owner of a token must hold for an area.
func (a Area) right() access.Right {
	if a == VerifyArea {
		return access.Inspect
	}
	return access.Read
}

// Bounds on tokens. They are guards of this program, not of a regulation.
const (
	tokenDays  = 366 // how long one may be good
	tokensMost = 20  // of one account
	tokenName  = 60  // runes
)

// TokenForm is what a token shall be.
type TokenForm struct {
	Name  string
	Areas []Area
	Unit  id.ID // reads there and below only; 0: wherever its owner may
	To    day.Date
}

// TokenLine is a token as its owner sees it.
type TokenLine struct {
	ID             string   `json:"id"`
	Name           string   `json:"name"`
	Areas          []string `json:"areas"`
	Unit           id.ID    `json:"unit"`
	Place          string   `json:"unit_name"` // "" for everywhere
	To             day.Date `json:"to"`
	MadeAt, UsedAt int64    `json:"-"`
	Over           bool     `json:"expired"`
}

// Today is the day the service stands at.
func (s *Service) Today() day.Date { return s.st.Today() }

// LastTokenDay is the last day a token made today may be good for.
func (s *Service) LastTokenDay() day.Date { return s.st.Today().AddDays(tokenDays) }

// Tokens returns the tokens of an account: one's own, or that of somebody one manages.
func (s *Service) Tokens(ctx context.Context, who access.Actor, user id.ID) (out []TokenLine, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		out = []TokenLine{}
		if err := ownsOrManages(tx, who, user); err != nil {
			return err
		}
		all, err := tx.Tokens(user)
		for _, t := range all {
			u, uerr := tx.Unit(t.Unit)
			if uerr != nil {
				return uerr
			}
			out = append(out, TokenLine{ID: t.ID(), Name: t.Name, Areas: t.Areas, Unit: t.Unit, Place: u.Name, To: t.To, MadeAt: t.MadeAt, UsedAt: t.UsedAt, Over: t.To < tx.Today})
		}
		return err
	})
	return out, err
}

func ownsOrManages(tx *store.Tx, who access.Actor, user id.ID) error {
	if user != 0 && who.User == user {
		return nil
	}
	return manages(tx, who, user)
}

// MakeToken makes a token of the signed-in account, which showed a factor just now, and returns it. Only its hash is kept.
func (s *Service) MakeToken(ctx context.Context, g Signed, f TokenForm) (string, error) {
	secret, hash := newToken()
	err := s.st.Update(ctx, own(g, "user.token_new"), func(tx *store.Tx) error {
		if err := s.fresh(tx, g); err != nil {
			return err
		}
		return addToken(tx, g.Actor.User, hash, f)
	})
	return secret, err
}

// MakeTokenFor makes a token of an account that who manages.
func (s *Service) MakeTokenFor(ctx context.Context, who access.Actor, user id.ID, f TokenForm) (string, error) {
	secret, hash := newToken()
	err := s.st.Update(ctx, audit.Of(who, "user.token_new", user.Province(), user), func(tx *store.Tx) error {
		if err := manages(tx, who, user); err != nil {
			return err
		}
		return addToken(tx, user, hash, f)
	})
	return secret, err
}

func newToken() (secret string, hash []byte) {
	text, _ := seal.Token()
	secret = tokenPrefix + text
	return secret, seal.HashToken(secret)
}

// addToken checks a form against what its owner may, and keeps the token.
func addToken(tx *store.Tx, user id.ID, hash []byte, f TokenForm) error {
	const op = "users.addToken"
	u, err := tx.User(user)
	if err != nil {
		return err
	}
	if u.Person != 0 {
		return fault.E(op, fault.Forbidden, "token.self")
	}
	have, err := tx.Tokens(user)
	if err != nil {
		return err
	}
	if len(have) >= tokensMost {
		return fault.E(op, fault.Conflict, "token.many", len(have))
	}
	owner := access.Actor{User: user}
	if owner.Grants, err = tx.GrantsNow(user); err != nil {
		return err
	}
	f.Name = vi.NFC(strings.TrimSpace(f.Name))
	e := fault.E(op, fault.Invalid, "token.invalid")
	if n := len([]rune(f.Name)); n == 0 || n > tokenName {
		e.Field("token_name", "token.name_missing")
	}
	last := tx.Today.AddDays(tokenDays)
	if f.To < tx.Today || f.To > last {
		e.Field("token_to", "token.to_wrong", last)
	}
	place, err := tx.Unit(f.Unit)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if err != nil || f.Unit != 0 && !owner.Can(access.Read, place) {
		e.Field("unit", "token.unit_wrong")
	}
	if len(f.Areas) == 0 {
		e.Field("token_areas", "token.areas_missing")
	}
	areas := []string{}
	for _, a := range f.Areas {
		if !slices.Contains(Areas, a) || len(narrowed(owner.Grants, place, a)) == 0 {
			e.Field("token_areas", "token.areas_right")
		}
		areas = append(areas, string(a))
	}
	if len(e.Fields) > 0 {
		return e
	}
	slices.Sort(areas)
	t := store.Token{Hash: hash, User: user, Name: f.Name, Areas: slices.Compact(areas), Unit: f.Unit, To: f.To}
	tx.Did(user, t.ID()+" "+strings.Join(t.Areas, "+")+" @ "+f.Unit.String()+" – "+f.To.String())
	return tx.AddToken(t)
}

// RevokeToken ends a token at once: one's own, or that of somebody one manages.
func (s *Service) RevokeToken(ctx context.Context, who access.Actor, user id.ID, token string) error {
	return s.st.Update(ctx, audit.Of(who, "user.token_revoke", user.Province(), user).With(token), func(tx *store.Tx) error {
		if err := ownsOrManages(tx, who, user); err != nil {
			return err
		}
		all, err := tx.Tokens(user)
		if err != nil {
			return err
		}
		for _, t := range all {
			if t.ID() == token {
				return tx.DropToken(user, t.Hash)
			}
		}
		return fault.E("users.RevokeToken", fault.NotFound, "token.gone")
	})
}

// narrowed is what of the owner's grants a token for an area and a place carries: reading only, there and below only.
func narrowed(gs []access.Grant, place org.Unit, a Area) []access.Grant {
	var out []access.Grant
	for _, g := range gs {
		if !g.Role.Has(a.right()) {
			continue
		}
		g.Role = access.Viewer
		switch {
		case place.ID == 0 || g.Unit != 0 && strings.HasPrefix(g.Path, place.Path):
			out = append(out, g) // the grant lies within the place
		case access.Actor{Grants: []access.Grant{g}}.Can(access.Read, place):
			g.Unit, g.Path = place.ID, place.Path
			out = append(out, g)
		}
	}
	return out
}

// Program is a program that reads with a token.
type Program struct {
	Actor access.Actor
	Token TokenLine
	Home  id.ID // where it reads when it names no unit
}

// ByToken returns what a token may read in an area, "" for none in particular. Everything is looked at anew in each request: the token, the
// account, its grants; so whatever was taken away is gone with the next request.
func (s *Service) ByToken(ctx context.Context, secret string, a Area) (Program, error) {
	const op = "users.ByToken"
	var p Program
	var t store.Token
	wrong, now := fault.E(op, fault.Forbidden, "token.wrong"), s.st.Now()
	if !strings.HasPrefix(secret, tokenPrefix) {
		return p, wrong
	}
	hash := seal.HashToken(secret)
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		p, t, err = program(tx, hash, a)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return p, wrong
	}
	if err != nil {
		return p, err
	}
	if wait := s.pace.take(string(hash), now); wait > 0 {
		return p, fault.E(op, fault.Busy, "token.fast", wait)
	}
	refused := p.Actor.Grants == nil
	if !refused && !slices.Contains(t.Areas, string(a)) && a != "" {
		return p, fault.E(op, fault.Forbidden, "token.area_closed", string(a))
	}
	if now.UnixMilli()-t.UsedAt > seeEvery.Milliseconds() {
		action := map[bool]string{false: "user.token_used", true: "user.token_refused"}[refused]
		e := audit.Entry{Province: t.User.Province(), Actor: t.User, Name: p.Actor.Name, Method: "api", Action: action, Object: t.User, Detail: t.ID()}
		if err := s.st.Update(ctx, e, func(tx *store.Tx) error { return tx.UseToken(hash) }); err != nil {
			return p, err
		}
	}
	if refused {
		return p, wrong
	}
	return p, nil
}

// program reads a token and who it reads for. Without grants it may nothing: expired, the account closed, paused or without rights there.
func program(tx *store.Tx, hash []byte, a Area) (Program, store.Token, error) {
	t, err := tx.Token(hash)
	if err != nil {
		return Program{}, t, err
	}
	u, err := tx.User(t.User)
	if err != nil {
		return Program{}, t, err
	}
	p := Program{Actor: access.Actor{User: u.ID, Name: u.Name + " · " + t.Name, Method: "api"}}
	p.Token = TokenLine{ID: t.ID(), Name: t.Name, Areas: t.Areas, Unit: t.Unit, To: t.To}
	if !u.Active || u.Sleeps(tx.Now) || u.Person != 0 || t.To < tx.Today {
		return p, t, nil
	}
	place, err := tx.Unit(t.Unit)
	if fault.Is(err, fault.NotFound) {
		return p, t, nil
	}
	if err != nil {
		return p, t, err
	}
	gs, err := tx.GrantsNow(u.ID)
	if err != nil {
		return p, t, err
	}
	p.Token.Place = place.Name
	if p.Actor.Grants = narrowed(gs, place, a); len(p.Actor.Grants) > 0 {
		p.Home = p.Actor.Grants[0].Unit
	}
	return p, t, nil
}

// NoteRead keeps that a program read what holds no personal data.
func (s *Service) NoteRead(ctx context.Context, who access.Actor, action string, unit id.ID) error {
	return s.st.Access(ctx, audit.Of(who, action, unit.Province(), unit))
}
