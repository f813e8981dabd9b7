package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/users"
)

// crowds are how many users ask at once.
var crowds = []int{1, 6, 32}

// user is somebody signed in, with a connection and a session of their own.
type user struct {
	client *http.Client
	server string
	cookie string
	r      *rand.Rand
}

// page is one kind of request.
type page struct {
	name string
	path func(s *sights, r *rand.Rand) string
	part bool // asked for by a page as a piece of itself
}

// pages measures requests over HTTP to `ketnap serve` in a process of its own, in a closed loop: every
// user asks for the next page when the one before has come.
func (b *run) pages(ctx context.Context) error {
	s, err := b.sights(ctx)
	if err != nil {
		return err
	}
	restore, err := b.passwordsOnly(ctx)
	if err != nil {
		return err
	}
	defer restore()
	logins, err := b.accounts(ctx, crowds[len(crowds)-1])
	if err != nil {
		return err
	}
	web, err := b.serve(ctx, "/dang-nhap", "serve", "--listen", "127.0.0.1:0", "--quiet")
	if err != nil {
		return err
	}
	rest := web.memory("VmRSS")
	floor, err := b.serve(ctx, "/?n=1", "bench", "floor", "--listen", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, web.kill())
	}
	err = b.askAll(ctx, s, logins, web, floor)
	after := web.memory("VmRSS")
	peak, werr := web.stop()
	_, ferr := floor.stop()
	if err = errors.Join(err, werr, ferr); err == nil {
		b.add(Result{Name: "serve.memory", Count: 1, RestMB: rest, PeakMB: peak, Note: fmt.Sprintf("%.0f MB after the requests", after)})
	}
	return err
}

// passwordsOnly lets users sign in with a password alone, as those of the bench do; restore puts the
// stricter policy back where it was.
func (b *run) passwordsOnly(ctx context.Context) (restore func(), err error) {
	service := users.New(b.st)
	was, err := service.Policy(ctx)
	if err != nil || was == users.Simple {
		return func() {}, err
	}
	return func() {
		if err := service.SetPolicy(context.WithoutCancel(ctx), b.who, was); err != nil {
			b.Log("the sign-in policy was not put back to %s: %v", was, err)
		}
	}, service.SetPolicy(ctx, b.who, users.Simple)
}

func (b *run) askAll(ctx context.Context, s *sights, logins [][2]string, web, floor *server) error {
	people, err := signIn(ctx, web.url, logins, b.Seed)
	if err != nil {
		return err
	}
	for _, p := range s.pages() {
		if len(b.Pages) > 0 && !slices.Contains(b.Pages, p.name) {
			continue
		}
		for _, n := range crowds {
			r, err := b.ask(ctx, s, p, people[:n], web, floor.url)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			b.add(r)
		}
	}
	return nil
}

// ask measures one kind of request with some users, against answers of the same size from memory.
func (b *run) ask(ctx context.Context, s *sights, p page, people []*user, web *server, floor string) (Result, error) {
	count := 200 + 50*len(people)
	get := func(w int) (int, error) { return people[w].get(ctx, p.path(s, people[w].r), p.part) }
	warm := closed(ctx, len(people), max(20, len(people)), 5*time.Second, get)
	if warm.failed == len(warm.took) {
		return Result{Name: p.name, Users: len(people), Count: len(warm.took), Failed: warm.failed, Note: warm.note}, nil
	}
	same := "/?n=" + strconv.Itoa(warm.bytes)
	plain := make([]*user, len(people))
	for i := range plain {
		plain[i] = newUser(floor, people[i].r)
	}
	bytes := func(w int) (int, error) { return plain[w].get(ctx, same, false) }
	closed(ctx, len(people), max(20, len(people)), 5*time.Second, bytes)
	rs, err := b.alternate(func() (Result, error) {
		before := web.cpu()
		m := closed(ctx, len(people), count, 10*time.Second, get)
		r := m.result(p.name)
		r.CPU = (web.cpu() - before) * 1000 / float64(max(1, r.Count))
		return r, nil
	}, func() (Result, error) {
		m := closed(ctx, len(people), 2*count, 10*time.Second, bytes)
		return m.result("floor.page"), nil
	})
	if err != nil {
		return Result{}, err
	}
	r := rs[0]
	r.Users, r.Floor.Users = len(people), len(people)
	return r, nil
}

func newUser(server string, r *rand.Rand) *user {
	t := &http.Transport{MaxIdleConnsPerHost: 1, DisableCompression: true}
	return &user{client: &http.Client{Transport: t, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		server: server, r: r}
}

// get asks for a page as a browser does, compressed, and returns the bytes that came. Anything but
// 200 is a failure.
func (u *user) get(ctx context.Context, path string, part bool) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.server+path, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("Accept-Language", "vi")
	if part {
		req.Header.Set("HX-Request", "true")
	}
	if u.cookie != "" {
		req.Header.Set("Cookie", u.cookie)
	}
	res, err := u.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, res.Status)
	}
	return int(n), err
}

// accounts makes readers of everything, or gives those of an earlier run new passwords.
func (b *run) accounts(ctx context.Context, n int) ([][2]string, error) {
	service := users.New(b.st)
	top, err := b.home(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]id.ID{}
	list, err := service.List(ctx, b.who, users.Ask{Words: "bench"})
	if err != nil {
		return nil, err
	}
	for _, a := range list.Accounts {
		known[a.Login] = a.ID
	}
	var logins [][2]string
	for i := range n {
		login := fmt.Sprintf("bench.%02d", i+1)
		password := users.NewPassword()
		if u, ok := known[login]; ok {
			err = service.SetPassword(ctx, b.who, u, password)
		} else {
			_, _, err = service.Create(ctx, b.who, users.Form{Login: login, Name: "Đo tốc độ " + strconv.Itoa(i+1), Password: password, Role: access.Viewer, Unit: top})
		}
		if err != nil {
			return nil, err
		}
		logins = append(logins, [2]string{login, password})
	}
	return logins, nil
}

// signIn opens a session for each account through the sign-in page.
func signIn(ctx context.Context, server string, logins [][2]string, seed uint64) ([]*user, error) {
	var people []*user
	for i, l := range logins {
		u := newUser(server, rand.New(rand.NewPCG(seed, uint64(i))))
		form := url.Values{"login": {l[0]}, "password": {l[1]}}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, server+"/dang-nhap", strings.NewReader(form.Encode()))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := u.client.Do(req)
		if err != nil {
			return nil, err
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		var kept []string // the session, and the browser that is known from now on
		for _, c := range res.Cookies() {
			if c.Value != "" {
				kept = append(kept, c.Name+"="+c.Value)
			}
		}
		u.cookie = strings.Join(kept, "; ")
		if u.cookie == "" {
			return nil, fault.E("bench.signIn", fault.Forbidden, "user.signin_wrong", fmt.Errorf("%s: %s", l[0], res.Status))
		}
		people = append(people, u)
	}
	return people, nil
}
