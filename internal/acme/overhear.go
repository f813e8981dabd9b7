package acme

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
)

// overhear keeps the last reason the authority gave, or why it could not be asked. autocert tells only that no way of proving a name
// worked, and of a renewal in the background not even that; without the reason nobody can mend anything.
type overhear struct {
	next http.RoundTripper
	last atomic.Value // string
}

// problem is where an authority writes a reason: RFC 7807, alone or inside an order or a challenge.
type problem struct {
	Type       string
	Detail     string
	Error      *problem
	Challenges []struct{ Error *problem }
}

// reason is the detail of a problem. That a nonce was old is no reason: the question is repeated with a new one.
func (p *problem) reason() string {
	if p == nil || strings.HasSuffix(p.Type, ":badNonce") {
		return ""
	}
	for _, c := range p.Challenges {
		if said := c.Error.reason(); said != "" {
			return said
		}
	}
	if said := p.Error.reason(); said != "" {
		return said
	}
	return p.Detail
}

// RoundTrip asks, and listens.
func (o *overhear) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := o.next.RoundTrip(r)
	if err != nil {
		o.last.Store(err.Error())
		return nil, err
	}
	if !strings.Contains(res.Header.Get("Content-Type"), "json") {
		return res, nil
	}
	body, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	var p problem
	if json.Unmarshal(body, &p) == nil && p.reason() != "" {
		o.last.Store(p.reason())
	}
	return res, nil
}
