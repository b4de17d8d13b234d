package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// printable escapes a whole text.
func printable(text string) string {
	var e Escaper
	return string(e.Append(nil, []byte(text)))
}

func TestEscaper(t *testing.T) {
	for text, want := range map[string]string{
		"plain ✓\n\tline": "plain ✓\n\tline",
		"\x1b[2J":         `\x1b[2J`,
		"a\rb\x00\x7f":    `a\x0db\x00\x7f`,
		"\u0085\u202e":    `\u0085\u202e`,
		"caf\xe9 \xff":    `caf\xe9 \xff`,
	} {
		if got := printable(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestCheckLine(t *testing.T) {
	for text, want := range map[string]string{
		"results/grid ✓": "", "a\nb": "U+000A", "a\x1b": "U+001B", "\u202ea": "U+202E", "caf\xe9": "is not UTF-8",
	} {
		if err := CheckLine(text); (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	if err := CheckText("a\n\tb\r\n"); err != nil {
		t.Error(err)
	}
}

func FuzzEscaper(f *testing.F) {
	f.Add("a\x1b[2J\xe9\u202e✓", 3)
	f.Fuzz(func(t *testing.T, text string, cut int) {
		whole := printable(text)
		if !utf8.ValidString(whole) || CheckText(whole) != nil {
			t.Fatalf("%q becomes %q", text, whole)
		}
		if printable(whole) != whole {
			t.Fatalf("%q changes again", whole)
		}
		cut = min(max(0, cut), len(text))
		var e Escaper
		parts := e.Append(e.Append(nil, []byte(text[:cut])), []byte(text[cut:]))
		if got := string(parts); got != whole {
			t.Fatalf("%q in two parts is %q, in one %q", text, got, whole)
		}
	})
}
