package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Sink is the second place of the audit trail: a file that is only appended to, best on another disk or machine. It holds no names and
// no details but marks, numbers and seals; entries that could not be stored in the database stand in it whole.
//
//	entry PROVINCE SEQ ID MARK
//	seal PROVINCE SEQ HASH AT SIGNATURE
//	alone AT "ACTION" ACTOR OBJECT
type Sink struct {
	mu sync.Mutex
	f  *os.File
}

// OpenSink opens or makes the file with mode 0600.
func OpenSink(path string) (*Sink, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fault.E("store.OpenSink", fault.Unavailable, "audit.sink_unwritable", path, err)
	}
	return &Sink{f: f}, nil
}

// line appends one line in one write, so that several processes may share the file.
func (k *Sink) line(format string, args ...any) error {
	if k == nil {
		return errors.New("there is no second sink")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	_, err := fmt.Fprintf(k.f, format+"\n", args...)
	return err
}

func (k *Sink) entry(r audit.Row) error {
	return k.line("entry %d %d %d %s", r.Province, r.Seq, int64(r.ID), r.Mark)
}

func (k *Sink) seal(s audit.Seal) error {
	return k.line("seal %d %d %s %d %s", s.Province, s.Seq, s.Hash, s.At, s.Signature)
}

// Sync makes the file safe on disk.
func (k *Sink) Sync() error {
	if k == nil {
		return nil
	}
	return k.f.Sync()
}

// Close closes the file.
func (k *Sink) Close() error {
	if k == nil {
		return nil
	}
	return errors.Join(k.f.Sync(), k.f.Close())
}

// witness is what a file of the second sink says.
type witness struct {
	marks map[int]map[int64]witnessed // by province and number
	seals map[int][]audit.Seal
	bad   int // lines that cannot be read
}

type witnessed struct {
	id   id.ID
	mark string
}

// readWitness reads a file of the second sink.
func readWitness(r io.Reader) (witness, error) {
	w := witness{marks: map[int]map[int64]witnessed{}, seals: map[int][]audit.Seal{}}
	if r == nil {
		return w, nil
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if !w.read(strings.Fields(lines.Text())) {
			w.bad++
		}
	}
	return w, lines.Err()
}

func (w *witness) read(words []string) bool {
	if len(words) == 0 {
		return false
	}
	switch text := strings.Join(words[1:], " "); words[0] {
	case "entry":
		var province int
		var seq, i int64
		var mark string
		if n, err := fmt.Sscan(text, &province, &seq, &i, &mark); n != 4 || err != nil {
			return false
		}
		if w.marks[province] == nil {
			w.marks[province] = map[int64]witnessed{}
		}
		if old, twice := w.marks[province][seq]; twice && old.mark != mark {
			w.marks[province][seq] = witnessed{} // two entries had this number: the database was set back in between
			return true
		}
		w.marks[province][seq] = witnessed{id.ID(i), mark}
	case "seal":
		var s audit.Seal
		if n, err := fmt.Sscan(text, &s.Province, &s.Seq, &s.Hash, &s.At, &s.Signature); n != 5 || err != nil {
			return false
		}
		w.seals[s.Province] = append(w.seals[s.Province], s)
	case "alone":
	default:
		return false
	}
	return true
}

// Witness is the audit trail as a file of the second sink tells it. It answers what a Store answers about the trail.
type Witness struct{ w witness }

// ReadWitness reads a file of the second sink.
func ReadWitness(log io.Reader) (*Witness, error) {
	w, err := readWitness(log)
	return &Witness{w}, err
}

// Heads returns how far each province has come. The time of an entry is the one its identifier carries.
func (w *Witness) Heads(context.Context) (hs []Head, err error) {
	for _, p := range union(nil, w.w) {
		h := Head{Province: p}
		for seq, e := range w.w.marks[p] {
			h.Seq = max(h.Seq, seq)
			if e.id != 0 {
				h.At = max(h.At, e.id.Made())
			}
		}
		for _, s := range w.w.seals[p] {
			if s.Seq >= h.Seal.Seq {
				h.Seal = s
			}
		}
		hs = append(hs, h)
	}
	return hs, nil
}

// HasSeal reports whether the file holds exactly this seal.
func (w *Witness) HasSeal(_ context.Context, want audit.Seal) (bool, error) {
	return slices.Contains(w.w.seals[want.Province], want), nil
}

// EntryAt returns when the first entry from a number on was made, in unix ms, 0 when there is none.
func (w *Witness) EntryAt(_ context.Context, province int, seq int64) (at int64, err error) {
	for n, e := range w.w.marks[province] {
		if made := e.id.Made(); n >= seq && e.id != 0 && (at == 0 || made < at) {
			at = made
		}
	}
	return at, nil
}
