package bench

import (
	"net/http"
	"strconv"
)

// maxPage is the largest answer the floor's server gives.
const maxPage = 4 << 20

// Floor answers GET /?n=BYTES with as many bytes from memory: what HTTP on this machine costs before
// any page is made.
func Floor() http.Handler {
	memory := make([]byte, maxPage)
	for i := range memory {
		memory[i] = byte('a' + i%26)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.FormValue("n"))
		if err != nil || n < 0 || n > maxPage {
			http.Error(w, "n", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.Itoa(n))
		_, _ = w.Write(memory[:n])
	})
}
