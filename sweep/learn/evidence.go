package learn

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"optmm/sweep/fault"
	"optmm/sweep/models"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// Evidence is how the scores of a model are related to the labels of a table.
type Evidence struct {
	verdict.SignalEvidence
	Seen, Markets int  // of the table's markets, those that the model was trained on, by their names, and all
	Unknown       bool // the model does not say what it was trained on
}

// mostEvidence bounds the rows of a table that is judged, which are in memory together.
const mostEvidence = 50_000_000

// gathered is what evidence needs of a table: a number for each history, session and minute, in their order.
type gathered struct {
	score     []float64
	labels    map[int][]float64 // by their minutes
	histories map[string]int
	minute    []int64 // of the history, which is in the upper half
	session   []int64
	option    []string
}

// Judge scores a table of sweep features and computes the evidence on its labels.
func Judge(m *models.Model, features string) (*Evidence, error) {
	g := &gathered{labels: map[int][]float64{}, histories: map[string]int{}}
	wanted := func(name string) bool {
		_, label := labelMinutes(name)
		return label || slices.Contains([]string{"history", "session", "minute", "option"}, name)
	}
	rows, err := Score(m, features, wanted, func(s Scores) error {
		if err := g.add(s); err != nil {
			return fault.Usagef("%s: %w", features, err)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case rows == 0:
		return nil, fault.Usagef("%s: it has no rows", features)
	case len(g.labels) == 0:
		return nil, fault.Usagef("%s: it has no column y_N of labels, N minutes ahead, as sweep features writes them", features)
	}
	e := &Evidence{SignalEvidence: *g.scored().Evidence(), Markets: len(g.histories), Unknown: m.About == nil}
	if m.About == nil {
		return e, nil
	}
	for _, h := range m.About.Seen.Histories {
		if _, in := g.histories[h.Name]; in {
			e.Seen++
		}
	}
	return e, nil
}

// labelMinutes reads the name of a label.
func labelMinutes(name string) (minutes int, is bool) {
	number, is := strings.CutPrefix(name, "y_")
	minutes, err := strconv.Atoi(number)
	return minutes, is && err == nil && minutes > 0
}

// add takes in scored rows.
func (g *gathered) add(s Scores) error {
	if len(g.score)+len(s.Raw) > mostEvidence {
		return fmt.Errorf("it has more than %d rows: judge a part of it", mostEvidence)
	}
	column := func(name string) ([]string, error) {
		at := slices.Index(s.Others, name)
		if at < 0 {
			return nil, fmt.Errorf("it has no column %s, as sweep features writes it", name)
		}
		return s.Cells[at], nil
	}
	history, err := column("history")
	if err != nil {
		return err
	}
	upper := make([]int64, len(history)) // half
	for i, name := range history {
		number, known := g.histories[name]
		if !known {
			number = len(g.histories)
			g.histories[name] = number
		}
		upper[i] = int64(number) << 32
	}
	whole := func(name string, to *[]int64) error {
		cells, err := column(name)
		if err != nil {
			return err
		}
		for i, cell := range cells {
			n, err := strconv.ParseInt(cell, 10, 32)
			if err != nil {
				return fmt.Errorf("row %d: %s is %.40q, which is not an integer", s.First+i, name, cell)
			}
			*to = append(*to, upper[i]+n)
		}
		return nil
	}
	if err := whole("minute", &g.minute); err != nil {
		return err
	}
	if err := whole("session", &g.session); err != nil {
		return err
	}
	option, err := column("option")
	if err != nil {
		return err
	}
	g.option = append(g.option, option...)
	g.score = append(g.score, s.Raw...)
	for k, name := range s.Others {
		minutes, label := labelMinutes(name)
		if !label {
			continue
		}
		for i := range s.Cells[k] {
			x, err := numberOf(s.Cells[k], i)
			if err != nil {
				return fmt.Errorf("row %d: %s is %.40q, which is not a number", s.First+i, name, s.Cells[k][i])
			}
			g.labels[minutes] = append(g.labels[minutes], x)
		}
	}
	for minutes, labels := range g.labels {
		if len(labels) != len(g.score) {
			return fmt.Errorf("not every table of it has the column y_%d", minutes)
		}
	}
	return nil
}

// numbered replaces keys by their places among all in rising order.
func numbered(keys []int64) []int32 {
	distinct := slices.Clone(keys)
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	places := make([]int32, len(keys))
	for i, key := range keys {
		at, _ := slices.BinarySearch(distinct, key)
		places[i] = int32(at)
	}
	return places
}

// scored returns the rows to be judged. Their order does not matter.
func (g *gathered) scored() *verdict.Scored {
	s := &verdict.Scored{Score: g.score, Labels: g.labels, Time: numbered(g.minute), Session: numbered(g.session), Before: make([]float64, len(g.score)), Step: 1}
	order := make([]int32, len(g.score))
	for i := range order {
		order[i] = int32(i)
	}
	byOption := func(a, b int32) int {
		return cmp.Or(cmp.Compare(g.option[a], g.option[b]), cmp.Compare(g.minute[a], g.minute[b]))
	}
	if !slices.IsSortedFunc(order, byOption) {
		slices.SortFunc(order, byOption)
	}
	least := int64(math.MaxInt64)
	for k, i := range order {
		s.Before[i] = math.NaN()
		if k == 0 {
			continue
		}
		if before := order[k-1]; g.session[i] == g.session[before] && g.option[i] == g.option[before] {
			s.Before[i] = g.score[before]
			if step := g.minute[i] - g.minute[before]; step > 0 {
				least = min(least, step)
			}
		}
	}
	if least < math.MaxInt64 {
		s.Step = int(least)
	}
	return s
}

// Write prints the evidence: the answer first, and before it that it is none.
func (e *Evidence) Write(to io.Writer) error {
	if e.Unknown {
		fmt.Fprint(to, "the model does not say what it was trained on: on the same minutes what follows is no evidence\n\n")
	}
	if e.Seen > 0 {
		fmt.Fprintf(to, "in sample: the model was trained on %d of the %s of this table, and what follows is no evidence\n\n", e.Seen, text.Count(e.Markets, "market"))
	}
	for _, l := range e.Labels {
		fmt.Fprintf(to, "rank IC with y_%d %s\n", l.Minutes, InWords(&l.Rank))
	}
	fmt.Fprintf(to, "\n%s in %s; errors are by Newey and West, with lags over twice the minutes ahead\n\n", text.Count(e.Rows, "row"), text.Count(e.Sessions, "session"))
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	for _, row := range EvidenceTable(e.Labels) {
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(to, "\ncorrelation of the score with that of the row before: %s; its mean change: %s standard deviations\n", text.Defined(e.Correlation), text.Defined(e.Turnover))
	return err
}

// EvidenceTable has a row for each label, and a header.
func EvidenceTable(labels []verdict.LabelEvidence) [][]string {
	header := []string{"label", "rows", "rank IC", "s.e.", "by blocks, 95% CI", "IC", "s.e.", "mean of sessions", "s.e.", "sessions"}
	if len(labels) > 0 {
		for part := range labels[0].Quantiles {
			header = append(header, map[bool]string{true: "mean label by fifth: 1", false: strconv.Itoa(part + 1)}[part == 0])
		}
	}
	table := [][]string{header}
	for _, l := range labels {
		row := []string{fmt.Sprintf("y_%d", l.Minutes), strconv.Itoa(l.Rank.N), text.Defined(l.Rank.Value), text.Defined(l.Rank.Error), text.Defined(l.Bootstrap.Low) + " to " + text.Defined(l.Bootstrap.High),
			text.Defined(l.Pearson.Value), text.Defined(l.Pearson.Error), text.Defined(l.Rank.BySession.Mean), text.Defined(l.Rank.BySession.StandardError), strconv.Itoa(l.Rank.BySession.N)}
		for _, x := range l.Quantiles {
			row = append(row, text.Defined(x))
		}
		table = append(table, row)
	}
	return table
}

// InWords describes an IC and its 95% interval.
func InWords(c *verdict.IC) string {
	if math.IsNaN(c.Value) {
		return "is undefined: the score or the label does not vary"
	}
	interval := c.Interval()
	where := "is not distinguishable from zero"
	switch {
	case interval.Low > 0:
		where = "is above zero"
	case interval.High < 0:
		where = "is below zero"
	}
	return where + ": " + text.Estimate(c.Value, interval.Low, interval.High)
}
