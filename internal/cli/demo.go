package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"ketnap/internal/access"
	"ketnap/internal/deadlines"
	"ketnap/internal/demo"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/users"
)

func demoCmd(e *env) *cobra.Command {
	var size, dir, listen string
	var noServe, programmes bool
	var seed uint64
	c := &cobra.Command{
		Use:     "demo",
		Short:   "Tạo cơ sở dữ liệu mẫu (người và số liệu đều do máy đặt ra) rồi chạy máy chủ",
		Example: "  ketnap demo --size=province --dir=demo-data\n  ketnap demo --size=nation --dir=/srv/demo --no-serve\n  ketnap demo --programmes",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if demo.Size(size).Members() == 0 {
				return usageError{fmt.Errorf("--size phải là commune, province hoặc nation, không phải %q", size)}
			}
			name, build := size, func(ctx context.Context, st *store.Store) (string, error) {
				return e.fillDemo(ctx, st, demo.Size(size), seed)
			}
			if programmes {
				name, build = "programmes", e.fillProgrammes
			}
			signIn, err := e.demo(c.Context(), name, dir, build)
			if err != nil || noServe {
				return err
			}
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			_, _ = fmt.Fprint(e.stdout, signIn)
			return e.serve(c.Context(), st, listen, false, true)
		},
	}
	c.Flags().StringVar(&size, "size", string(demo.Province), "commune (2.500 đảng viên), province (200.000) hoặc nation (5.622.463)")
	c.Flags().StringVar(&dir, "dir", "demo-data", "thư mục của cơ sở dữ liệu mẫu")
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "địa chỉ và cổng")
	c.Flags().BoolVar(&programmes, "programmes", false, "mười chương trình phát triển đảng viên có thật, với văn bản và số liệu đã công bố, thay cho tỉnh mẫu")
	c.Flags().BoolVar(&noServe, "no-serve", false, "chỉ tạo dữ liệu, không chạy máy chủ")
	c.Flags().Uint64Var(&seed, "seed", 1, "cùng hạt giống và cùng ngày thì cùng dữ liệu")
	return c
}

// demo makes the database unless the folder already has one, and returns how to sign in.
func (e *env) demo(ctx context.Context, name, dir string, build func(context.Context, *store.Store) (string, error)) (signIn string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	e.db = filepath.Join(dir, "ketnap-"+name+".db")
	e.key = filepath.Join(dir, "ketnap.key")
	note := filepath.Join(dir, "ketnap-"+name+".txt")
	if text, err := os.ReadFile(note); err == nil {
		return string(text), nil
	}
	for _, left := range []string{"", "-wal", "-shm"} { // an earlier attempt that did not finish
		if err := os.Remove(e.db + left); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	signIn, err = e.makeDemo(ctx, build)
	if err != nil {
		return "", err
	}
	return signIn, os.WriteFile(note, []byte(signIn), 0o600)
}

func (e *env) makeDemo(ctx context.Context, build func(context.Context, *store.Store) (string, error)) (string, error) {
	ring, err := seal.LoadOrCreate(e.key)
	if err != nil {
		return "", err
	}
	st, err := store.Open(ctx, store.Options{DSN: e.db, Ring: ring})
	if err != nil {
		return "", fault.E("cli.demo", fault.Unavailable, "cli.db_unavailable", err)
	}
	defer st.Close()
	if _, err := st.Migrate(ctx); err != nil {
		return "", err
	}
	deadlines.New(st).Keep()
	// Invented data on somebody's own machine: a password is enough. Anything else starts with the strict policy.
	if err := users.New(st).SetPolicy(ctx, e.operator(), users.Simple); err != nil {
		return "", err
	}
	return build(ctx, st)
}

// fillDemo fills the database with an invented province, or all of them.
func (e *env) fillDemo(ctx context.Context, st *store.Store, size demo.Size, seed uint64) (string, error) {
	began, shown := time.Now(), time.Time{}
	res, err := demo.Run(ctx, st, demo.Options{Size: size, Seed: seed, Progress: func(done, total int) {
		if time.Since(shown) > time.Second {
			shown = time.Now()
			_, _ = fmt.Fprintf(e.stderr, "\rĐang tạo dữ liệu mẫu: %d / ~%d người", done, total)
		}
	}})
	if err != nil {
		return "", err
	}
	_, _ = fmt.Fprintf(e.stderr, "\rĐã tạo %d tổ chức, %d người (%d đảng viên), %d biến động, %d hồ sơ đang ở đủ các bước, trong %.1f giây\n",
		res.Units, res.People, res.Members, res.Movements, res.Dossiers, time.Since(began).Seconds())
	top := res.Root
	if size == demo.Nation {
		top = 0
	}
	text, err := e.demoUsers(ctx, st, []demoUser{
		{"quantri", "Quản trị hệ thống", access.Admin, top},
		{"capuy", "Cấp ủy xã (mẫu)", access.Committee, res.Commune},
		{"canbo", "Cán bộ nghiệp vụ xã (mẫu)", access.Clerk, res.Commune},
		{"bithu", "Bí thư chi bộ (mẫu)", access.Clerk, res.Secretary},
		{"xem", "Người xem (mẫu)", access.Viewer, res.Commune},
	})
	if err != nil || res.Probationer == 0 {
		return text, err
	}
	own, err := e.demoSelf(ctx, st, res.Probationer)
	return text + own, err
}

// demoSelf makes the own account of one person, who accepted an invitation and set a password.
func (e *env) demoSelf(ctx context.Context, st *store.Store, person id.ID) (string, error) {
	us := users.New(st)
	login, token, err := us.InvitePerson(ctx, e.operator(), person, "dubi")
	if err != nil {
		return "", err
	}
	in, err := us.Accept(ctx, token, users.From{})
	if err != nil {
		return "", err
	}
	g, err := us.BySession(ctx, in.Token)
	if err != nil {
		return "", err
	}
	password := users.NewPassword()
	if err := us.FirstPassword(ctx, g, password); err != nil {
		return "", err
	}
	return fmt.Sprintf("  %-8s  %s   (%s)\n", login, password, "người đang dự bị, chỉ xem hồ sơ của mình: "+g.Actor.Name), us.SignOut(ctx, in.Token)
}

// fillProgrammes fills the database with the programmes that newspapers printed.
func (e *env) fillProgrammes(ctx context.Context, st *store.Store) (string, error) {
	ps, err := demo.Programmes()
	if err != nil {
		return "", err
	}
	us := []demoUser{{"quantri", "Quản trị hệ thống", access.Admin, 0}}
	for i := range ps {
		began := time.Now()
		in, err := ps[i].Enter(ctx, st, true)
		if err != nil {
			return "", err
		}
		_, _ = fmt.Fprintf(e.stderr, "%s: %d văn bản, %d người, trong %.1f giây\n", ps[i].Title, len(in.Documents), in.People, time.Since(began).Seconds())
		us = append(us, demoUser{ps[i].Code, "Cấp ủy: " + ps[i].Title, access.Committee, in.Root})
	}
	return e.demoUsers(ctx, st, us)
}

type demoUser struct {
	login, name string
	role        access.Role
	unit        id.ID
}

// demoUsers makes accounts; nobody has a password that is written anywhere but here.
func (e *env) demoUsers(ctx context.Context, st *store.Store, us []demoUser) (string, error) {
	out := "Đăng nhập bản mẫu (mật khẩu đặt ngẫu nhiên, chỉ dùng cho bản này):\n"
	for _, u := range us {
		_, password, err := users.New(st).Create(ctx, e.operator(), users.Form{Login: u.login, Name: u.name, Role: u.role, Unit: u.unit})
		if err != nil {
			return "", err
		}
		out += fmt.Sprintf("  %-8s  %s   (%s)\n", u.login, password, u.name)
	}
	return out, nil
}
