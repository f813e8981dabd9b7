package people

import (
	"context"
	"sync"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/id"
)

// lookLife is how long looking at one record, or at one list, counts as one look: turning a page or coming back from a form is not
// another one.
const lookLife = 10 * time.Minute

// looks remembers who looked at what within lookLife, so that reading does not write each time.
type looks struct {
	mu sync.Mutex
	at map[look]int64 // unix ms
}

type look struct {
	user, object id.ID
	action       string
}

// recent reports whether a look was noted within lookLife.
func (l *looks) recent(k look, now int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, ok := l.at[k]
	return ok && now-at < lookLife.Milliseconds()
}

func (l *looks) note(k look, now int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at == nil || len(l.at) > 50_000 {
		l.at = map[look]int64{}
	}
	l.at[k] = now
}

// saw keeps that somebody sees personal data before they see it; when that cannot be kept anywhere, they do not. The entry names the
// record or the unit of a list, never what is in it. The program itself looks at nobody.
func (s *Service) saw(ctx context.Context, who access.Actor, action string, object id.ID) error {
	k, now := look{who.User, object, action}, s.st.Now().UnixMilli()
	if who.User == 0 || s.looks.recent(k, now) {
		return nil
	}
	err := s.st.Access(ctx, audit.Of(who, action, object.Province(), object))
	if err == nil {
		s.looks.note(k, now)
	}
	return err
}
