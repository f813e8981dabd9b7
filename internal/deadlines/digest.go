package deadlines

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/i18n"
	"ketnap/internal/rules"
	"ketnap/internal/store"
)

// Mailer sends one message as it stands to one address.
type Mailer func(ctx context.Context, to string, message []byte) error

// MailWith lets digests be sent. Without it nothing leaves the house.
func (s *Service) MailWith(from string, m Mailer) { s.from, s.mailer = from, m }

// MailOn reports whether digests can be sent.
func (s *Service) MailOn() bool { return s.mailer != nil }

// Digest returns how the signed-in user is reminded by mail.
func (s *Service) Digest(ctx context.Context, who access.Actor) (store.Digest, error) {
	var d store.Digest
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		d, err = tx.Digest(who.User)
		return err
	})
	return d, err
}

// SetDigest keeps where, how often (day, week, or "" never) and in which language the signed-in user is reminded by mail.
func (s *Service) SetDigest(ctx context.Context, who access.Actor, address, every string, lang i18n.Lang) error {
	const op = "deadlines.SetDigest"
	d := store.Digest{User: who.User, Every: every, Lang: string(lang)}
	if every == "day" || every == "week" {
		a, err := mail.ParseAddress(strings.TrimSpace(address))
		if err != nil || a.Name != "" {
			return fault.E(op, fault.Invalid, "deadline.mail_wrong", address).Field("address", "deadline.mail_wrong", address)
		}
		d.Address = a.Address
	}
	if who.User == 0 {
		return fault.E(op, fault.Forbidden, "error.forbidden")
	}
	return s.st.Update(ctx, audit.Of(who, "deadline.digest", 0, who.User).With(every), func(tx *store.Tx) error { return tx.PutDigest(d) })
}

// SendDigests sends every digest that is to go out today and has not: on working days, a weekly one when
// a week has passed. Those with nothing to say are not sent. One that fails does not hold up the others.
func (s *Service) SendDigests(ctx context.Context) (sent int, err error) {
	if s.mailer == nil {
		return 0, fault.E("deadlines.SendDigests", fault.Unavailable, "deadline.mail_off")
	}
	var due []store.Digest
	if err := s.st.View(ctx, func(tx *store.Tx) error {
		cal, err := rules.Calendar(tx)
		if err != nil || !cal.Working(tx.Today) {
			return err
		}
		due, err = tx.Digests()
		due = slices.DeleteFunc(due, func(d store.Digest) bool {
			return d.Sent == tx.Today || d.Every == "week" && d.Sent.AddDays(7) > tx.Today
		})
		return err
	}); err != nil {
		return 0, err
	}
	var failed []error
	for _, d := range due {
		ok, err := s.send(ctx, d)
		if err != nil {
			failed = append(failed, fmt.Errorf("deadlines: digest of %s: %w", d.User, err))
		} else if ok {
			sent++
		}
	}
	return sent, errors.Join(failed...)
}

// send makes and sends one digest, and notes that it went out.
func (s *Service) send(ctx context.Context, d store.Digest) (bool, error) {
	var message []byte
	var today day.Date
	if err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		today = tx.Today
		message, err = s.message(tx, d)
		return err
	}); err != nil || message == nil {
		return false, err
	}
	if err := s.mailer(ctx, d.Address, message); err != nil {
		return false, err
	}
	d.Sent = today
	return true, s.st.Update(ctx, audit.Of(access.System("job"), "deadline.digest_sent", 0, d.User), func(tx *store.Tx) error { return tx.PutDigest(d) })
}

// message writes a digest: figures of units, never a name of a person; nil when there is nothing to say.
func (s *Service) message(tx *store.Tx, d store.Digest) ([]byte, error) {
	u, err := tx.User(d.User)
	if err != nil || !u.Active {
		return nil, err
	}
	who, err := actorOf(tx, u)
	if err != nil {
		return nil, err
	}
	words := i18n.For(i18n.Lang(d.Lang))
	var sum Counts
	body := []string{words.T("deadline.mail_hello", u.Name), ""}
	q := Filter{}.query(tx)
	for _, top := range tops(who) {
		unit, scope, err := over(tx, who, top)
		if err != nil {
			return nil, err
		}
		c, err := tx.CountDue(scope, q)
		if err != nil {
			return nil, err
		}
		name := unit.Name
		if top == 0 {
			name = words.T("pilot.nation")
		}
		body = append(body, words.T("deadline.mail_line", name, c.Late, c.Today, c.Week, c.Soon, q.Soon))
		sum.Late, sum.Week = sum.Late+c.Late, sum.Week+c.Week
	}
	if sum.Late+sum.Week == 0 {
		return nil, nil
	}
	body = append(body, "", words.T("deadline.mail_end"))
	return letter(s.from, d.Address, words.T("deadline.mail_subject", sum.Late, sum.Week), s.st.Now(), body), nil
}

// letter writes a message of plain text.
func letter(from, to, subject string, at time.Time, lines []string) []byte {
	head := []string{"From: " + from, "To: " + to, "Subject: " + mime.BEncoding.Encode("utf-8", subject), "Date: " + at.In(day.Vietnam).Format(time.RFC1123Z),
		"MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "Auto-Submitted: auto-generated", ""}
	return []byte(strings.Join(append(head, lines...), "\r\n") + "\r\n")
}
