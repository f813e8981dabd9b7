package users

import (
	"sync"
	"time"
)

// How fast a program may ask: so many requests at once, and then so many a second. They are guards of this program.
const (
	paceBurst = 120
	pacePer   = 2
	paceKept  = 10_000 // tokens remembered
)

// pace bounds requests by key. Its zero value is ready.
type pace struct {
	mu   sync.Mutex
	left map[string]bucket
}

type bucket struct {
	n  float64
	at time.Time
}

// take takes one request of a key, or says how many seconds to wait for one.
func (p *pace) take(key string, now time.Time) (wait int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left == nil || len(p.left) > paceKept {
		p.left = map[string]bucket{}
	}
	b, known := p.left[key]
	if !known {
		b = bucket{n: paceBurst, at: now}
	}
	if past := now.Sub(b.at).Seconds(); past > 0 {
		b.n, b.at = min(paceBurst, b.n+past*pacePer), now
	}
	if b.n < 1 {
		p.left[key] = b
		return 1
	}
	b.n--
	p.left[key] = b
	return 0
}
