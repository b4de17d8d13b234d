package report

import (
	"bytes"
	"strings"
	"testing"
)

// A term is explained where a page has it first, in the plural too, and the page lists it; what is
// around it is text and no markup.
func TestTermsAreExplainedOnce(t *testing.T) {
	e := NewExplainer([]Term{{Name: "holdout seed", Sentence: `Not "seen".`}, {Name: "tied with", Of: "statistically tied", Sentence: "Zero inside."}, {Name: "seed", Sentence: "Randomness."}})
	got := string(e.Mark("<b>8 holdout seeds</b> & seeds"))
	if want := `&lt;b&gt;8 <abbr tabindex="0" title="Not &#34;seen&#34;.">holdout seeds</abbr>&lt;/b&gt; &amp; <abbr tabindex="0" title="Randomness.">seeds</abbr>`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if again := string(e.Mark("holdout seed, seedling, reseed")); again != "holdout seed, seedling, reseed" {
		t.Errorf("explained again: %s", again)
	}
	e.Mark("Tied with it")
	var names []string
	for _, term := range e.used() {
		names = append(names, term.Name)
	}
	if got := strings.Join(names, ", "); got != "holdout seed, seed, statistically tied" {
		t.Errorf("the page lists %s", got)
	}
	if got := string(NewExplainer(nil).Mark("a < b")); got != "a &lt; b" {
		t.Errorf("without terms: %s", got)
	}
}

// Columns that are empty or the same in every row are left out; the note has what they say.
func TestCompactTables(t *testing.T) {
	table := Table{Note: "note.", Header: []string{"point", "skew", "band", "constraints", "n"}, Rows: [][]string{{"1", "0", "10", "", "20"}, {"2", "0.1", "10", "", "20"}}}
	got := compact(table)
	if strings.Join(got.Header, " ") != "point skew" || strings.Join(got.Rows[1], " ") != "2 0.1" || got.Note != "note. The same in every row: band 10, n 20" {
		t.Errorf("%+v", got)
	}
	one := Table{Header: table.Header, Rows: table.Rows[:1]}
	if got := compact(one); len(got.Header) != 5 {
		t.Errorf("a table of one row loses columns: %+v", got)
	}
	if len(table.Rows[0]) != 5 {
		t.Error("the table itself was changed")
	}
}

// Whatever a study is called and whatever is noted, the page has it as text.
func TestPageEscapes(t *testing.T) {
	const evil = `<script>alert("x")</script>`
	page := &Page{Title: evil, Subtitle: evil, Words: []string{evil}, Warnings: []string{evil}, Result: Table{Title: evil, Note: evil, Header: []string{evil}, Rows: [][]string{{evil}, {evil}}},
		Points: Table{Title: evil, Sortable: true, Header: []string{evil, evil}, Rows: [][]string{{evil, evil}, {evil, "1"}}}, When: []Fact{{evil, evil}}, Facts: []Fact{{evil, evil}}, Notes: []string{evil}, Study: evil, Terms: []Term{{Name: "alert", Sentence: evil}}}
	var out bytes.Buffer
	if err := Write(&out, page); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "<script>alert") || strings.Count(out.String(), "<script>") != 1 {
		t.Error("a text is markup")
	}
}
