package store

import (
	"context"
	"io"
	"sort"

	"ketnap/internal/audit"
	"ketnap/internal/db"
	"ketnap/internal/id"
	"ketnap/internal/seal"
)

// Tamper is something the audit trail shows to have been done to it (dấu hiệu can thiệp).
type Tamper struct {
	Province int    `json:"province"`
	Seq      int64  `json:"seq"` // number of the entry, or of the last one before a gap
	ID       id.ID  `json:"id,omitempty"`
	What     string `json:"what"` // changed, missing, inserted, cut, seal, sealed, witness, set_back
}

// Trail is what was read to check the audit trail.
type Trail struct {
	Provinces int `json:"provinces"`
	Entries   int `json:"entries"`
	Before    int `json:"before"` // entries from before the chain
	Seals     int `json:"seals"`
	Unsealed  int `json:"unsealed"`  // entries after the last seal
	Witnessed int `json:"witnessed"` // entries the second sink has too
	Alone     int `json:"alone"`     // entries the second sink does not have
	Found     int `json:"found"`
}

// VerifyAudit reads the whole audit trail and reports every change, deletion, insertion, reordering and setting back. log is a file of
// the second sink, or nil: without it the last entries after the newest seal could be cut off together with their number.
func (s *Store) VerifyAudit(ctx context.Context, log io.Reader, report func(Tamper) error) (Trail, error) {
	w, err := readWitness(log)
	if err != nil {
		return Trail{}, err
	}
	var n Trail
	err = s.View(ctx, func(tx *Tx) error {
		n = Trail{}
		ps, err := tx.auditProvinces()
		if err != nil {
			return err
		}
		for _, p := range union(ps, w) {
			c := checker{tx: tx, notary: s.notary, province: p, n: &n, report: report, marks: w.marks[p], seals: map[int64]audit.Seal{}}
			if err := c.run(w.seals[p]); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// union adds the provinces that only the second sink knows.
func union(ps []int, w witness) []int {
	have := map[int]bool{}
	for _, p := range ps {
		have[p] = true
	}
	for p := range w.marks {
		if !have[p] {
			ps, have[p] = append(ps, p), true
		}
	}
	for p := range w.seals {
		if !have[p] {
			ps, have[p] = append(ps, p), true
		}
	}
	sort.Ints(ps)
	return ps
}

// checker checks one province.
type checker struct {
	tx       *Tx
	notary   *seal.Notary
	province int
	n        *Trail
	report   func(Tamper) error
	marks    map[int64]witnessed
	seals    map[int64]audit.Seal // that have not been come past yet
	last     int64                // number of the newest seal
}

func (c *checker) found(what string, seq int64, i id.ID) error {
	c.n.Found++
	return c.report(Tamper{Province: c.province, Seq: seq, ID: i, What: what})
}

func (c *checker) run(outside []audit.Seal) error {
	c.n.Provinces++
	if err := c.readSeals(outside); err != nil {
		return err
	}
	head, err := c.tx.head(c.province)
	if err != nil {
		return err
	}
	chain, seq := audit.Start(c.province), int64(0)
	if err := c.tx.eachRow(c.province, -1, 1<<62, func(r audit.Row) error {
		if err := c.row(r, seq); err != nil {
			return err
		}
		chain = chain.Then(r)
		if r.Seq > 0 {
			seq = r.Seq
			return c.sealed(seq, chain)
		}
		return nil
	}); err != nil {
		return err
	}
	if head != seq {
		if err := c.found("cut", seq, 0); err != nil {
			return err
		}
	}
	c.n.Unsealed += int(max(0, seq-max(0, c.last)))
	return c.rest(seq)
}

// readSeals reads the seals of the database, and those the second sink kept.
func (c *checker) readSeals(outside []audit.Seal) error {
	c.last = -1
	var all []audit.Seal
	if err := c.tx.Each(c.tx.ctx, `SELECT seq, hash, at, signature FROM audit_seal WHERE province_id = $1 ORDER BY seq`, []any{c.province}, func(s db.Scanner) error {
		x := audit.Seal{Province: c.province}
		err := s.Scan(&x.Seq, &x.Hash, &x.At, &x.Signature)
		all = append(all, x)
		return err
	}); err != nil {
		return err
	}
	inside := map[int64]string{}
	for _, x := range all {
		inside[x.Seq] = x.Hash
	}
	for i, x := range append(all, outside...) {
		c.n.Seals++
		if !seal.Signed(c.notary.Public(), x.Bytes(), x.Signature) {
			if err := c.found("seal", x.Seq, 0); err != nil {
				return err
			}
			continue
		}
		if i >= len(all) && inside[x.Seq] != x.Hash { // a seal the database has no more, or another one
			if err := c.found("set_back", x.Seq, 0); err != nil {
				return err
			}
		}
		c.seals[x.Seq], c.last = x, max(c.last, x.Seq)
	}
	return nil
}

// row checks one entry: its number, its mark, and what the second sink says.
func (c *checker) row(r audit.Row, before int64) error {
	c.n.Entries++
	if r.Seq <= 0 {
		c.n.Before++
		if r.Seq < 0 || r.Mark != "" {
			return c.found("inserted", r.Seq, r.ID)
		}
		return nil
	}
	if r.Seq != before+1 {
		if err := c.found("missing", before, 0); err != nil {
			return err
		}
	}
	if !c.notary.Marks(r.Bytes(), r.Mark) {
		if err := c.found("changed", r.Seq, r.ID); err != nil {
			return err
		}
	}
	w, known := c.marks[r.Seq]
	if !known {
		c.n.Alone++
		return nil
	}
	c.n.Witnessed++
	delete(c.marks, r.Seq)
	if w.mark != r.Mark || w.id != r.ID {
		return c.found("witness", r.Seq, r.ID)
	}
	return nil
}

// sealed compares the chain with the seal at a number.
func (c *checker) sealed(seq int64, chain audit.Chain) error {
	x, ok := c.seals[seq]
	if !ok {
		return nil
	}
	delete(c.seals, seq)
	if x.Hash != chain.String() {
		return c.found("sealed", seq, 0)
	}
	return nil
}

// rest reports seals and witnessed entries that the trail no longer reaches.
func (c *checker) rest(seq int64) error {
	for at := range c.seals {
		if err := c.found("set_back", at, 0); err != nil {
			return err
		}
	}
	for at, w := range c.marks {
		if at > seq {
			if err := c.found("set_back", at, w.id); err != nil {
				return err
			}
		}
	}
	return nil
}
