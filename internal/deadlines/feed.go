package deadlines

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/seal"
	"ketnap/internal/store"
)

// MakeFeed gives the signed-in user a calendar address and returns its token. It is shown once: only its
// hash is kept. The address before it ends.
func (s *Service) MakeFeed(ctx context.Context, who access.Actor) (string, error) {
	if who.User == 0 {
		return "", fault.E("deadlines.MakeFeed", fault.Forbidden, "error.forbidden")
	}
	token, hash := seal.Token()
	err := s.st.Update(ctx, audit.Of(who, "deadline.feed", 0, who.User), func(tx *store.Tx) error { return tx.PutFeed(who.User, hash) })
	return token, err
}

// DropFeed ends the calendar address of the signed-in user, at once.
func (s *Service) DropFeed(ctx context.Context, who access.Actor) error {
	return s.st.Update(ctx, audit.Of(who, "deadline.feed_end", 0, who.User), func(tx *store.Tx) error { return tx.DropFeed(who.User) })
}

// FeedMade returns when the signed-in user's calendar address was made; zero when there is none.
func (s *Service) FeedMade(ctx context.Context, who access.Actor) (time.Time, error) {
	var ms int64
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		ms, err = tx.FeedMade(who.User)
		return err
	})
	if err != nil || ms == 0 {
		return time.Time{}, err
	}
	return time.UnixMilli(ms).In(day.Vietnam), nil
}

// Day is how much is due on a day in a unit: no names, so that a calendar may leave the house.
type Day struct {
	UID      string
	On       day.Date
	Unit     id.ID
	UnitName string
	N        int64
	Late     bool // what is overdue by then, all together
}

// Feed is what a calendar program gets.
type Feed struct {
	User string
	Now  time.Time
	Days []Day
}

// feedMonths is how far ahead a calendar goes.
const feedMonths = 12

// Feed returns the days of the account a token belongs to. What is overdue is one entry on the day it is
// asked for, so that it does not sink into the past.
func (s *Service) Feed(ctx context.Context, token string) (Feed, error) {
	var f Feed
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, err := tx.UserByFeed(seal.HashToken(token))
		if err != nil {
			return err
		}
		gone := fault.E("deadlines.Feed", fault.NotFound, "deadline.feed_gone")
		if !u.Active {
			return gone
		}
		who, err := actorOf(tx, u)
		if err != nil {
			return err
		}
		f = Feed{User: u.Name, Now: s.st.Now()}
		tops := tops(who)
		if len(tops) == 0 {
			return gone
		}
		for _, top := range tops {
			if err := f.add(tx, who, top); err != nil {
				return err
			}
		}
		return nil
	})
	return f, err
}

// actorOf is somebody who does not act but is told.
func actorOf(tx *store.Tx, u store.User) (access.Actor, error) {
	grants, err := tx.GrantsNow(u.ID)
	return access.Actor{User: u.ID, Name: u.Name, Method: "feed", Grants: grants}, err
}

// tops are the units an actor reads, without those that lie below another one.
func tops(who access.Actor) []id.ID {
	var out []id.ID
	for _, g := range who.Grants {
		if !g.Role.Has(access.Read) {
			continue
		}
		below := slices.ContainsFunc(who.Grants, func(o access.Grant) bool {
			return o.Role.Has(access.Read) && o.Unit != g.Unit && (o.Unit == 0 || o.Path != "" && strings.HasPrefix(g.Path, o.Path))
		})
		if !below {
			out = append(out, g.Unit)
		}
	}
	return out
}

func (f *Feed) add(tx *store.Tx, who access.Actor, top id.ID) error {
	u, scope, err := over(tx, who, top)
	if err != nil {
		return err
	}
	q := Filter{}.query(tx)
	late, err := tx.CountDueRows(scope, store.DueFilter{Tab: store.DueLate, On: q.On})
	if err != nil {
		return err
	}
	if late > 0 {
		f.Days = append(f.Days, Day{UID: uid(who.User, top, 0), On: q.On, Unit: top, UnitName: u.Name, N: late, Late: true})
	}
	days, err := tx.DueDays(scope, q.On, q.On.AddMonths(feedMonths))
	if err != nil {
		return err
	}
	named := map[id.ID]org.Unit{top: u}
	for _, d := range days {
		name, err := unitName(tx, named, d.Unit)
		if err != nil {
			return err
		}
		f.Days = append(f.Days, Day{UID: uid(who.User, d.Unit, d.On), On: d.On, Unit: d.Unit, UnitName: name, N: d.N})
	}
	return nil
}

func unitName(tx *store.Tx, named map[id.ID]org.Unit, i id.ID) (string, error) {
	u, ok := named[i]
	if !ok {
		var err error
		if u, err = tx.Unit(i); err != nil {
			return "", err
		}
		named[i] = u
	}
	return u.Name, nil
}

// uid names an entry the same each time. It tells nothing to who does not know the ids already.
func uid(user, unit id.ID, on day.Date) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %d", user, unit, on))
	return hex.EncodeToString(sum[:12]) + "@ketnap"
}
