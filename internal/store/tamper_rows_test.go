package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"ketnap/internal/db"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// apart is how many honest rows lie between two that are tampered with in one round: what is found names the row it is about, so that rows
// apart are told from each other, and a round costs one look at the whole trail instead of one for each row.
const apart = 20

// rowTampering is one way to change a row of the trail, and what must be said of it.
type rowTampering struct {
	name string
	do   func(ctx context.Context, tx *db.Tx, r *rand.Rand, province int, seq int64) (int64, error)
	want func(seq, last int64) []store.Tamper
}

func changedRow(seq, _ int64) []store.Tamper { return []store.Tamper{{What: "changed", Seq: seq}} }

// neighbour is the row that a row is swapped with: the next one, or the one before the last.
func neighbour(seq, last int64) int64 {
	if seq == last {
		return seq - 1
	}
	return seq + 1
}

func rowTamperings(last int64) []rowTampering {
	all := []rowTampering{
		{"deleted", attacks["deleted"], func(seq, last int64) []store.Tamper {
			if seq == last {
				return []store.Tamper{{What: "cut", Seq: seq - 1}}
			}
			return []store.Tamper{{What: "missing", Seq: seq - 1}}
		}},
		{"swapped", func(ctx context.Context, tx *db.Tx, _ *rand.Rand, p int, seq int64) (int64, error) {
			for _, move := range [][2]int64{{seq, -1}, {neighbour(seq, last), seq}} {
				if _, err := tx.Exec(ctx, `UPDATE audit SET seq = $1 WHERE province_id = $2 AND seq = $3`, move[1], p, move[0]); err != nil {
					return 0, err
				}
			}
			return tx.Exec(ctx, `UPDATE audit SET seq = $1 WHERE province_id = $2 AND seq = -1`, neighbour(seq, last), p)
		}, func(seq, last int64) []store.Tamper {
			return []store.Tamper{{What: "changed", Seq: seq}, {What: "changed", Seq: neighbour(seq, last)}}
		}},
		{"another put in beside it", func(ctx context.Context, tx *db.Tx, _ *rand.Rand, p int, seq int64) (int64, error) {
			return tx.Exec(ctx, `INSERT INTO audit (province_id, id, at, actor_id, actor_name, method, action, object_id, detail, seq, mac)
				SELECT province_id, id + 2, at, actor_id, actor_name, method, action, object_id, detail, -seq, mac FROM audit WHERE province_id = $1 AND seq = $2`, p, seq)
		}, func(seq, _ int64) []store.Tamper { return []store.Tamper{{What: "inserted", Seq: -seq}} }},
		{"another mark", func(ctx context.Context, tx *db.Tx, _ *rand.Rand, p int, seq int64) (int64, error) {
			return tx.Exec(ctx, `UPDATE audit SET mac = upper(mac) || '0' WHERE province_id = $1 AND seq = $2`, p, seq)
		}, changedRow},
	}
	for _, name := range []string{
		"another actor", "another name", "another time", "another action", "another object", "another detail", "another id", "a letter from one field to the next",
	} {
		all = append(all, rowTampering{name, attacks[name], changedRow})
	}
	return all
}

// tamperRound tampers with every row of a copy whose number is round beyond a multiple of apart, each in the way whose turn it is, looks at
// the trail without the second sink, and returns how many rows it tampered with and what is wrong with what was found. look may bend that.
func (d *trailed) tamperRound(t *testing.T, r *rand.Rand, round int64, look func([]store.Tamper) []store.Tamper) (tried int, faults []string) {
	t.Helper()
	d.open(t)
	defer func() { _ = d.Store.Close() }()
	last := int64(d.n / 2)
	ways := rowTamperings(last)
	want := map[store.Tamper]string{}
	d.behind(t, func(tx *db.Tx) (int64, error) {
		for _, p := range []int{38, 40} {
			for seq := round + 1; seq <= last; seq += apart {
				way := ways[(seq/apart+round)%int64(len(ways))]
				n, err := way.do(t.Context(), tx, r, p, seq)
				if err != nil || n != 1 {
					return 0, errors.Join(err, fmt.Errorf("%s at %d of %d touched %d rows", way.name, seq, p, n))
				}
				tried++
				for _, w := range way.want(seq, last) {
					w.Province = p
					want[w] = way.name
				}
			}
		}
		return int64(tried), nil
	})
	_, found := d.checkWith(t, nil)
	seals := 0
	for _, f := range look(found) {
		f.ID = 0
		switch {
		case want[f] != "":
			delete(want, f)
		case f.What == "sealed" || f.What == "set_back": // the seals over what was changed
			seals++
		default:
			faults = append(faults, fmt.Sprintf("an honest row is accused: %+v", f))
		}
	}
	for w, name := range want {
		faults = append(faults, fmt.Sprintf("%s is not found: %+v", name, w))
	}
	if seals == 0 {
		faults = append(faults, "no seal over what was changed is broken")
	}
	return tried, faults
}

// TestTamperingRows tampers with each row of a trail, alone among honest ones, by somebody who has the second file too, and wants exactly
// those rows named by what `ketnap audit verify` runs.
func TestTamperingRows(t *testing.T) {
	rows := max(120, storetest.Torture("tamper", 600, 100_000)/2*2)
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a test
	d := newTrailed(t, rows)
	if n, found := d.checkWith(t, nil); len(found) > 0 || n.Entries != rows {
		t.Fatalf("an honest trail: %+v %v", n, found)
	}
	d.behind(t, func(tx *db.Tx) (int64, error) { // the tampering finds its rows without reading all
		return tx.Exec(t.Context(), `CREATE INDEX tampering ON audit (province_id, seq)`)
	})
	if err := d.Store.Close(); err != nil {
		t.Fatal(err)
	}
	honest, err := os.ReadFile(d.dsn)
	if err != nil {
		t.Fatal(err)
	}
	back := func() {
		t.Helper()
		if err := errors.Join(os.WriteFile(d.dsn, honest, 0o600), os.RemoveAll(d.dsn+"-wal"), os.RemoveAll(d.dsn+"-shm")); err != nil {
			t.Fatal(err)
		}
	}
	tried, wrong := 0, 0
	for round := range int64(apart) {
		back()
		n, faults := d.tamperRound(t, r, round, func(f []store.Tamper) []store.Tamper { return f })
		tried += n
		wrong += len(faults)
		if len(faults) > 0 {
			t.Errorf("round %d: %q", round, faults[:min(len(faults), 5)])
		}
	}
	t.Logf("seed %d: tampering with %d of %d rows of a trail tried, each alone among %d honest ones, %d accepted or misnamed", seed, tried, rows, apart-1, wrong)
	if tried != rows {
		t.Errorf("%d of %d rows were tampered with", tried, rows)
	}
	without := func(what string) func([]store.Tamper) []store.Tamper {
		return func(all []store.Tamper) (rest []store.Tamper) {
			for _, f := range all {
				if f.What != what {
					rest = append(rest, f)
				}
			}
			return rest
		}
	}
	for name, look := range map[string]func([]store.Tamper) []store.Tamper{
		"marks are not compared":    without("changed"),
		"gaps are not seen":         without("missing"),
		"what has no number passes": without("inserted"),
		"seals are not compared":    func(f []store.Tamper) []store.Tamper { return without("sealed")(without("set_back")(f)) },
		"it stops at the first":     func(f []store.Tamper) []store.Tamper { return f[:1] },
		"it overlooks one row": func(f []store.Tamper) []store.Tamper {
			return slices.DeleteFunc(f, func(x store.Tamper) bool { return x.Province == 40 && x.What == "changed" && x.Seq < 2*apart })
		},
		"it accuses the next": func(f []store.Tamper) []store.Tamper {
			return append(f, store.Tamper{Province: 38, Seq: apart, What: "changed"})
		},
	} {
		back()
		if _, faults := d.tamperRound(t, r, 0, look); len(faults) == 0 {
			t.Errorf("planted: %s: not found", name)
		}
	}
}
