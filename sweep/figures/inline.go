package figures

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"regexp"
	"strings"
)

// inks are the colors of the figures with the name that a page gives each, so that it
// can have another by night.
func inks() map[string]color.Color {
	return map[string]color.Color{
		"paper": white, "ink": ink, "faint": faint, "line": gridline, "blue": blue, "band": blueBand, "orange": orange,
	}
}

// Inline turns an SVG of Render into an element of a page: without a size of its own, and
// with colors that the page's style gives (var(--ink) and so on).
func Inline(svg []byte, label string) (string, error) {
	found := regexp.MustCompile(`(?s)^.*?<svg[^>]*viewBox="([^"]*)"[^>]*>`).FindSubmatch(svg)
	if found == nil {
		return "", fmt.Errorf("inline %s: this is no SVG", label)
	}
	body := string(svg[len(found[0]):])
	for name, c := range inks() {
		body = strings.ReplaceAll(body, hex(c), "var(--"+name+")")
	}
	body = strings.ReplaceAll(body, hex(blueDot), "var(--blue)")
	for _, other := range regexp.MustCompile(`#[0-9A-Fa-f]{6}`).FindAllString(body, -1) {
		if !ofCells(other) { // as #000000, which gonum/plot draws where no color is set
			return "", fmt.Errorf("inline %s: %s is no color of the figures", label, other)
		}
	}
	if !strings.Contains(body, "var(--") {
		return "", fmt.Errorf("inline %s: it has none of the figures' colors", label)
	}
	body = strings.ReplaceAll(body, "font-family:Liberation Sans;font-variant:normal;font-weight:normal;font-style:normal;", "")
	return fmt.Sprintf(`<svg viewBox="%s" role="img" aria-label="%s">%s`, found[1], html.EscapeString(label), body), nil
}

// Element renders the figure as Inline has it.
func (f *Figure) Element(label string) (string, error) {
	var svg bytes.Buffer
	if err := f.Render(&svg, "svg"); err != nil {
		return "", err
	}
	return Inline(svg.Bytes(), label)
}

// ofCells reports whether a color is one of cells and the numbers in them, which stay by
// night.
func ofCells(hexadecimal string) bool {
	var c [3]uint8
	if n, _ := fmt.Sscanf(hexadecimal, "#%02X%02X%02X", &c[0], &c[1], &c[2]); n < len(c) {
		return false
	}
	shade := true
	for i, x := range c {
		shade = shade && darkest[i] <= float64(x) && float64(x) <= lightest[i]
	}
	return shade || hexadecimal == hex(onDark) || hexadecimal == hex(onLight)
}

// hex is a color as an SVG has it, its opacity apart.
func hex(c color.Color) string {
	r, g, b, a := c.RGBA()
	return fmt.Sprintf("#%02X%02X%02X", r*0xff/a, g*0xff/a, b*0xff/a)
}
