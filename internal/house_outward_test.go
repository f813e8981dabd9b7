package house_test

// dialling is what opens a connection, by package.
var dialling = map[string][]string{
	"net":        {"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialIP", "Dialer"},
	"crypto/tls": {"Dial", "DialWithDialer", "Dialer"},
	"net/http":   {"Get", "Head", "Post", "PostForm", "Client", "Transport", "DefaultClient", "DefaultTransport"},
	"net/smtp":   {"Dial", "SendMail"},
}

// outwardRule: what the server calls by itself can be counted in one place. bench measures a server from outside and is no part of one.
var outwardRule = rule{
	name: "only outward opens connections",
	check: func(t *tree) []string {
		var faults []string
		for _, s := range t.production() {
			if _, _, family, _ := place(s.dir); family == "outward" || family == "bench" {
				continue
			}
			for pkg, names := range dialling {
				faults = append(faults, t.uses(s, pkg, names, "internal/outward opens connections")...)
			}
		}
		return faults
	},
	faults: []planted{
		one("a request", "internal/users/a.go", "package users\nimport \"net/http\"\nvar x = http.Get"),
		one("a client", "internal/sso/a.go", "package sso\nimport \"net/http\"\nvar x = &http.Client{}"),
		one("a connection", "internal/cli/a.go", "package cli\nimport \"net\"\nvar x = new(net.Dialer)"),
		one("an encrypted connection", "internal/acme/a.go", "package acme\nimport \"crypto/tls\"\nvar x = tls.Dial"),
		one("a letter", "internal/deadlines/a.go", "package deadlines\nimport m \"net/smtp\"\nvar x = m.SendMail"),
	},
	fine: []planted{
		one("outward itself", "internal/outward/a.go", "package outward\nimport \"net\"\nvar x = new(net.Dialer)"),
		one("a listener", "internal/cli/a.go", "package cli\nimport \"net\"\nvar x = net.Listen"),
		one("a server", "internal/cli/a.go", "package cli\nimport \"net/http\"\nvar x = &http.Server{}"),
		one("a test", "internal/cli/a_test.go", "package cli\nimport \"net/http\"\nvar x = http.Get"),
	},
}
