package users

import (
	"context"
	"iter"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// Account is an account with its grants.
type Account struct {
	ID      id.ID          `json:"id"`
	Login   string         `json:"login"`
	Name    string         `json:"name"`
	Active  bool           `json:"active"`
	Version int64          `json:"version"`
	Grants  []access.Grant `json:"grants"`
	Places  []string       `json:"places"` // unit names beside Grants
	Idle    bool           `json:"idle"`   // nobody signed in for so long that an administrator has to open it again
	Whole   bool           `json:"whole"`  // every grant is among Grants: who looks may change the account
}

// Ask is which accounts a list shows: those in whose login, name or places every word stands, at most Size after a login. Size 0 is all.
type Ask struct {
	Words, After string
	Size         int
}

// Listing is a page of accounts in the order of their logins.
type Listing struct {
	Accounts []Account
	Next     string // the login after which the next page begins, "" at the end
}

// listChunk is how many accounts are read at once.
const listChunk = 200

// List returns the accounts that have a grant where who manages users.
func (s *Service) List(ctx context.Context, who access.Actor, ask Ask) (Listing, error) {
	var l Listing
	words := vi.Words(ask.Words)
	err := s.st.View(ctx, func(tx *store.Tx) error {
		l = Listing{}
		for us, err := range everybody(tx, ask.After) {
			if err != nil {
				return err
			}
			as, err := accounts(tx, who, us)
			if err != nil {
				return err
			}
			for _, a := range as {
				switch {
				case !a.has(words):
				case ask.Size > 0 && len(l.Accounts) == ask.Size:
					l.Next = l.Accounts[ask.Size-1].Login
					return nil
				default:
					l.Accounts = append(l.Accounts, a)
				}
			}
		}
		return nil
	})
	return l, err
}

// everybody reads the accounts after a login, some at a time.
func everybody(tx *store.Tx, after string) iter.Seq2[[]store.User, error] {
	return func(yield func([]store.User, error) bool) {
		for {
			us, err := tx.Users(after, listChunk)
			if !yield(us, err) || err != nil || len(us) < listChunk {
				return
			}
			after = us[len(us)-1].Login
		}
	}
}

// Get returns an account that has a grant where who manages users. Another one is Forbidden where they may read, else NotFound.
func (s *Service) Get(ctx context.Context, who access.Actor, user id.ID) (Account, error) {
	var a Account
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.User(user)
		if err != nil {
			return err
		}
		as, err := accounts(tx, who, []store.User{u})
		if err != nil {
			return err
		}
		if len(as) > 0 && u.Person == 0 {
			a = as[0]
			return nil
		}
		if err = manages(tx, who, user); err == nil {
			err = fault.E("users.Get", fault.NotFound, "user.notfound")
		}
		return err
	})
	return a, err
}

// accounts keeps of some accounts those that who may see, with the grants that lie where who manages users.
func accounts(tx *store.Tx, who access.Actor, us []store.User) ([]Account, error) {
	ids := make([]id.ID, len(us))
	for i, u := range us {
		ids[i] = u.ID
	}
	grants, err := tx.GrantsOf(ids)
	if err != nil {
		return nil, err
	}
	byProvince := map[int][]id.ID{}
	for _, gs := range grants {
		for _, g := range gs {
			byProvince[g.Unit.Province()] = append(byProvince[g.Unit.Province()], g.Unit)
		}
	}
	units := map[id.ID]org.Unit{0: {}} // the nation
	for province, ids := range byProvince {
		slices.Sort(ids)
		found, err := tx.UnitsByID(province, slices.Compact(ids))
		if err != nil {
			return nil, err
		}
		for i, u := range found {
			units[i] = u
		}
	}
	all := who.Can(access.ManageUsers, org.Unit{})
	var as []Account
	for _, u := range us {
		a := Account{ID: u.ID, Login: u.Login, Name: u.Name, Active: u.Active, Version: u.Version, Idle: u.Sleeps(tx.Now)}
		a.Whole = true
		for _, g := range grants[u.ID] {
			switch unit, there := units[g.Unit]; {
			case !there: // gone: gives nothing
			case who.Can(access.ManageUsers, unit):
				a.Grants, a.Places = append(a.Grants, g), append(a.Places, unit.Name)
			default:
				a.Whole = false
			}
		}
		if all || len(a.Grants) > 0 {
			as = append(as, a)
		}
	}
	return as, nil
}

// has reports whether every word, folded, stands in the login, the name or the places of an account.
func (a *Account) has(words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := vi.Fold(a.Login + " " + a.Name + " " + strings.Join(a.Places, " "))
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
