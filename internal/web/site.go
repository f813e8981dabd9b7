// Package web is the roof: the pages of the program, rendered on the server.
//
// The frame (this file, render.go, errors.go, lang.go, static.go, buffer.go,
// middleware.go) gives every page the same things once: who is signed in,
// language, navigation, security headers, limits, one record in the log, error
// pages. A page is a Handler registered through Site.Handle, a struct that
// embeds Base, and a file of the same noun in tmpl/.
//
// The package never sees a database: it calls services.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"ketnap/internal/approval"
	"ketnap/internal/fault"
	"ketnap/internal/memo"
)

// Handler answers one request or returns an error. Nothing it wrote is sent
// when it returns an error: the frame answers with the page of the error.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Config is what the frame needs from outside.
type Config struct {
	Log     *slog.Logger
	Version string // printed in the footer
	Secure  bool   // cookies only over TLS: true everywhere but on a demo machine
	Origin  string // the address people use, "https://ketnap.example"; "" on a trial machine: passkeys work on localhost only
}

// Site serves the pages. Make one with New, set the fields, register the
// pages, then hand it to an http.Server.
type Site struct {
	// Auth finds who is asking. It returns the context the handlers shall see
	// (with the actor in it), and nil for a visitor who is not signed in. When
	// Auth itself is nil everybody is a visitor and every page is open.
	Auth func(r *http.Request) (context.Context, *UserView, error)

	// Second answers when an act takes a second person: it asks for what a request needs. When it is nil, or the page wants a piece of
	// itself, the refusal is shown like any other.
	Second func(w http.ResponseWriter, r *http.Request, act approval.Act) error

	// SignIn is the path a visitor is sent to when a page needs a user.
	SignIn string

	// Nav is the main navigation, in order.
	Nav []NavGroup

	log     *slog.Logger
	version string
	secure  bool
	address string
	mux     *http.ServeMux
	origin  *http.CrossOriginProtection
	static  *assets
	count   counters
	served  []string         // patterns of all pages, in order
	options map[string]route // how each of them is served, which is held against the table of needs
	pages   map[string]*page
	kept    *memo.Cache[keptKey, []byte] // content of pages
}

// UserView is the signed-in user as the header shows them.
type UserView struct {
	Name string // "Nguyễn Thị Hoà"
	Role string // already in the language of the page: "Văn phòng cấp uỷ"
	Unit string // short name of the unit the role holds at; may be empty

	Inspects         bool // may read the audit trail somewhere
	Closes           bool // answers for the figures of a province
	Imports, Manages bool // may bring in sheets, may manage accounts somewhere
	Self             bool // the own account of a person, which sees the own page and nothing else
	Waits            int  // requests that wait for them: to be answered, or approved for a file to fetch
	Early            bool // has yet to set up how they sign in, and may do nothing else
}

// New builds the frame: templates are parsed and assets are packed here, so a
// broken one is found at the start and not by a user.
func New(c Config) (*Site, error) {
	s := &Site{
		SignIn: "/sign-in",
		log:    c.Log, version: c.Version, secure: c.Secure, address: c.Origin,
		mux: http.NewServeMux(), origin: http.NewCrossOriginProtection(), options: map[string]route{}, kept: memo.New[keptKey, []byte](keptBytes),
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	var err error
	if s.static, err = loadAssets(staticFiles, "static"); err != nil {
		return nil, err
	}
	if s.pages, err = parsePages(templateFiles, s.static); err != nil {
		return nil, err
	}
	s.mux.HandleFunc("GET /static/{hash}/{name...}", s.static.serve)
	return s, nil
}

// route is what the options of one registered page say.
type route struct {
	public  bool
	early   bool
	own     bool
	stream  bool
	program bool
	maxBody int64
}

// Option changes how one route is served.
type Option func(*route)

// defaultBody is the largest request body a page reads unless it says more.
const defaultBody = 1 << 20

// Public opens a page to visitors who are not signed in.
func Public() Option { return func(o *route) { o.public = true } }

// Early opens a page to users who have yet to set up how they sign in.
func Early() Option { return func(o *route) { o.early = true } }

// Own opens a page to the own account of a person too. For such an account every other page does not exist.
func Own() Option { return func(o *route) { o.own = true } }

// Program opens an address to programs that show a token: no session is looked for, so no cookie counts.
func Program() Option { return func(o *route) { o.program = true } }

// MaxBody allows request bodies up to n bytes (uploads), and gives the client
// more time to send one.
func MaxBody(n int64) Option { return func(o *route) { o.maxBody = n } }

// Stream sends what the handler writes at once, neither kept back nor
// compressed: for files. An error after the first byte cuts the connection, so
// that half a file is never taken for a whole one.
func Stream() Option { return func(o *route) { o.stream = true } }

// Handle registers h for a pattern of http.ServeMux ("GET /unit/{id}").
func (s *Site) Handle(pattern string, h Handler, opts ...Option) {
	o := route{maxBody: defaultBody}
	for _, f := range opts {
		f(&o)
	}
	s.served, s.options[pattern] = append(s.served, pattern), o
	s.mux.Handle(pattern, s.serve(o, h))
}

// serve wraps h into what every route shares: body limit, user, language
// choice, buffer, error page.
func (s *Site) serve(o route, h Handler) http.Handler {
	run := func(w http.ResponseWriter, r *http.Request) error {
		if o.program {
			return h(w, r)
		}
		if chosen, err := s.chooseLang(w, r); chosen || err != nil {
			return err
		}
		if o.maxBody > defaultBody {
			// Best effort: a server that cannot move the deadline keeps its own.
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime))
		}
		r.Body = http.MaxBytesReader(w, r.Body, o.maxBody)
		in, err := s.enter(r)
		if err != nil {
			return err
		}
		if !o.public && s.Auth != nil && visitOf(in).user == nil {
			return s.askSignIn(w, in)
		}
		if u := visitOf(in).user; u != nil && u.Self && !o.own && !o.public {
			return fault.E("web.serve", fault.NotFound, "web.error.page")
		}
		if err := s.noSecrets(in); err != nil {
			return err
		}
		if u := visitOf(in).user; u != nil && u.Early && !o.early && !o.public {
			http.Redirect(w, in, "/tai-khoan", http.StatusSeeOther)
			return nil
		}
		err = h(w, in)
		if a, ok := errors.AsType[*approval.Needed](err); ok && s.Second != nil && !isFragment(in) {
			return s.Second(w, in, a.Act)
		}
		return err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visitOf(r).route = r.Pattern
		if o.stream {
			s.runStream(w, r, run)
			return
		}
		s.runBuffered(w, r, run)
	})
}

// uploadTime is how long a client may take to send a large body.
const uploadTime = 10 * time.Minute

// enter asks Auth who this is and puts the answer into the request.
func (s *Site) enter(r *http.Request) (*http.Request, error) {
	if s.Auth == nil {
		return r, nil
	}
	ctx, user, err := s.Auth(r)
	if err != nil {
		return r, err
	}
	visitOf(r).user = user
	if ctx == nil {
		return r, nil
	}
	return r.WithContext(ctx), nil
}

// askSignIn sends a visitor to the sign-in page and brings them back after.
func (s *Site) askSignIn(w http.ResponseWriter, r *http.Request) error {
	to := s.SignIn
	if r.Method == http.MethodGet && r.URL.Path != "/" {
		to = withQuery(to, "next", r.URL.RequestURI())
	}
	if isFragment(r) {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusOK)
		return nil
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// isFragment says whether the page asks for a piece of itself (htmx).
func isFragment(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Boosted") != "true"
}
