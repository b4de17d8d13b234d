// Package report writes the page that shows the result of a study: one file that needs
// nothing else, in words first, then in tables and figures.
package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

// Page is what the page shows. Texts are plain; figures are elements as
// figures.Inline makes them.
type Page struct {
	Title    string
	Subtitle string
	Words    []string
	Warnings []string

	Result   Table
	Points   Table  // the best ones
	Pairs    []Pair // figures of the best and the baseline, side by side
	Heatmaps []Heatmap
	Slices   []Figure
	Others   []Figure // that need no place of their own
	Tables   []Table
	When     []Fact   // what was run when, and by what: it differs from one run of the same study to the next
	Facts    []Fact   // where it comes from
	Notes    []string // what is not shown, and why
	Study    string   // the text of the study file
	Terms    []Term   // that are explained where they appear
}

// Table is a table with a title; the first column is names.
type Table struct {
	Title    string
	Note     string
	Header   []string
	Rows     [][]string
	Sortable bool
}

// Figure is a figure, by its element.
type Figure struct {
	Title   string
	Element template.HTML
}

// Pair is a figure of the best point and of the baseline.
type Pair struct{ Figures []Figure }

// Heatmap is a table of cells: the means, and their standard errors.
type Heatmap struct {
	Title  string
	Mean   template.HTML
	Spread template.HTML // empty where there is none
}

// Fact is a line of the provenance.
type Fact struct{ Name, Value string }

// Term is a name that the page explains; another name of a term has that of the term in Of.
type Term struct{ Name, Of, Sentence string }

//go:embed report.html.tmpl
var source string

// Write writes the page. The same page is the same bytes.
func Write(to io.Writer, page *Page) error {
	explainer := NewExplainer(page.Terms)
	parsed, err := template.New("report").Funcs(template.FuncMap{"explain": explainer.Mark, "compact": compact, "used": explainer.used, "anchor": anchor}).Parse(source)
	if err != nil {
		return err
	}
	if err := parsed.Execute(to, page); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
