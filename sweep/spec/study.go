package spec

import (
	"errors"
	"math"
	"slices"
	"strings"

	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/market/recorded"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
	"optmm/sweep/fault"
	"optmm/sweep/grid"
	"optmm/sweep/models"
	"optmm/sweep/quotes"
	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// Study is a checked study file: what to run and what to keep.
type Study struct {
	Name      string
	Notes     string   // of the user, for the user: no result depends on them
	Tags      []string // the same
	File      string   // where it was read from
	Grid      *grid.Grid
	Seeds     *grid.Seeds // of recorded days: each on every day that the best point is picked by
	Objective *Objective
	Halving   *Halving         // how seeds are spent; nil runs every point under every seed
	Holdout   *grid.Seeds      // that the best point is not picked by; nil: none
	Embargo   int              // days between those that the best point is picked by and those of Holdout
	Walk      *verdict.Windows // of a walk-forward; nil: there is none
	Finalists int              // points that run on them, besides the baseline
	Output    Output
	Signal    *Signal                // training data of a signal; nil: none
	Models    map[string]*models.Set // trained models that are traded, by their kinds

	Source  market.Source
	Quotes  market.Recorded // the same source; nil on a synthetic market
	Days    *quotes.Days    // the same source; nil on a synthetic market
	applies *applies
	Data    *quotes.Request // the files of recorded quotes; nil on a synthetic market

	read     Reader
	fixed    param.Params
	document *document
	columns  map[string]store.Field // of the tables of runs, by name

	learned       struct{ first, end int } // days that a signal is learned from, where the study says
	sweptOfMarket []int
	rebased       bool // the baseline is one that the file does not name
}

// Minutes returns the length of the longest run, in rows.
func (s *Study) Minutes() int {
	if s.Quotes != nil {
		return s.Quotes.Minutes()
	}
	return s.most(func(params *param.Params) int { return params.Market.Minutes })
}

// StepMinutes returns the minutes from one row of a run to the next.
func (s *Study) StepMinutes() int {
	if s.Quotes != nil {
		return s.Quotes.StepMinutes()
	}
	return 1
}

// most returns the most that something of the market can come to: the axes that it
// depends on are looked at each at its largest.
func (s *Study) most(of func(*param.Params) int) int {
	baseline, _ := s.Grid.Baseline()
	params := s.Grid.Params(baseline)
	most := of(&params)
	for _, axis := range s.Grid.Axes() {
		switch name := axis.Parameter.Name; {
		case name == "options":
			axis.Parameter.Set(&params, param.Value{Text: market.CallsAndPuts})
		case name == "minutes", slices.Contains(shapeAxes(), name):
			axis.Parameter.Set(&params, param.Value{Number: axis.Largest()})
		default:
			continue
		}
		most = max(most, of(&params))
	}
	return most
}

// shapeAxes are the parameters that the number of options depends on.
func shapeAxes() []string { return []string{"strikes", "expiries", "options"} }

// Reader reads the files that a study names.
type Reader struct {
	Quotes func(*quotes.Request) (*quotes.Days, error)
	Models func(*models.Set) error // nil: models stay unread, and no market can be scored by them
}

// Files reads the files that a study names.
func Files() Reader { return Reader{quotes.ReadDays, (*models.Set).Load} }

// Untrained is Files of a study whose models may not be trained yet.
func Untrained() Reader { return Reader{Quotes: quotes.ReadDays} }

// Recorded reports whether the market is recorded quotes.
func (s *Study) Recorded() bool { return s.Data != nil }

// Load reads and checks a study file, with values in the form path=value over
// it. Errors name the file, the line and the key.
func Load(file string, overrides []string, read Reader) (*Study, error) {
	content, err := readText(file)
	if err != nil {
		return nil, err
	}
	return Parse(file, content, overrides, read)
}

// Parse is Load of content that was read from file.
func Parse(file string, content []byte, overrides []string, read Reader) (*Study, error) {
	document, err := readDocument(file, content, overrides, keySets())
	if err != nil {
		return nil, err
	}
	s := &Study{File: file, document: document, read: read}
	if err := s.readAll(); err != nil {
		return nil, err
	}
	s.columns = map[string]store.Field{}
	for _, field := range store.SummaryFields(s.Grid.Axes(), s.OverDays()) {
		s.columns[field.Name] = field
	}
	return s, nil
}

// readAll reads every part of the document, and returns all that is wrong with it, in the order of the
// lines. What depends on a part that is wrong is not read.
func (s *Study) readAll() error {
	var wrong fault.List // as located
	keys := s.document.wrong.Err()
	wrong.Add(keys)
	var found fault.List
	found.Add(s.readName())
	found.Add(s.readNotes())
	found.Add(s.readModels())
	market := s.readMarket()
	found.Add(market)
	if s.applies != nil { // else the quotes cannot be read
		err := s.readGrid()
		if found.Add(err); err != nil || market != nil || keys != nil {
			s.Grid = nil // it may be another
		}
	}
	found.Add(s.readObjective())
	if s.Grid != nil {
		for _, read := range []func() error{s.readVerdict, s.readSearch, s.readSignal, s.loadModels} {
			found.Add(read())
		}
	} else {
		found.Add(s.checkNumbers())
	}
	found.Add(s.readOutput())
	wrong.Add(s.document.locate(found.Err()))
	return inOrder(wrong.Err())
}

// checkNumbers finds the numbers of the search and of the verdict that are wrong whatever the grid is.
func (s *Study) checkNumbers() error {
	var wrong fault.List
	for _, number := range []struct {
		path  string
		least int64
	}{{"search.halving.eta", 2}, {"search.halving.first", 1}, {"search.halving.last", 1}, {"verdict.finalists", 1}, {"verdict.holdout_seeds", 0}, {"verdict.embargo_days", 0}} {
		raw, ok := s.document.get(number.path)
		switch raw.(type) {
		case map[string]any, []any:
			if number.path == "verdict.holdout_seeds" {
				_, err := grid.ParseSeeds(number.path, raw)
				wrong.Add(err)
				continue
			}
		}
		if !ok {
			continue
		}
		x, err := grid.ParseInteger(number.path, raw)
		if wrong.Add(err); err == nil && x < number.least {
			wrong.Add(fault.New(number.path, "%d must be at least %d", x, number.least))
		}
	}
	return wrong.Err()
}

// FixedValue returns the value of a parameter that is not swept.
func (s *Study) FixedValue(parameter *param.Parameter) param.Value {
	fixed := s.fixed
	return parameter.Get(&fixed)
}

// CountsAt reports whether a parameter has an effect at one setting.
func (s *Study) CountsAt(parameter *param.Parameter, params *param.Params) bool {
	return s.applies.countsAt(parameter, params)
}

// Written returns what the study file has at a path.
func (s *Study) Written(path string) (raw any, ok bool) { return s.document.get(path) }

// MostOptions returns the number of options of the largest market.
func (s *Study) MostOptions() int { return s.most(s.options) }

// SummaryField returns a column of the tables of runs.
func (s *Study) SummaryField(name string) (field store.Field, ok bool) {
	field, ok = s.columns[name]
	return field, ok
}

func (s *Study) text(path, otherwise string) (string, error) {
	raw, ok := s.document.get(path)
	if !ok {
		return otherwise, nil
	}
	text, ok := raw.(string)
	if !ok {
		return "", fault.New(path, "%s: put it in quotes where a text is meant", describeKind(raw))
	}
	return text, nil
}

func (s *Study) choice(path string, choices []string, otherwise string) (string, error) {
	text, err := s.text(path, otherwise)
	if err == nil && !slices.Contains(choices, text) {
		err = fault.New(path, "%q is not one of %s%s", text, strings.Join(choices, " | "), fault.DidYouMean(text, choices))
	}
	return text, err
}

// flag reads true or false.
func (s *Study) flag(path string, otherwise bool) (bool, error) {
	raw, ok := s.document.get(path)
	if !ok {
		return otherwise, nil
	}
	on, ok := raw.(bool)
	if !ok {
		return false, fault.New(path, "%v is not true or false", raw)
	}
	return on, nil
}

// IsChain reports whether some market of the study has more than one option.
func (s *Study) IsChain() bool { return s.MostOptions() > 1 }

// Provided returns what some market of the study offers; of a study that is read without
// its data, which was checked when it began, everything.
func (s *Study) Provided() account.Provided {
	switch {
	case s.Days != nil && s.Days.Example() == nil:
		return account.Provided{Chain: true, Put: true, Timestamps: true, Expected: true, Fills: true, Minutes: math.MaxInt, Sessions: math.MaxInt}
	case s.Quotes != nil:
		provided := account.ProvidedByData(s.Quotes)
		provided.Fills = slices.ContainsFunc(s.possible("fill_model"), func(v param.Value) bool { return (&param.Params{FillModel: v.Text}).CanFill() })
		return provided
	}
	points := 1
	if slices.ContainsFunc(s.Grid.Axes(), func(a grid.Axis) bool {
		return a.Parameter.Section == param.MarketSection || a.Parameter.Name == "fill_model"
	}) {
		points = min(s.Grid.Points(), maxChecked)
	}
	var provided account.Provided
	for point := range points {
		params := s.Grid.Params(point)
		provided = provided.Or(account.ProvidedByParams(&params))
	}
	return provided
}

// checkShapes refuses a study with markets of one option and of several, whose tables
// differ.
func (s *Study) checkShapes() error {
	sweeps := func(axis grid.Axis) bool { return slices.Contains(shapeAxes(), axis.Parameter.Name) }
	if s.Quotes != nil || !s.IsChain() || !slices.ContainsFunc(s.Grid.Axes(), sweeps) {
		return nil
	}
	for point := range min(s.Grid.Points(), maxChecked) {
		if params := s.Grid.Params(point); s.options(&params) == 1 {
			return fault.New("grid", "point %d has one option and others have several, whose tables have other columns: %s", point, s.Setting(point))
		}
	}
	return nil
}

// options returns the number of options of a point's market.
func (s *Study) options(params *param.Params) int {
	if s.Quotes != nil {
		return s.Quotes.Series()
	}
	return params.Market.Shape.Options()
}

// readMarket reads the market and everything that is fixed.
func (s *Study) readMarket() error {
	quoted := s.document.has("market.recorded")
	if quoted && s.document.has("market.synthetic") {
		return fault.New("market.recorded", "a study has one market, and this file has synthetic too")
	}
	section := "market.synthetic"
	if quoted {
		section = "market.recorded"
		request, err := s.readRequest()
		if err != nil {
			return err
		}
		days, err := s.read.Quotes(request)
		if err == nil && days.Example() != nil {
			err = recorded.TooCoarse(days.Example())
		}
		var below *fault.Fault
		if errors.As(err, &below) {
			return &fault.Fault{Path: quotedSection + below.Path, Err: below.Err}
		}
		if err != nil {
			return &fault.Fault{Path: QuotesPath, Err: err}
		}
		s.Source, s.Quotes, s.Days, s.Data = days, days, days, request
	} else {
		s.Source = synthetic.Source{}
	}
	s.applies = newApplies(s.Quotes)
	s.fixed = param.Defaults(param.DataOf(s.Quotes))
	var wrong fault.List
	for _, parameter := range param.Parameters() {
		path := "engine." + parameter.Name
		if parameter.Section == param.MarketSection {
			path = section + "." + parameter.Name
		}
		raw, ok := s.document.get(path)
		if !ok {
			continue
		}
		value, err := grid.ParseValue(parameter, path, raw)
		if wrong.Add(err); err == nil {
			parameter.Set(&s.fixed, value)
		}
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	if s.document.moved && !s.document.has("market.recorded.implied_vol") && s.applies.has["implied_vol"] == "" {
		s.fixed.Market.ImpliedVol = param.Optional{} // found in the quotes
	}
	return s.checkFixed(section)
}
