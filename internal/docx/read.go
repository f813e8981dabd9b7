package docx

import "strings"

// ReadText returns the text of a document from outside, one paragraph a line, without headers and notes. Only the text leaves the
// file, so that links, fields and objects, which Open refuses, do no harm; the bounds of size hold. Numbers that Word puts before
// paragraphs by itself are not part of the text.
func ReadText(data []byte) (string, error) {
	parts, err := unpack(data)
	if err != nil {
		return "", err
	}
	main, err := mainPart(parts)
	if err != nil {
		return "", err
	}
	for _, p := range parts {
		if !strings.EqualFold(p.name, main) {
			continue
		}
		s, err := newStory(p.data)
		if err != nil {
			return "", err
		}
		var b strings.Builder
		s.read(s.root, &b)
		return b.String(), nil
	}
	return "", refuse("docx.not_docx")
}
