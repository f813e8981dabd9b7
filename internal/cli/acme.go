package cli

import (
	"cmp"
	"context"
	"crypto/tls"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ketnap/internal/acme"
	"ketnap/internal/fault"
)

// acmeFlags say for which names a certificate is asked for, and whom. Without a name nobody is asked.
type acmeFlags struct {
	names                              []string
	directory, email, folder, ca, http string
	terms                              bool
}

func (f *acmeFlags) flags(c *cobra.Command) {
	c.Flags().StringSliceVar(&f.names, "acme-domain", nil, "tên máy chủ để tự xin và gia hạn chứng thư TLS qua ACME, cách nhau bằng dấu phẩy; để trống: không xin ai. Thiếu --origin thì địa chỉ mọi người dùng là https:// và tên đầu")
	c.Flags().StringVar(&f.directory, "acme-directory", acme.LetsEncrypt, "thư mục ACME của nơi cấp chứng thư")
	c.Flags().BoolVar(&f.terms, "acme-accept-terms", false, "chấp nhận điều khoản của nơi cấp chứng thư; bắt buộc khi dùng ACME")
	c.Flags().StringVar(&f.email, "acme-email", "", "địa chỉ thư nhận thông báo của nơi cấp chứng thư; để trống: không khai")
	c.Flags().StringVar(&f.ca, "acme-ca", "", "tệp chứng thư gốc (PEM) để tin máy chủ ACME nội bộ; để trống: theo hệ điều hành")
	c.Flags().StringVar(&f.folder, "acme-dir", "", "thư mục giữ khóa và chứng thư, quyền 0700; mặc định: cạnh tệp dữ liệu")
	c.Flags().StringVar(&f.http, "acme-http", "", "địa chỉ nghe HTTP không mã hóa (ví dụ :80) để nơi cấp kiểm tra bằng HTTP-01 và để chuyển người dùng sang HTTPS; để trống: chỉ kiểm tra bằng TLS-ALPN-01 trên --listen")
}

// certificates are where those of the listener come from: files, an ACME authority, or nowhere.
type certificates struct {
	config *tls.Config // nil: the pages go out without encryption
	acme   *acme.Manager
	origin *url.URL // with acme: the address people use
	states func() []acme.State
	run    func(context.Context) // looks after them until its end; nil: there are none
}

// certificates reads the operator's files, or prepares for the authority. It opens no connection. Without an address people use, that is
// the first name the authority knows: the names lead here by the ports of the protocols, or the authority would not see them.
func (e *env) certificates(log *slog.Logger) (certificates, error) {
	const op = "cli.certificates"
	f := e.acme
	switch {
	case len(f.names) == 0 && (f.terms || f.email+f.ca+f.folder+f.http != "" || cmp.Or(f.directory, acme.LetsEncrypt) != acme.LetsEncrypt):
		return certificates{}, fault.E(op, fault.Invalid, "acme.alone")
	case len(f.names) == 0:
		return e.ownCertificate(log)
	case e.cert != "" || e.certKey != "":
		return certificates{}, fault.E(op, fault.Invalid, "acme.both")
	case f.folder == "" && strings.Contains(e.db, "://"):
		return certificates{}, fault.E(op, fault.Invalid, "acme.config_folder")
	}
	m, err := acme.New(acme.Config{Names: f.names, Directory: f.directory, Email: f.email, Roots: f.ca, Terms: f.terms, Log: log,
		Folder: cmp.Or(f.folder, filepath.Clean(e.db)+".acme")})
	if err != nil {
		return certificates{}, err
	}
	e.origin = cmp.Or(e.origin, "https://"+m.Names()[0])
	origin, err := url.Parse(e.origin)
	if err != nil || origin.Scheme != "https" || !slices.Contains(m.Names(), origin.Hostname()) {
		return certificates{}, fault.E(op, fault.Invalid, "acme.config_origin", e.origin, err)
	}
	return certificates{m.TLS(), m, origin, m.States, m.Run}, nil
}

// plain is the server of the listener without encryption, which holds no page.
func (c certificates) plain() *http.Server {
	return &http.Server{Handler: c.acme.Plain(c.origin), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second,
		IdleTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
}

// days is how long the certificate of a name lasts from now on; none lasts 0 days.
func days(s acme.State, now time.Time) float64 {
	if s.Ends.IsZero() {
		return 0
	}
	return s.Ends.Sub(now).Hours() / 24
}
