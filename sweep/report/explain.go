package report

import (
	"html"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Explainer marks the terms of a page where they appear, and gathers which did.
type Explainer struct {
	terms map[string]Term // by the name in small letters
	names *regexp.Regexp  // nil: there are none
	seen  map[string]bool
}

// NewExplainer returns an explainer of terms, none of which was seen.
func NewExplainer(terms []Term) *Explainer {
	e := &Explainer{terms: map[string]Term{}, seen: map[string]bool{}}
	var names []string
	for _, term := range terms {
		e.terms[strings.ToLower(term.Name)] = term
		names = append(names, regexp.QuoteMeta(term.Name))
	}
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) }) // the longest that fits
	if len(names) > 0 {
		e.names = regexp.MustCompile(`(?i)(^|[^\pL\pN_])(` + strings.Join(names, "|") + `)(s?)($|[^\pL\pN_])`)
	}
	return e
}

// Mark is a text with the terms in it explained, each where the page has it first.
func (e *Explainer) Mark(text string) template.HTML {
	var b strings.Builder
	for e.names != nil {
		found := e.names.FindStringSubmatchIndex(text)
		if found == nil {
			break
		}
		from, to := found[4], found[7] // the name and its plural
		name := strings.ToLower(text[found[4]:found[5]])
		b.WriteString(html.EscapeString(text[:from]))
		if e.seen[name] {
			b.WriteString(html.EscapeString(text[from:to]))
		} else {
			e.seen[name] = true
			b.WriteString(`<abbr tabindex="0" title="` + html.EscapeString(e.terms[name].Sentence) + `">` + html.EscapeString(text[from:to]) + `</abbr>`)
		}
		text = text[to:]
	}
	b.WriteString(html.EscapeString(text))
	return template.HTML(b.String())
}

// used lists the terms that were marked, each sentence once, in alphabetical order.
func (e *Explainer) used() []Term {
	var terms []Term
	sentences := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(e.seen)) {
		if term := e.terms[name]; !sentences[term.Sentence] {
			sentences[term.Sentence] = true
			if term.Of != "" {
				term.Name = term.Of
			}
			terms = append(terms, term)
		}
	}
	slices.SortFunc(terms, func(a, b Term) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return terms
}

// anchor makes a place in the page of a heading.
func anchor(title string) string {
	return strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(title), "-"), "-")
}

// compact leaves out the columns of a table that say nothing: those that are empty or the same in every
// row, of which the note says what they are.
func compact(t Table) Table {
	if len(t.Rows) < 2 {
		return t
	}
	var same []string
	kept := []int{0}
	for column := 1; column < len(t.Header); column++ {
		first := t.Rows[0][column]
		switch {
		case slices.ContainsFunc(t.Rows, func(row []string) bool { return row[column] != first }):
			kept = append(kept, column)
		case first != "" && t.Header[column] != "":
			same = append(same, t.Header[column]+" "+first)
		}
	}
	if len(kept) == 1 || len(kept) == len(t.Header) {
		return t
	}
	pick := func(row []string) []string {
		var cells []string
		for _, column := range kept {
			cells = append(cells, row[column])
		}
		return cells
	}
	c := t
	c.Header, c.Rows = pick(t.Header), nil
	for _, row := range t.Rows {
		c.Rows = append(c.Rows, pick(row))
	}
	if same != nil {
		if c.Note = strings.TrimSuffix(c.Note, "."); c.Note != "" {
			c.Note += ". "
		}
		c.Note += "The same in every row: " + strings.Join(same, ", ")
	}
	return c
}
