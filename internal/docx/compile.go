package docx

import (
	"fmt"
	"strconv"
	"strings"
)

// Compile makes a template from its description. A line is a paragraph, justified and with an indent; an
// empty line is nothing. A line may begin with ">" and letters that say how it looks:
//
//	>c centred  >r right  >l left without indent  >n justified without indent
//	>t no space behind  >s space before  >k stays with the next  >12 points of its letters
//
// Inside a line **bold**, //italic//, __underlined__, \n a line break and \t a tab, which at the end of
// a paragraph is a dotted line. Lines that begin with "#" are remarks. Blocks:
//
//	.cols 45 55     columns side by side without lines, apart by ".col", up to ".end"
//	.table 10 90    a table, one row a line with cells apart by "|"; a first line "!a|b" is its head
//	.page           a new page
//	.space          an empty line
func Compile(title, description string) ([]byte, error) {
	c := &compiler{lines: strings.Split(strings.ReplaceAll(description, "\r", ""), "\n")}
	blocks, err := c.blocks("")
	if err != nil {
		return nil, err
	}
	var s sheet
	s.blocks(blocks, textWide)
	return assemble(title, s.b.String())
}

// compiler reads a description line by line.
type compiler struct {
	lines []string
	at    int // the next line
}

// next returns the next line that says something.
func (c *compiler) next() (string, bool) {
	for c.at < len(c.lines) {
		line := strings.TrimSpace(c.lines[c.at])
		c.at++
		if line != "" && !strings.HasPrefix(line, "#") {
			return line, true
		}
	}
	return "", false
}

func (c *compiler) wrong(why string) error {
	return fmt.Errorf("docx.Compile: line %d: %s", c.at, why)
}

// blocks reads up to a line that is one of stop, or to the end when stop is empty.
func (c *compiler) blocks(stop string) ([]block, error) {
	var out []block
	for {
		line, ok := c.next()
		switch {
		case !ok && stop != "":
			return nil, c.wrong("expected " + stop)
		case !ok:
			return out, nil
		case stop != "" && strings.Contains(" "+stop+" ", " "+line+" "):
			c.at-- // the caller reads what ended it
			return out, nil
		}
		b, err := c.block(line)
		if err != nil {
			return nil, err
		}
		if b.table != nil && !b.table.lines {
			holdOn(out)
		}
		out = append(out, b)
	}
}

// holdOn keeps what stands before columns on their page: a signature is never alone on a page.
func holdOn(before []block) {
	for i := len(before) - 1; i >= 0 && before[i].para != nil; i-- {
		before[i].para.together = true
		if before[i].para.text != "" {
			return
		}
	}
}

func (c *compiler) block(line string) (block, error) {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case ".page":
		return block{page: true}, nil
	case ".space":
		return block{para: &para{align: left, flush: true, tight: true}}, nil
	case ".cols":
		t, err := c.columns(rest)
		return block{table: t}, err
	case ".table":
		t, err := c.table(rest)
		return block{table: t}, err
	}
	if strings.HasPrefix(line, ".") && !strings.HasPrefix(line, "..") && len(word) > 1 {
		return block{}, c.wrong("unknown block " + word)
	}
	p, err := c.para(line)
	return block{para: &p}, err
}

func (c *compiler) shares(s string) ([]int, error) {
	var out []int
	for word := range strings.FieldsSeq(s) {
		n, err := strconv.Atoi(word)
		if err != nil || n <= 0 {
			return nil, c.wrong("widths are whole numbers")
		}
		out = append(out, n)
	}
	if len(out) == 0 {
		return nil, c.wrong("no widths")
	}
	return out, nil
}

// columns reads blocks side by side.
func (c *compiler) columns(widths string) (*table, error) {
	shares, err := c.shares(widths)
	if err != nil {
		return nil, err
	}
	row := make([][]block, 0, len(shares))
	for {
		cell, err := c.blocks(".col .end")
		if err != nil {
			return nil, err
		}
		row = append(row, cellOf(cell))
		if line, _ := c.next(); line == ".end" {
			break
		}
	}
	if len(row) != len(shares) {
		return nil, c.wrong("as many columns as widths")
	}
	return &table{shares: shares, rows: [][][]block{row}}, nil
}

// cellOf is the content of a cell, which must end with a paragraph.
func cellOf(bs []block) []block {
	if len(bs) == 0 || bs[len(bs)-1].para == nil {
		return append(bs, block{para: &para{align: left, flush: true, tight: true}})
	}
	return bs
}

// table reads rows up to ".end".
func (c *compiler) table(widths string) (*table, error) {
	shares, err := c.shares(widths)
	if err != nil {
		return nil, err
	}
	t := &table{shares: shares, lines: true}
	for {
		line, ok := c.next()
		if !ok {
			return nil, c.wrong("expected .end")
		}
		if line == ".end" {
			return t, nil
		}
		head := strings.HasPrefix(line, "!")
		if head {
			line, t.head = line[1:], t.head+1
		}
		cells := strings.Split(line, "|")
		if len(cells) != len(shares) {
			return nil, c.wrong(fmt.Sprintf("%d cells for %d widths", len(cells), len(shares)))
		}
		row := make([][]block, len(cells))
		for i, cell := range cells {
			p, err := c.para(strings.TrimSpace(cell))
			if err != nil {
				return nil, err
			}
			p.flush, p.tight = true, true
			if p.align == justified {
				p.align = left
			}
			if head {
				p.align, p.text = centred, "**"+p.text+"**"
			}
			row[i] = []block{{para: &p}}
		}
		t.rows = append(t.rows, row)
	}
}

// para reads the look of a paragraph and its text.
func (c *compiler) para(line string) (para, error) {
	p := para{align: justified, text: line}
	if strings.HasPrefix(line, ">") {
		look, text, _ := strings.Cut(line[1:], " ")
		p.text = text
		for _, r := range look {
			switch {
			case r >= '0' && r <= '9':
				p.size = 10*p.size + int(r-'0')
			case r == 'c' || r == 'r' || r == 'l':
				p.align, p.flush = align(r), true
			case r == 'n':
				p.flush = true
			case r == 't':
				p.tight = true
			case r == 's':
				p.spaced = true
			case r == 'k':
				p.together = true
			default:
				return p, c.wrong("unknown look " + string(r))
			}
		}
	}
	p.text = strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(p.text)
	return p, nil
}
