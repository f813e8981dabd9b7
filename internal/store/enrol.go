package store

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"ketnap/internal/fault"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/seal"
	"ketnap/internal/vi"
)

// Enrolment is a new person with the sealed fields and the movements that brought them where they are.
type Enrolment struct {
	Person    *person.Person
	Sealed    person.Sealed
	Movements []ledger.Movement // From of the first is outside; Post's fields are filled in
	Ready     *Ready            // made ahead by Store.Ready; nil: made by Enrol
}

// Ready is what storing a person needs besides the fields: keys, search words, sealed fields. None of
// it depends on the database.
type Ready struct {
	nameKey   string
	words     []string
	dup       int64
	box, salt []byte // sealed fields and the salt of the person's key, nil when there are none
	Blinds
}

// Blinds are the blind indexes of the numbers of one person, nil where there is no number.
type Blinds struct{ Number, Card []byte }

// Blinds computes the blind indexes by which the numbers of a person are looked up and claimed.
func (s *Store) Blinds(sealed *person.Sealed) (b Blinds) {
	if sealed.Number != "" {
		b.Number = s.NumberHash(sealed.Number)
	}
	if sealed.Card != "" {
		b.Card = s.cardHash(sealed.Card)
	}
	return b
}

// Ready computes keys and seals fields ahead of Enrol, which would otherwise do it while other writers
// wait. Neither the id, the name, the birth date nor the sealed fields may change after it. b are those of the sealed fields.
func (s *Store) Ready(p *person.Person, sealed *person.Sealed, b Blinds) *Ready {
	r := &Ready{nameKey: vi.NameKey(p.Name), words: nameWords(p.Name), dup: p.DupKey(), Blinds: b}
	if !sealed.Zero() {
		plain, err := json.Marshal(sealed)
		if err != nil {
			panic(err) // a struct of strings always marshals
		}
		r.salt = seal.Salt()
		r.box = s.ring.Own(r.salt).Seal(sealedPlace(p.ID), plain)
	}
	return r
}

// Enrol stores new people and their movements; each person is left where the last movement ends.
// A number another person holds is a Conflict that names the row of es in Args[0]. Rows are written
// in the order of their keys, so that the pages of an index are visited once.
func (tx *Tx) Enrol(es []Enrolment) error {
	if err := tx.homesOf(es); err != nil {
		return err
	}
	for i := range es {
		if es[i].Ready == nil {
			es[i].Ready = tx.store.Ready(es[i].Person, &es[i].Sealed, tx.store.Blinds(&es[i].Sealed))
		}
		if err := tx.prepare(&es[i]); err != nil {
			return err
		}
	}
	if err := tx.claimNumbers(es); err != nil {
		return err
	}
	if _, err := tx.Many(tx.ctx, personInsert, func(yield func([]any) bool) {
		for i := range es {
			if !yield(personRow(es[i].Person, es[i].Ready)) {
				return
			}
		}
	}); err != nil {
		return err
	}
	if err := tx.addSealed(es); err != nil {
		return err
	}
	if err := tx.addPersonWords(es); err != nil {
		return err
	}
	if _, err := tx.Many(tx.ctx, movementInsert, func(yield func([]any) bool) {
		for i := range es {
			for j := range es[i].Movements {
				if !yield(movementRow(&es[i].Movements[j])) {
					return
				}
			}
		}
	}); err != nil {
		return err
	}
	return tx.enrolled(es)
}

// claim is one number that a new person makes theirs.
type keyClaim struct {
	hash []byte
	row  int
	kind int
}

// claimNumbers makes the numbers of new people theirs alone in the nation.
func (tx *Tx) claimNumbers(es []Enrolment) error {
	var claims []keyClaim
	for i := range es {
		if r := es[i].Ready; r.Number != nil {
			claims = append(claims, keyClaim{r.Number, i, numberKey})
		}
		if r := es[i].Ready; r.Card != nil {
			claims = append(claims, keyClaim{r.Card, i, cardKey})
		}
	}
	slices.SortFunc(claims, func(a, b keyClaim) int { return bytes.Compare(a.hash, b.hash) })
	n, err := tx.manyRows(insertKeys, len(claims), func(i int, row []any) {
		p := es[claims[i].row].Person.ID
		row[0], row[1], row[2], row[3] = claims[i].hash, p.Province(), int64(p), claims[i].kind
	})
	if err != nil || n == int64(len(claims)) {
		return err
	}
	return tx.whoseNumber(es, claims)
}

// whoseNumber names the first new person whose number belongs to somebody else.
func (tx *Tx) whoseNumber(es []Enrolment, claims []keyClaim) error {
	hashes := make([][]byte, len(claims))
	for i, c := range claims {
		hashes[i] = c.hash
	}
	held, err := tx.KeyHolders(hashes)
	if err != nil {
		return err
	}
	for _, c := range claims {
		if held[string(c.hash)] != es[c.row].Person.ID {
			key := fault.Key("person.number_taken")
			if c.kind == cardKey {
				key = "person.card_taken"
			}
			return fault.E("store.Enrol", fault.Conflict, key, c.row)
		}
	}
	return fault.E("store.Enrol", fault.Conflict, "person.number_taken", 0)
}

func (tx *Tx) addSealed(es []Enrolment) error {
	var boxed []int
	for i := range es {
		if es[i].Ready.box != nil {
			boxed = append(boxed, i)
		}
	}
	_, err := tx.manyRows(insertSealed, len(boxed), func(i int, row []any) {
		p := es[boxed[i]].Person.ID
		row[0], row[1], row[2], row[3] = p.Province(), int64(p), es[boxed[i]].Ready.box, es[boxed[i]].Ready.salt
	})
	return err
}

// personWord is one row of the search by words.
type personWord struct {
	word string
	e    *Enrolment
}

func (tx *Tx) addPersonWords(es []Enrolment) error {
	rows := make([]personWord, 0, 4*len(es))
	for i := range es {
		for _, w := range es[i].Ready.words {
			rows = append(rows, personWord{w, &es[i]})
		}
	}
	slices.SortFunc(rows, func(a, b personWord) int {
		return cmp.Or(cmp.Compare(a.word, b.word), cmp.Compare(a.e.Ready.nameKey, b.e.Ready.nameKey), cmp.Compare(a.e.Person.ID, b.e.Person.ID))
	})
	_, err := tx.manyRows(insertWords, len(rows), func(i int, row []any) {
		p := rows[i].e.Person.ID
		row[0], row[1], row[2], row[3] = p.Province(), rows[i].word, rows[i].e.Ready.nameKey, int64(p)
	})
	return err
}
