package chart

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is how many squares a camera wants free around a code.
const quiet = 4

// Code draws an address as a QR code, so that somebody's telephone reads it from a screen or from paper. id must be unique on the page.
func Code(id, title, address string) (SVG, error) {
	c, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return SVG{}, fmt.Errorf("chart.Code: %w", err)
	}
	n := c.Bounds().Dx()
	var d strings.Builder
	for y := range n {
		for x := range n {
			if r, _, _, _ := c.At(x, y).RGBA(); r == 0 {
				_, _ = fmt.Fprintf(&d, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	p := Start(id, title, title, n+2*quiet, n+2*quiet, false, "qr")
	p.Rect(0, 0, n+2*quiet, n+2*quiet, "qr-back")
	p.Path(d.String(), "qr-ink")
	return p.Done(), nil
}
