package ical

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestBytes(t *testing.T) {
	c := Calendar{Name: "Việc đến hạn", Prod: "-//ketnap//VI", Stamp: time.Date(2026, 11, 21, 9, 0, 0, 0, time.FixedZone("", 7*3600)), Events: []Event{
		{UID: "a@b", On: 20261231, Summary: "3 việc; Chi bộ A, B\\C", Text: "dòng 1\r\ndòng 2", URL: "https://x/viec?u=1&tu=2026-12-31,x"},
		{UID: "none", Summary: "no day"},
	}}
	want := strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ketnap//VI", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:Việc đến hạn",
		"REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H",
		"BEGIN:VEVENT", "UID:a@b", "DTSTAMP:20261121T020000Z", "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101",
		`SUMMARY:3 việc\; Chi bộ A\, B\\C`, `DESCRIPTION:dòng 1\ndòng 2`, "URL:https://x/viec?u=1&tu=2026-12-31,x", "TRANSP:TRANSPARENT", "CLASS:PRIVATE", "END:VEVENT",
		"END:VCALENDAR", "",
	}, "\r\n")
	if diff := cmp.Diff(want, string(c.Bytes())); diff != "" {
		t.Error(diff)
	}
}

// TestFold: whatever a text holds, no line is longer than 75 bytes, no letter is cut, and unfolding gives
// one line per property again.
func TestFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 200, 400).Draw(t, "text")
		if !utf8.ValidString(text) {
			t.Skip()
		}
		out := string(Calendar{Stamp: time.Unix(0, 0), Events: []Event{{UID: "u", On: 20260101, Summary: text}}}.Bytes())
		for line := range strings.SplitSeq(strings.TrimSuffix(out, "\r\n"), "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("a line of %d bytes: %q", len(line), line)
			}
		}
		unfolded := strings.ReplaceAll(out, "\r\n ", "")
		if n := strings.Count(unfolded, "\r\n"); n != 18 {
			t.Fatalf("%d lines: %q", n, unfolded)
		}
		_, rest, _ := strings.Cut(unfolded, "SUMMARY:")
		line, _, _ := strings.Cut(rest, "\r\n")
		if got, want := unescape(line), plain(text); got != want {
			t.Fatalf("%q becomes %q", want, got)
		}
	})
}

// unescape is a reader of its own.
func unescape(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\;`, `;`, `\,`, `,`, `\n`, "\n").Replace(s)
}

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r >= ' ' && r != 0x7f {
			return r
		}
		return -1
	}, s)
}
