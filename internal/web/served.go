package web

import (
	"net/http"
	"sync/atomic"
	"time"
)

// Served is what the frame counts (số liệu vận hành).
type Served struct {
	Status  [5]int64 // answers by hundreds: 1xx … 5xx
	Took    time.Duration
	Running int64
	Alarms  int64 // refused markings of state secrets
}

type counters struct {
	status  [5]atomic.Int64
	took    atomic.Int64
	running atomic.Int64
	alarms  atomic.Int64
}

// Served returns what was counted since the start.
func (s *Site) Served() Served {
	n := Served{Took: time.Duration(s.count.took.Load()), Running: s.count.running.Load(), Alarms: s.count.alarms.Load()}
	for i := range n.Status {
		n.Status[i] = s.count.status[i].Load()
	}
	return n
}

func (c *counters) done(status int, took time.Duration) {
	if status == 0 {
		status = http.StatusOK
	}
	c.status[min(max(status/100, 1), 5)-1].Add(1)
	c.took.Add(int64(took))
}
