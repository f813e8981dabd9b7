package chart

// Icon is a line icon, 24 by 24. It always stands beside a word and is hidden from screen readers. A name that is none gives that of a hint.
func Icon(name string) SVG {
	s, ok := icons[name]
	if !ok {
		return icons["info"]
	}
	return s
}

// icons are drawn once: a page has dozens.
var icons = func() map[string]SVG {
	drawn := map[string]SVG{}
	for name, d := range iconPaths {
		p := StartPlain("", 24, 24, "icon")
		p.Path(d, "")
		drawn[name] = p.Done()
	}
	return drawn
}()

// iconPaths are drawn for this program.
var iconPaths = map[string]string{
	"gauge":    "M4 17a8.500 8.500 0 1 1 16 0M12 15l4-5M8 20h8",
	"tree":     "M9 3h6v5H9zM3 16h6v5H3zM15 16h6v5h-6zM12 8v4M6 16v-4h12v4",
	"people":   "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c.3-4 3-6 6.500-6s6.200 2 6.500 6M16 4.300a3.500 3.500 0 0 1 0 6.400M17.500 14.500c2.400.8 3.800 2.700 4 5.500",
	"target":   "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 16.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM12 12h.01",
	"upload":   "M12 15V4M7.500 8 12 3.500 16.500 8M4 15v5h16v-5",
	"download": "M12 3.500V15M7.500 11l4.500 4.500 4.500-4.500M4 16v4.500h16V16",
	"gear":     "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4M4 12h2",
	"user":     "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c.4-4.500 3.500-7 8-7s7.600 2.500 8 7",
	"search":   "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 21 21",
	"calendar": "M4 6h16v14H4zM4 10.500h16M8 3.500V8M16 3.500V8",
	"filter":   "M4 5h16l-6.500 8v6l-3-1.500V13z",
	"print":    "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
	"map":      "M9 4 3.500 6.500V20L9 17.500l6 2.500 5.500-2.500V4L15 6.500zM9 4v13.500M15 6.500V20",
	"doc":      "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
	"clock":    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.500V12l3 2",
	"plus":     "M12 5v14M5 12h14",
	"edit":     "M4 20l1-4.500L16 4.500l3.500 3.500L8.500 19zM13.500 7 17 10.500",
	"undo":     "M8 5 4 9l4 4M4 9h10a5.500 5.500 0 0 1 0 11h-4",
	"left":     "M14.500 5.500 8 12l6.500 6.500",
	"right":    "M9.500 5.500 16 12l-6.500 6.500",
	"first":    "M18 5.500 11.500 12l6.500 6.500M7 5.500v13",
	"done":     "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12.300l2.800 2.700L16 9.500",
	"warn":     "M12 3.500 2.500 20h19zM12 10v4.500M12 17.300h.01",
	"fail":     "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.500V13M12 16.300h.01",
	"info":     "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.700h.01",
}
