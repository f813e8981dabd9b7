package xlsx

import (
	"strconv"
	"strings"
)

// Number formats of written cells. 1 to 49 are known to every program by
// number, 164 and up are our own.
const (
	fmtGeneral = 0
	fmtInt     = 3 // #,##0
	fmtDec2    = 4 // #,##0.00
	fmtPercent = 10
	fmtText    = 49
	fmtDate    = 164
	fmtDec     = 165 // + decimals
)

// formatID returns the number format of a form.
func formatID(f form) int {
	switch f {
	case formText:
		return fmtGeneral
	case formDigits, formQuote:
		return fmtText
	case formInt, formNum:
		return fmtInt
	case formPct:
		return fmtPercent
	case formDay:
		return fmtDate
	case formNum + 2:
		return fmtDec2
	}
	return fmtDec + int(f-formNum)
}

// stylesXML writes every combination of number format and look, in the order of
// the style numbers Writer.cell uses: form * looks + look.
func stylesXML() string {
	var b strings.Builder
	num := strconv.Itoa
	b.WriteString(xmlHead + `<styleSheet ` + nsMain + `><numFmts count="` + num(1+maxDecimals-1) + `">` +
		`<numFmt numFmtId="` + num(fmtDate) + `" formatCode="dd/mm/yyyy"/>`)
	for d := 1; d <= maxDecimals; d++ {
		if d != 2 {
			b.WriteString(`<numFmt numFmtId="` + num(fmtDec+d) + `" formatCode="#,##0.` + strings.Repeat("0", d) + `"/>`)
		}
	}
	b.WriteString(`</numFmts><fonts count="4">`)
	for _, extra := range []string{``, `<b/>`, `<color rgb="FF9C0006"/>`, `<b/><color rgb="FF9C0006"/>`} {
		bold, color, _ := strings.Cut(extra, `<color`)
		if color != "" {
			color = `<color` + color
		}
		b.WriteString(`<font>` + bold + `<sz val="11"/>` + color + `<name val="Times New Roman"/><family val="1"/></font>`)
	}
	b.WriteString(`</fonts><fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>`)
	for _, rgb := range []string{"FFE7E6E6", "FFFFC7CE"} {
		b.WriteString(`<fill><patternFill patternType="solid"><fgColor rgb="` + rgb + `"/><bgColor indexed="64"/></patternFill></fill>`)
	}
	b.WriteString(`</fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>`)
	for _, side := range []string{"left", "right", "top", "bottom"} {
		b.WriteString(`<` + side + ` style="thin"><color rgb="FFA6A6A6"/></` + side + `>`)
	}
	b.WriteString(`<diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="` + num(forms*looks) + `">`)
	for f := range form(forms) {
		for l := range look(looks) {
			writeXF(&b, f, l)
		}
	}
	b.WriteString(`</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`)
	return b.String()
}

// writeXF writes one cell style.
func writeXF(b *strings.Builder, f form, l look) {
	font, fill, border, align := 0, 0, 0, ""
	if l&(lookBold|lookHeader) != 0 {
		font = 1
	}
	if l&lookHeader != 0 {
		fill, border = 2, 1
		align = `<alignment horizontal="center" vertical="center" wrapText="1"/>`
	}
	if l&lookMarked != 0 {
		font, fill = font+2, 3
	}
	b.WriteString(`<xf numFmtId="` + strconv.Itoa(formatID(f)) + `" fontId="` + strconv.Itoa(font) + `" fillId="` + strconv.Itoa(fill) +
		`" borderId="` + strconv.Itoa(border) + `" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"`)
	if f == formQuote {
		b.WriteString(` quotePrefix="1"`)
	}
	if align != "" {
		b.WriteString(` applyAlignment="1">` + align + `</xf>`)
		return
	}
	b.WriteString(`/>`)
}
