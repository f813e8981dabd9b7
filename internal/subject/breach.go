package subject

import (
	"time"

	"ketnap/internal/id"
)

// Notice is what has to be told after an incident, to whom and how soon (thông báo sự cố).
type Notice struct {
	Code   string `json:"code"`
	Hours  int    `json:"hours"` // from the discovery
	Text   Text   `json:"text"`
	To     Text   `json:"to"`
	Source Text   `json:"source"`
	Sure   string `json:"sure"`
}

// Due is by when the notice is given when the incident was found at an instant (unix ms).
func (n Notice) Due(found int64) int64 { return found + int64(n.Hours)*time.Hour.Milliseconds() }

// Incident is a breach of personal data that was found (sự cố dữ liệu cá nhân).
type Incident struct {
	ID    id.ID            `json:"id"`
	Unit  id.ID            `json:"unit"`
	Found int64            `json:"found"` // unix ms: the clocks of the notices run from here
	From  int64            `json:"from"`  // the window in which somebody may have had access, To not included
	To    int64            `json:"to"`
	Told  map[string]int64 `json:"told"` // when each notice was given, by its code
}

// Waiting lists the notices that are not given yet.
func (i Incident) Waiting(all []Notice) []Notice {
	var out []Notice
	for _, n := range all {
		if i.Told[n.Code] == 0 {
			out = append(out, n)
		}
	}
	return out
}
