package targets

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
	"ketnap/internal/vi"
)

// Charged is one unit somebody answers for, and what came of it in the months that they did.
type Charged struct {
	target.Charge
	UnitName    string
	Goal        target.Target // of the whole year; ID 0 when none was given
	First, Last day.Month     // the months of the year that are counted
	Done        int64         // admissions in these months
	CourseDone  int64
	Obstacles   int // open ones of the unit and below
}

// PointPerson is one member of a committee with the units they answer for in a year.
type PointPerson struct {
	Name, Post string
	Units      []Charged
	Least      int64 // what the targets of these units ask for together
	Done       int64 // admissions in the months they answered for each
	CourseDone int64
}

// Charges is who of a committee answers for what in a year.
type Charges struct {
	Unit   org.Unit
	Above  []org.Unit
	Year   int
	Today  day.Date
	AsOf   day.Date      // Today, or the last day of the year
	People []PointPerson // by given name
	Free   []org.Unit    // units nobody answers for in the month of AsOf
	Units  []org.Unit    // the units directly under it
	May    bool
}

// Charges returns the members of a committee with what came of the units they answer for.
func (s *Service) Charges(ctx context.Context, who access.Actor, unit id.ID, year int) (Charges, error) {
	var c Charges
	err := s.st.View(ctx, func(tx *store.Tx) error {
		u, scope, above, err := seen(tx, who, unit)
		if err != nil {
			return err
		}
		if scope.Nation() {
			return fault.E("targets.Charges", fault.Invalid, "obstacle.nation")
		}
		if year == 0 {
			year = tx.Today.Year()
		}
		c = Charges{Unit: u, Above: above, Year: year, Today: tx.Today, AsOf: min(tx.Today, day.YearPeriod(year).To), May: who.Can(access.SetTarget, u)}
		if c.Units, err = tx.ChildUnits(scope, c.AsOf); err != nil {
			return err
		}
		return c.read(tx, scope)
	})
	return c, err
}

type monthKey struct {
	unit      id.ID
	indicator string
	month     day.Month
}

func (c *Charges) read(tx *store.Tx, scope access.Scope) error {
	first, last := day.MonthOf(c.Year, 1), day.MonthOf(c.Year, 12)
	charges, err := tx.Charges(c.Unit.ID, first, last)
	if err != nil {
		return err
	}
	us, names, err := chargedUnits(tx, c.Units, charges)
	if err != nil {
		return err
	}
	goals, err := current(tx, us, c.Year)
	if err != nil {
		return err
	}
	done := map[monthKey]int64{}
	if err := happened(tx, scope, us, first.First(), c.AsOf, func(u id.ID, code string, m day.Month, n int64) { done[monthKey{u, code, m}] += n }); err != nil {
		return err
	}
	stuck, err := openObstacles(tx, scope, us)
	if err != nil {
		return err
	}
	held, at := map[id.ID]bool{}, map[string]int{}
	for _, x := range charges {
		if x.From <= c.AsOf.MonthOf() && (x.To == 0 || x.To >= c.AsOf.MonthOf()) {
			held[x.Unit] = true
		}
		row := Charged{Charge: x, UnitName: names[x.Unit], Goal: goals[key{x.Unit, target.Admissions.Code, ""}], Obstacles: stuck[x.Unit]}
		row.First, row.Last, _ = x.Within(first, c.AsOf.MonthOf())
		for m := row.First; m <= row.Last; m++ {
			row.Done += done[monthKey{x.Unit, target.Admissions.Code, m}]
			row.CourseDone += done[monthKey{x.Unit, target.Course.Code, m}]
		}
		k := vi.Fold(x.Name) + "\x00" + vi.Fold(x.Post)
		i, ok := at[k]
		if !ok {
			i, c.People = len(c.People), append(c.People, PointPerson{Name: x.Name, Post: x.Post})
			at[k] = i
		}
		c.People[i].add(row)
	}
	c.order()
	c.Free = slices.DeleteFunc(slices.Clone(c.Units), func(u org.Unit) bool { return held[u.ID] })
	return nil
}

// order puts people in the order of given names, and the units of each in that of names.
func (c *Charges) order() {
	for i := range c.People {
		slices.SortStableFunc(c.People[i].Units, func(a, b Charged) int {
			return cmp.Or(cmp.Compare(vi.Fold(a.UnitName), vi.Fold(b.UnitName)), cmp.Compare(a.From, b.From))
		})
	}
	slices.SortStableFunc(c.People, func(a, b PointPerson) int { return cmp.Compare(vi.NameKey(a.Name), vi.NameKey(b.Name)) })
}

// add counts a unit once into the target, however often the person took it over.
func (p *PointPerson) add(c Charged) {
	if !slices.ContainsFunc(p.Units, func(x Charged) bool { return x.Unit == c.Unit }) && c.Goal.ID != 0 {
		p.Least += c.Goal.Least()
	}
	p.Units = append(p.Units, c)
	p.Done += c.Done
	p.CourseDone += c.CourseDone
}

// chargedUnits are the units of charges, those that ended since included, with their names.
func chargedUnits(tx *store.Tx, kids []org.Unit, charges []target.Charge) ([]org.Unit, map[id.ID]string, error) {
	us, names := slices.Clone(kids), map[id.ID]string{}
	for _, u := range kids {
		names[u.ID] = u.Name
	}
	for _, c := range charges {
		if _, ok := names[c.Unit]; ok {
			continue
		}
		u, err := tx.Unit(c.Unit)
		if err != nil {
			return nil, nil, err
		}
		us, names[u.ID] = append(us, u), u.Name
	}
	return us, names, nil
}

// PutCharge enters who answers for a unit, or changes the charge with its ID. Two never answer for a unit in the same month.
func (s *Service) PutCharge(ctx context.Context, who access.Actor, c target.Charge) error {
	const op = "targets.PutCharge"
	action := "charge.add"
	if c.ID != 0 {
		action = "charge.change"
	}
	return s.st.Update(ctx, audit.Of(who, action, c.Committee.Province(), c.Committee), func(tx *store.Tx) error {
		c := c
		if c.ID != 0 {
			was, err := tx.Charge(c.ID)
			if err != nil {
				return err
			}
			c.Committee = was.Committee
		}
		if err := mayAt(tx, who, access.SetTarget, c.Committee); err != nil {
			return err
		}
		c.Name, c.Post = strings.TrimSpace(vi.NFC(c.Name)), strings.TrimSpace(vi.NFC(c.Post))
		if err := c.Check(); err != nil {
			return err
		}
		u, err := tx.Unit(c.Unit)
		if err != nil || u.ID == 0 || u.Parent != c.Committee {
			return fault.E(op, fault.Invalid, "charge.invalid").Field("unit", "charge.unit_below")
		}
		last := c.To
		if last == 0 {
			last = day.MonthOf(9999, 12)
		}
		others, err := tx.Charges(c.Committee, c.From, last)
		if err != nil {
			return err
		}
		for _, o := range others {
			if o.Unit == c.Unit && o.ID != c.ID && o.Meets(c) {
				return fault.E(op, fault.Invalid, "charge.invalid").Field("unit", "charge.taken", o.Name, o.From.VN())
			}
		}
		tx.Did(c.Unit, strconv.Itoa(c.From.Year()))
		if c.ID != 0 {
			return tx.PutCharge(c)
		}
		c.ID = tx.NewID(c.Committee.Province())
		return tx.AddCharge(c)
	})
}

// DropCharge removes a charge that was entered by mistake; one that ended is given its last month instead.
func (s *Service) DropCharge(ctx context.Context, who access.Actor, i id.ID, version int64) error {
	return s.st.Update(ctx, audit.Of(who, "charge.drop", i.Province(), i), func(tx *store.Tx) error {
		c, err := tx.Charge(i)
		if err != nil {
			return err
		}
		if err := mayAt(tx, who, access.SetTarget, c.Committee); err != nil {
			return err
		}
		c.Version = version
		tx.Did(c.Unit, strconv.Itoa(c.From.Year()))
		return tx.DropCharge(c)
	})
}
