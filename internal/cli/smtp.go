package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"net/smtp"
	"net/url"
	"os"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/deadlines"
	"ketnap/internal/outward"
)

// smtpTime is how long a mail server may take for one message.
const smtpTime = 30 * time.Second

// mailFromEnv lets digests be sent through the server KETNAP_SMTP names; without it no mail is sent:
// smtp://user:password@host:587?from=address, or smtps:// for a connection that is encrypted at once.
func mailFromEnv(s *deadlines.Service) (bool, error) {
	text := os.Getenv("KETNAP_SMTP")
	if text == "" {
		return false, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		return false, usageError{errors.New("KETNAP_SMTP phải có dạng smtp://người:mậtkhẩu@máychủ:cổng?from=địachỉ")}
	}
	from, err := mail.ParseAddress(u.Query().Get("from"))
	if err != nil {
		return false, usageError{errors.New("KETNAP_SMTP thiếu from=địa chỉ gửi")}
	}
	s.MailWith(from.Address, func(ctx context.Context, to string, message []byte) error {
		return sendMail(ctx, u, from.Address, to, message)
	})
	return true, nil
}

// sendMail hands one message to the server. A password never goes over an unencrypted line.
func sendMail(ctx context.Context, u *url.URL, from, to string, message []byte) error {
	ctx, cancel := context.WithTimeout(ctx, smtpTime)
	defer cancel()
	port := u.Port()
	if port == "" {
		port = map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	}
	host := u.Hostname()
	conn, err := outward.Dial(ctx, host, port)
	if err != nil {
		return err
	}
	defer conn.Close()
	if end, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(end); err != nil {
			return err
		}
	}
	secure := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if u.Scheme == "smtps" {
		conn = tls.Client(conn, secure)
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return err
	}
	if ok, _ := c.Extension("STARTTLS"); ok && u.Scheme == "smtp" {
		if err := c.StartTLS(secure); err != nil {
			return err
		}
	}
	if password, ok := u.User.Password(); ok {
		if err := c.Auth(smtp.PlainAuth("", u.User.Username(), password, host)); err != nil {
			return err
		}
	}
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(message); err != nil {
		return fmt.Errorf("smtp: %w", err)
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// remind sends the digests of each working day, once the day has begun, until ctx ends. Each is sent once
// a day, whatever the number of attempts.
func remind(ctx context.Context, s *deadlines.Service, log *slog.Logger) {
	const every, from = 30 * time.Minute, 6
	for {
		if time.Now().In(day.Vietnam).Hour() >= from {
			if n, err := s.SendDigests(ctx); err != nil || n > 0 {
				log.InfoContext(ctx, "digests", slog.Int("sent", n), slog.Any("error", err))
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
	}
}
