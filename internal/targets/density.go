package targets

import (
	"cmp"
	"context"
	"math/big"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
	"ketnap/internal/vi"
)

// Dense is a unit with its members of today and how many people there are around them.
type Dense struct {
	Unit    org.Unit
	Members int64
	Head    target.Headcount // N 0 while none was entered
	May     bool             // the actor may enter it
}

// Density is how many of the people in the place of a unit, and of those directly below it, are members (mật độ đảng viên).
type Density struct {
	Unit  org.Unit
	Above []org.Unit
	Today day.Date
	Self  Dense
	Rows  []Dense // the lowest share first, units without a number last
	None  int     // units without a number
}

// memberStages are the stages of members.
var memberStages = []ledger.Stage{ledger.Probationary, ledger.Official}

// Density returns the shares of a unit and of those directly below it.
func (s *Service) Density(ctx context.Context, who access.Actor, unit id.ID) (Density, error) {
	var d Density
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, scope, above, err := seen(tx, who, unit)
		if err != nil {
			return err
		}
		if scope.Nation() {
			return fault.E("targets.Density", fault.Invalid, "obstacle.nation")
		}
		d = Density{Unit: u, Above: above, Today: tx.Today}
		kids, err := tx.ChildUnits(scope, tx.Today)
		if err != nil {
			return err
		}
		units := append([]org.Unit{u}, kids...)
		heads, err := tx.Headcounts(u.Province(), idsOf(units), tx.Today)
		if err != nil {
			return err
		}
		members := map[id.ID]int64{}
		if err := stock(tx, scope, units, memberStages, members); err != nil {
			return err
		}
		for i, x := range units {
			row := Dense{Unit: x, Members: members[x.ID], Head: heads[x.ID], May: who.Can(access.Write, x)}
			if i == 0 {
				d.Self = row
				continue
			}
			d.Rows = append(d.Rows, row)
			if row.Head.N == 0 {
				d.None++
			}
		}
		slices.SortStableFunc(d.Rows, thinnest)
		return nil
	})
	return d, err
}

// thinnest orders by share, the lowest first, units without a number last.
func thinnest(a, b Dense) int {
	switch {
	case a.Head.N == 0 || b.Head.N == 0:
		return -cmp.Compare(min(a.Head.N, 1), min(b.Head.N, 1))
	default:
		left, right := new(big.Int).Mul(big.NewInt(a.Members), big.NewInt(b.Head.N)), new(big.Int).Mul(big.NewInt(b.Members), big.NewInt(a.Head.N))
		return left.Cmp(right)
	}
}

// PutHeadcount enters how many people there are in the place of a unit on a day, or mends the number of that day.
func (s *Service) PutHeadcount(ctx context.Context, who access.Actor, h target.Headcount) error {
	return s.st.Update(ctx, audit.Of(who, "headcount.put", h.Unit.Province(), h.Unit), func(tx *store.Tx) error {
		if err := mayAt(tx, who, access.Write, h.Unit); err != nil {
			return err
		}
		members, err := besideOf(tx, who, h)
		if err != nil {
			return err
		}
		h := h
		h.Source = strings.TrimSpace(vi.NFC(h.Source))
		if err := h.Check(members, tx.Today); err != nil {
			return err
		}
		tx.Did(h.Unit, h.On.String())
		return tx.PutHeadcount(h)
	})
}

// besideOf returns the members a number would stand beside: those of today when it is the newest of its unit, none when a newer one is there.
func besideOf(tx *store.Tx, who access.Actor, h target.Headcount) (int64, error) {
	u, scope, _, err := seen(tx, who, h.Unit)
	if err != nil {
		return 0, err
	}
	newest, err := tx.Headcounts(u.Province(), []id.ID{u.ID}, tx.Today)
	if err != nil || h.On < newest[u.ID].On {
		return 0, err
	}
	members := map[id.ID]int64{}
	err = stock(tx, scope, []org.Unit{u}, memberStages, members)
	return members[u.ID], err
}
