package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// pageSizes are the rows a list may show.
var pageSizes = []int{25, 50, 100, 200}

// sizeParam is the rows a list shows: those asked for, else 50.
func sizeParam(q url.Values) int { return sizeOr(q, 50) }

// sizeOr is sizeParam of a list that usually shows another number of rows.
func sizeOr(q url.Values, usual int) int {
	n, _ := strconv.Atoi(q.Get("n"))
	if !slices.Contains(pageSizes, n) {
		return usual
	}
	return n
}

// maxWay is how many pages back the way is remembered.
const maxWay = 20

// pager makes the foot of a keyset list. Where a page begins stands in its address (after), with the
// number of rows before it (row) and where the pages before it begin (way): so the browser's back
// button, a bookmark and the link to the page before all lead where they say. total -1 is not counted;
// it is known all the same when there is nothing after this page.
func (b Base) pager(u *url.URL, after, next string, size int, total int64, rows int) Pager {
	q := u.Query()
	before, _ := strconv.ParseInt(q.Get("row"), 10, 64)
	before = max(before, 0)
	var way []string
	if q.Get("way") != "" {
		way = strings.Split(q.Get("way"), ".")
	}
	at := func(after string, row int64, way []string) string {
		q := u.Query()
		for name, value := range map[string]string{"after": after, "row": strconv.FormatInt(row, 10), "way": strings.Join(way, ".")} {
			if value == "" || after == "" {
				q.Del(name)
			} else {
				q.Set(name, value)
			}
		}
		return u.Path + "?" + q.Encode()
	}
	p := Pager{Total: total}
	if rows > 0 {
		p.From, p.To = before+1, before+int64(rows)
	}
	if next == "" && total < 0 {
		p.Total = before + int64(rows)
	}
	if after != "" {
		p.First = at("", 0, nil)
	}
	switch {
	case len(way) > 0:
		p.Prev = at(way[len(way)-1], before-int64(size), way[:len(way)-1])
	case after != "" && before == int64(size):
		p.Prev = p.First
	}
	if next != "" {
		if after != "" {
			way = append(slices.Clone(way), after)
		}
		p.Next = at(next, before+int64(rows), way[max(0, len(way)-maxWay):])
	}
	for _, n := range pageSizes {
		u := *u
		q := u.Query()
		q.Set("n", strconv.Itoa(n))
		for _, name := range []string{"after", "row", "way"} {
			q.Del(name)
		}
		p.Sizes = append(p.Sizes, Choice{Label: strconv.Itoa(n), Href: u.Path + "?" + q.Encode(), Current: n == size})
	}
	return p
}
