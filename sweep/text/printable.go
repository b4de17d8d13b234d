package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escaper makes a text from outside printable: control characters but newlines and tabs,
// changes of direction and bytes that are not UTF-8 become escapes. The text may come in
// pieces that end within a character.
type Escaper struct{ pending []byte }

// Append appends the next piece, printable, to a slice.
func (e *Escaper) Append(to, piece []byte) []byte {
	piece = append(e.pending, piece...)
	for len(piece) > 0 && utf8.FullRune(piece) {
		r, size := utf8.DecodeRune(piece)
		switch {
		case r == utf8.RuneError && size == 1:
			to = fmt.Appendf(to, `\x%02x`, piece[0])
		case r == '\n' || r == '\t' || !isActive(r):
			to = append(to, piece[:size]...)
		case r < utf8.RuneSelf:
			to = fmt.Appendf(to, `\x%02x`, r)
		default:
			to = fmt.Appendf(to, `\u%04x`, r)
		}
		piece = piece[size:]
	}
	e.pending = piece
	return to
}

// isActive finds a character that does something instead of being shown.
func isActive(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}

// CheckText refuses a text from outside that is not CheckLine's but for newlines and tabs.
func CheckText(text string) error {
	return CheckLine(strings.NewReplacer("\n", " ", "\t", " ", "\r", " ").Replace(text))
}

// CheckLine refuses a text from outside that is not a line of UTF-8: a path, a name or a key
// is written in messages and in logs, where a newline or an escape would be taken for
// the program's own.
func CheckLine(text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%q is not UTF-8", text)
	}
	for _, r := range text {
		if isActive(r) {
			return fmt.Errorf("%q has the control character %U", text, r)
		}
	}
	return nil
}
