// Package ical writes calendars of whole days in the form of RFC 5545 (ground floor).
package ical

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"

	"ketnap/internal/day"
)

// Calendar is a calendar other programs subscribe to (lịch để đăng ký theo dõi).
type Calendar struct {
	Name   string // shown by the program that subscribes
	Prod   string // of what makes it: "-//org//product//VI"
	Stamp  time.Time
	Events []Event
}

// Event takes whole days. It marks nobody as busy.
type Event struct {
	UID     string // the same each time the same event is written, and of no other one
	On      day.Date
	Summary string
	Text    string
	URL     string
}

// maxLine is how many bytes a line may have without its end.
const maxLine = 75

// Bytes writes the calendar. Lines end with CR LF and are folded between letters, never inside one.
func (c Calendar) Bytes() []byte {
	var b bytes.Buffer
	put := func(name, value string) { fold(&b, name+":"+value) }
	put("BEGIN", "VCALENDAR")
	put("VERSION", "2.0")
	put("PRODID", escape(c.Prod))
	put("CALSCALE", "GREGORIAN")
	put("METHOD", "PUBLISH")
	put("X-WR-CALNAME", escape(c.Name))
	put("REFRESH-INTERVAL;VALUE=DURATION", "PT6H")
	put("X-PUBLISHED-TTL", "PT6H")
	stamp := c.Stamp.UTC().Format("20060102T150405Z")
	for _, e := range c.Events {
		if !e.On.Valid() {
			continue
		}
		put("BEGIN", "VEVENT")
		put("UID", escape(e.UID))
		put("DTSTAMP", stamp)
		put("DTSTART;VALUE=DATE", compact(e.On))
		put("DTEND;VALUE=DATE", compact(e.On.AddDays(1)))
		put("SUMMARY", escape(e.Summary))
		if e.Text != "" {
			put("DESCRIPTION", escape(e.Text))
		}
		if e.URL != "" {
			put("URL", strings.Map(printable, e.URL)) // a URI is not escaped
		}
		put("TRANSP", "TRANSPARENT")
		put("CLASS", "PRIVATE")
		put("END", "VEVENT")
	}
	put("END", "VCALENDAR")
	return b.Bytes()
}

func compact(d day.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

// escape writes a text: backslash, semicolon and comma are marked, a line end becomes \n, and other
// control characters are left out.
func escape(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\\' || r == ';' || r == ',':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		default:
			if r = printable(r); r >= 0 {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

func printable(r rune) rune {
	if r < ' ' && r != '\t' || r == 0x7f {
		return -1
	}
	return r
}

// fold writes a line, broken after at most maxLine bytes; what follows begins with a space.
func fold(b *bytes.Buffer, line string) {
	room := maxLine
	for len(line) > room {
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		b.WriteString(line[:cut])
		b.WriteString("\r\n ")
		line, room = line[cut:], maxLine-1
	}
	b.WriteString(line)
	b.WriteString("\r\n")
}
