package learn

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
	"optmm/sweep/models"
	"optmm/sweep/quotes"
)

// scoredRows is how many rows are scored together.
const scoredRows = 4096

// Scores are those of some rows.
type Scores struct {
	First       int        // row, from 0
	Raw, Output []float64  // what the model predicts of each
	Others      []string   // names of the other columns that were asked for, and of each
	Cells       [][]string // its values, by row
}

// Score calls a function with the scores of the rows of a table of features, some at a time, in their order,
// and returns how many rows there are. The table has a column for each feature of the model, by its name,
// and may have others, of which those that others picks by their names come with the scores; a cell that is
// empty is missing. What is wrong is an error of the user's.
func Score(m *models.Model, features string, others func(name string) bool, use func(Scores) error) (rows int, err error) {
	columns := make([][]float64, len(m.Features))
	var names []string
	var picked []int // the places of the other columns
	var cells [][]string
	var unused error // of the function, and not of the table
	score := m.Scorer()
	flush := func() error {
		n := len(columns[0])
		s := Scores{First: rows, Raw: make([]float64, n), Output: make([]float64, n), Others: names, Cells: cells}
		score(columns, s.Raw)
		for i, raw := range s.Raw {
			s.Output[i] = m.Output(raw)
		}
		rows += n
		for k := range columns {
			columns[k] = columns[k][:0]
		}
		unused = use(s)
		for k := range cells {
			cells[k] = cells[k][:0]
		}
		return unused
	}
	err = quotes.EachTable(features, func(_ string, table recorded.Rows) error {
		header, err := table.Read()
		if err != nil {
			return noRows(err)
		}
		places, err := placesOf(m.Features, header)
		if err != nil {
			return err
		}
		names, picked = nil, nil
		for place, name := range header {
			if name = strings.TrimSpace(name); others(name) && !slices.Contains(names, name) {
				names, picked = append(names, name), append(picked, place)
			}
		}
		cells = make([][]string, len(names))
		for {
			row, err := table.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
			for k, place := range places {
				x, err := numberOf(row, place)
				if err != nil {
					return fmt.Errorf("%s: %s is %.40q, which is not a number", table.Place(place), m.Features[k], row[place])
				}
				columns[k] = append(columns[k], x)
			}
			for k, place := range picked {
				cell := ""
				if place < len(row) {
					cell = row[place]
				}
				cells[k] = append(cells[k], cell)
			}
			if len(columns[0]) == scoredRows {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		if len(columns[0]) > 0 {
			return flush()
		}
		return nil
	})
	if err != nil && unused == nil {
		err = fault.Usagef("%s: %w", features, err)
	}
	return rows, err
}

func noRows(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("it has no rows")
	}
	return err
}

// placesOf finds the column of each feature.
func placesOf(features, header []string) ([]int, error) {
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = strings.TrimSpace(name)
	}
	var places []int
	for _, feature := range features {
		at := slices.Index(names, feature)
		if at < 0 {
			return nil, fmt.Errorf("it has no column %s, which the model needs%s", feature, fault.DidYouMean(feature, names))
		}
		if again := slices.Index(names[at+1:], feature); again >= 0 {
			return nil, fmt.Errorf("it has two columns %s", feature)
		}
		places = append(places, at)
	}
	return places, nil
}

// numberOf reads a cell; one that is empty, or says that nothing is known, is NaN.
func numberOf(cells []string, place int) (float64, error) {
	if place >= len(cells) {
		return math.NaN(), nil
	}
	switch cell := strings.TrimSpace(cells[place]); strings.ToLower(cell) {
	case "", "nan", "na", "null", "none":
		return math.NaN(), nil
	case "true":
		return 1, nil
	case "false":
		return 0, nil
	default:
		x, err := strconv.ParseFloat(cell, 64)
		if errors.Is(err, strconv.ErrRange) {
			err = nil // beyond the largest number: infinite
		}
		return x, err
	}
}
