package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
)

//go:embed static
var staticFiles embed.FS

// assets are the static files, read once. All share one hash in their address:
// a style sheet may then name a font relative to itself, and a new build never
// meets an old file in a cache.
type assets struct {
	hash  string
	files map[string]asset
}

type asset struct {
	kind   string // Content-Type
	plain  []byte
	packed []byte // gzip; nil when it would not be smaller
}

// kinds are the types of files that are served; others are left out.
var kinds = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".woff2": "font/woff2",
}

// loadAssets reads every file below dir.
func loadAssets(fsys fs.FS, dir string) (*assets, error) {
	a := &assets{files: map[string]asset{}}
	sum := sha256.New()
	err := fs.WalkDir(fsys, dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kind, ok := kinds[path.Ext(p)]
		if !ok {
			return nil
		}
		data, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(p, dir+"/")
		fmt.Fprintf(sum, "%s %d\n", name, len(data))
		sum.Write(data)
		a.files[name] = asset{kind: kind, plain: data, packed: pack(kind, data)}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("web.loadAssets: %w", err)
	}
	a.hash = hex.EncodeToString(sum.Sum(nil))[:12]
	return a, nil
}

// pack compresses text files as well as gzip can; fonts and pictures are
// compressed already.
func pack(kind string, data []byte) []byte {
	if !strings.HasPrefix(kind, "text/") && kind != "image/svg+xml" {
		return nil
	}
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // a constant level cannot fail
	_, _ = z.Write(data)
	_ = z.Close()
	if out.Len() >= len(data) {
		return nil
	}
	return out.Bytes()
}

// href is the address of a file for templates, or "" when it is not there: a
// build without the third-party files has neither htmx nor the font.
func (a *assets) href(name string) string {
	if _, ok := a.files[name]; !ok {
		return ""
	}
	return "/static/" + a.hash + "/" + name
}

// serve answers GET /static/{hash}/{name...}. Under the present hash a file
// never changes; under an old one (a page left open over an update) the present
// file is sent, but not kept.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	visitOf(r).route = r.Pattern
	f, ok := a.files[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "no-cache")
	if r.PathValue("hash") == a.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body := f.plain
	if f.packed != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body = f.packed
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	// A client that went away is not an error of ours.
	_, _ = w.Write(body)
}
