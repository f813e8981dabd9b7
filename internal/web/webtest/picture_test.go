package webtest_test

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// pictureEnv names the file that make picture writes: the page of a province, for the README.
const pictureEnv = "KETNAP_PICTURE"

// TestPicture takes the picture of the README: the first screen of a committee's page, in Vietnamese, light enough for a page
// of text. It is written only when pictureEnv says where.
func TestPicture(t *testing.T) {
	const most = 200 << 10
	b := open(t, "quantri")
	b.do(chromedp.EmulateViewport(wide, 960))
	b.visit(placed(t, "/don-vi/{root}"))
	b.wait("the font", `document.fonts.status == 'loaded'`)
	raw, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var small bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, fewColours(picture)); err != nil {
		t.Fatal(err)
	}
	if w := picture.Bounds().Dx(); w != wide || small.Len() > most {
		t.Errorf("the picture is %d wide and has %d bytes, want %d and at most %d", w, small.Len(), wide, most)
	}
	if name := os.Getenv(pictureEnv); name != "" {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, small.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// fewColours keeps the 256 most frequent colours of a picture and puts every other point to the nearest of them: a page has few
// colours, and the file becomes a third.
func fewColours(m image.Image) *image.Paletted {
	count := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(m.At(x, y)).(color.RGBA) }
	box := m.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	frequent := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var palette color.Palette
	for _, c := range frequent[:min(256, len(frequent))] {
		palette = append(palette, c)
	}
	out := image.NewPaletted(box, palette)
	index := map[color.RGBA]uint8{}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			c := at(x, y)
			i, known := index[c]
			if !known {
				i = uint8(palette.Index(c))
				index[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	return out
}
