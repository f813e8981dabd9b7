package cli

import (
	"bufio"
	"net"
	"net/url"
	"strings"
	"testing"
)

// sink is a mail server that takes one message and keeps what it was told.
func sink(t *testing.T) (address string, told <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	out := make(chan string, 1)
	go func() {
		defer close(out)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		var all strings.Builder
		say := func(s string) { _, _ = c.Write([]byte(s + "\r\n")) }
		say("220 sink")
		data := false
		for in := bufio.NewScanner(c); in.Scan(); {
			line := in.Text()
			all.WriteString(line + "\n")
			switch {
			case data && line == ".":
				data = false
				say("250 taken")
			case data:
			case line == "DATA":
				data = true
				say("354 go on")
			case line == "QUIT":
				say("221 bye")
				out <- all.String()
				return
			default:
				say("250 ok")
			}
		}
	}()
	return l.Addr().String(), out
}

// TestSendMail hands a message to a mail server as it stands, to the address it is for.
func TestSendMail(t *testing.T) {
	address, told := sink(t)
	u, err := url.Parse("smtp://" + address)
	if err != nil {
		t.Fatal(err)
	}
	message := "Subject: x\r\n\r\nĐảng bộ xã Hai: quá hạn 2\r\n"
	if err := sendMail(t.Context(), u, "nhac@xa.gov.vn", "hoa@xa.gov.vn", []byte(message)); err != nil {
		t.Fatal(err)
	}
	got := <-told
	for _, want := range []string{"MAIL FROM:<nhac@xa.gov.vn>", "RCPT TO:<hoa@xa.gov.vn>", "\nĐảng bộ xã Hai: quá hạn 2\n.\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the server was not told %q: %q", want, got)
		}
	}
}
