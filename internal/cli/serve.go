package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"ketnap/internal/approvals"
	"ketnap/internal/courses"
	"ketnap/internal/deadlines"
	"ketnap/internal/documents"
	"ketnap/internal/dossiers"
	"ketnap/internal/forms"
	"ketnap/internal/handovers"
	"ketnap/internal/movements"
	"ketnap/internal/people"
	"ketnap/internal/periods"
	"ketnap/internal/pool"
	"ketnap/internal/reports"
	"ketnap/internal/rules"
	"ketnap/internal/scans"
	"ketnap/internal/store"
	"ketnap/internal/subjects"
	"ketnap/internal/targets"
	"ketnap/internal/trails"
	"ketnap/internal/transfer"
	"ketnap/internal/units"
	"ketnap/internal/users"
	"ketnap/internal/web"
)

func serveCmd(e *env) *cobra.Command {
	listen, secure, quiet := "", false, false
	c := &cobra.Command{
		Use:     "serve",
		Short:   "Chạy máy chủ trang web",
		Example: "  ketnap --db tinh.db serve --listen 127.0.0.1:8080\n  ketnap --db postgres://ketnap@db1/ketnap --key /etc/ketnap.key serve --secure --listen :8443\n  ketnap --db tinh.db serve --listen :443 --acme-domain ketnap.tinh.vn --acme-accept-terms",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			return e.serve(c.Context(), st, listen, secure, quiet)
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "địa chỉ và cổng; cổng 0 là cổng trống bất kỳ")
	c.Flags().BoolVar(&secure, "secure", false, "trang được phục vụ qua TLS (sau máy chủ ủy nhiệm): cookie chỉ đi trên TLS")
	c.Flags().StringVar(&e.origin, "origin", "", "địa chỉ mọi người dùng, ví dụ https://ketnap.tinh.vn: khóa truy cập gắn với địa chỉ này")
	c.Flags().StringVar(&e.cert, "tls-cert", "", "tệp chứng thư TLS (PEM); cùng --tls-key thì máy chủ tự phục vụ HTTPS và mỗi phút đọc lại hai tệp")
	c.Flags().StringVar(&e.certKey, "tls-key", "", "tệp khóa riêng của chứng thư TLS (PEM)")
	c.Flags().StringVar(&e.metrics, "metrics", "", "địa chỉ riêng cho số liệu vận hành và kiểm tra sống, ví dụ 127.0.0.1:9090")
	e.acme.flags(c)
	e.sso.flags(c)
	c.Flags().BoolVar(&quiet, "quiet", false, "chỉ ghi nhật ký lỗi")
	return c
}

// memoryGoal is what the garbage collector tries to keep a server's own memory under; the database's
// page caches come on top.
const memoryGoal = 128 << 20

// tuneMemory lets the heap of a server grow to five times what is alive before it is cleaned, as long
// as that is little: pages live for milliseconds, and cleaning at every doubling took a fifth of their
// time. Settings in the environment go first.
func tuneMemory() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(memoryGoal)
	}
}

// serve runs the pages until ctx ends, then lets running requests finish.
func (e *env) serve(ctx context.Context, st *store.Store, listen string, secure, quiet bool) error {
	level := slog.LevelInfo
	if quiet {
		level = slog.LevelError
	}
	log := slog.New(slog.NewTextHandler(e.stderr, &slog.HandlerOptions{Level: level}))
	tuneMemory()
	sealed := make(chan struct{})
	sealing, stopSealing := context.WithCancel(ctx)
	go func() { defer close(sealed); trails.New(st).KeepSealed(sealing, log) }()
	defer func() { stopSealing(); <-sealed }()
	imports := transfer.New(st, log)
	defer imports.Close()
	imports.ResumeLater()
	certs, err := e.certificates(log)
	if err != nil {
		return err
	}
	sv := services(st, imports)
	mails, err := mailFromEnv(sv.Deadlines)
	if err != nil {
		return err
	}
	if mails {
		go remind(ctx, sv.Deadlines, log)
	}
	provider, err := e.sso.provider(e.origin)
	if err != nil {
		return err
	}
	if provider != nil {
		sv.Users.Through(provider)
	}
	app, err := web.NewApp(web.Config{Log: log, Version: Version, Secure: secure || certs.config != nil, Origin: e.origin}, sv)
	if err != nil {
		return err
	}
	ln, err := listenAt(listen)
	if err != nil {
		return err
	}
	if e.metrics != "" {
		m := &http.Server{Handler: metrics(app, st, certs.states), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second}
		if err := aside(e.metrics, m); err != nil {
			return err
		}
		defer m.Close()
	}
	if e.acme.http != "" {
		plain := certs.plain()
		if err := aside(e.acme.http, plain); err != nil {
			return err
		}
		defer plain.Close()
	}
	scheme := "http"
	if certs.config != nil {
		scheme = "https"
		ln = tls.NewListener(ln, certs.config)
	}
	return e.serveOn(ctx, scheme, ln, app, log, func(base string) error {
		if certs.run != nil {
			go certs.run(ctx)
		}
		return e.printSetup(ctx, st, base)
	})
}

// printSetup prints the link for the first account while nobody can sign in. To be told to end meanwhile is no failure.
func (e *env) printSetup(ctx context.Context, st *store.Store, base string) error {
	token, login, err := users.New(st).SetupLink(context.WithoutCancel(ctx))
	switch {
	case err != nil || token == "":
	case login != "":
		_, _ = fmt.Fprintf(e.stdout, "Chưa ai đăng nhập được. Mở liên kết dùng một lần này để đặt cách đăng nhập cho tài khoản quản trị %s:\n  %s%s\n", login, base, linkPath(token))
	default:
		_, _ = fmt.Fprintf(e.stdout, "Chưa có tài khoản nào. Mở liên kết dùng một lần này để tạo tài khoản quản trị đầu tiên:\n  %s%s\n", base, linkPath(token))
	}
	return err
}

// baseOf is the address of the pages: as given, else that of the listener. Passkeys need a name: a loopback address is called localhost.
func baseOf(origin, scheme string, ln net.Listener) string {
	if origin != "" {
		return origin
	}
	host, port, err := net.SplitHostPort(ln.Addr().String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsLoopback() {
		return scheme + "://localhost:" + port
	}
	return scheme + "://" + ln.Addr().String()
}

// serveOn answers requests until ctx ends, then lets running ones finish.
func (e *env) serveOn(ctx context.Context, scheme string, ln net.Listener, h http.Handler, log *slog.Logger, ready func(base string) error) error {
	_, _ = fmt.Fprintf(e.stdout, "Đang phục vụ tại %s://%s\n", scheme, ln.Addr())
	if err := ready(baseOf(e.origin, scheme, ln)); err != nil {
		return errors.Join(err, ln.Close())
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 5 * time.Minute, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// services puts the services of the pages together.
func services(st *store.Store, imports *transfer.Service) web.Services {
	accounts := users.New(st)
	return web.Services{
		Approvals: approvals.New(st, accounts.Deeds(), imports.Deeds(), subjects.New(st).Deeds(), periods.New(st).Deeds()),
		Users:     accounts,
		Trails:    trails.New(st),
		Reports:   reports.New(st),
		People:    people.New(st),
		Movements: movements.New(st),
		Dossiers:  dossiers.New(st),
		Scans:     scans.New(st),
		Pool:      pool.New(st),
		Courses:   courses.New(st),
		Handovers: handovers.New(st),
		Subjects:  subjects.New(st),
		Periods:   periods.New(st),
		Targets:   targets.New(st),
		Documents: documents.New(st),
		Units:     units.New(st),
		Transfer:  imports,
		Deadlines: deadlines.New(st),
		Forms:     forms.New(st),
		Rules:     rules.New(st),
	}
}
