package xlsx

import "io"

const (
	aheadFrom   = 1 << 20 // parts shorter than this are read as they are
	aheadBlocks = 4
	aheadSize   = 32 << 10 // what the inflater hands out at a time
)

// ahead reads in a goroutine of its own, a few blocks in front of the reader,
// so that inflating and scanning use two processors. Close waits for the
// goroutine; afterwards nothing reads any more.
type ahead struct {
	full chan block
	free chan []byte
	stop chan struct{}
	cur  block
	rest []byte // of cur, not handed out yet
}

// block is one read and how it ended.
type block struct {
	data []byte
	err  error
}

func newAhead(r io.Reader) *ahead {
	a := &ahead{full: make(chan block, aheadBlocks), free: make(chan []byte, aheadBlocks), stop: make(chan struct{})}
	for range aheadBlocks {
		a.free <- make([]byte, aheadSize)
	}
	go a.run(r)
	return a
}

// run reads until the first error or Close. It never blocks on full, which has
// room for every block there is.
func (a *ahead) run(r io.Reader) {
	defer close(a.full)
	for {
		select {
		case <-a.stop:
			return
		case buf := <-a.free:
			n, err := r.Read(buf[:aheadSize])
			a.full <- block{buf[:n], err}
			if err != nil {
				return
			}
		}
	}
}

// Read implements io.Reader.
func (a *ahead) Read(p []byte) (int, error) {
	if len(a.rest) == 0 {
		if a.cur.err != nil {
			return 0, a.cur.err
		}
		if a.cur.data != nil {
			a.free <- a.cur.data
		}
		a.cur = <-a.full
		a.rest = a.cur.data
	}
	n := copy(p, a.rest)
	if a.rest = a.rest[n:]; len(a.rest) == 0 {
		return n, a.cur.err
	}
	return n, nil
}

// Close stops reading ahead.
func (a *ahead) Close() error {
	close(a.stop)
	for range a.full {
	}
	return nil
}
