package sweep

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"optmm/sweep/fault"
	"optmm/sweep/learn"
	"optmm/sweep/models"
	"optmm/sweep/store"
)

// scoreFields are the columns of a table of scores.
func scoreFields() []store.Field {
	return []store.Field{
		{Name: "row", Type: store.Int64, Unit: "1", Description: "Of the table of features, from 0.", Rising: true},
		{Name: "raw", Unit: "1", Description: "Raw score: the sum of the model's trees."},
		{Name: "output", Unit: "1", Description: "What the model predicts: the raw score through the link of its objective."},
	}
}

// Score writes the raw score that a model gives to each row of a table of features, and what it predicts, as
// CSV with every digit, or, to a file whose name ends so, as Parquet. It returns how many rows there are.
func Score(to io.Writer, model, features, file string) (rows int, err error) {
	m, err := models.Read(model)
	if err != nil {
		return 0, err
	}
	score := func(use func(learn.Scores) error) (int, error) {
		return learn.Score(m, features, func(string) bool { return false }, use)
	}
	if file == "" {
		return scoreCSV(to, score)
	}
	switch kind := strings.ToLower(filepath.Ext(file)); kind {
	case ".csv":
		err = store.WriteNamed(file, func(to io.Writer) (err error) {
			rows, err = scoreCSV(to, score)
			return err
		})
	case ".parquet":
		columns := make([]store.Column, 3)
		if rows, err = score(func(s learn.Scores) error {
			for i := range s.Raw {
				columns[0].Int64s = append(columns[0].Int64s, int64(s.First+i))
			}
			columns[1].Floats, columns[2].Floats = append(columns[1].Floats, s.Raw...), append(columns[2].Floats, s.Output...)
			return nil
		}); err == nil {
			err = store.WriteNamed(file, func(to io.Writer) error { return store.EncodeParquet(to, scoreFields(), columns) })
		}
	default:
		err = fault.Usage(&fault.Option{Name: "out", Value: file, Err: fmt.Errorf("a file of scores ends in .csv or .parquet")})
	}
	return rows, err
}

// scoreCSV writes scores as CSV; nothing where there are none because of an error.
func scoreCSV(to io.Writer, score func(use func(learn.Scores) error) (int, error)) (rows int, err error) {
	out := csv.NewWriter(to)
	begun := false
	begin := func() error {
		if begun {
			return nil
		}
		begun = true
		var header []string
		for _, field := range scoreFields() {
			header = append(header, field.Name)
		}
		return out.Write(header)
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	rows, err = score(func(s learn.Scores) error {
		if err := begin(); err != nil {
			return err
		}
		for i := range s.Raw {
			if err := out.Write([]string{strconv.Itoa(s.First + i), number(s.Raw[i]), number(s.Output[i])}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = begin()
	}
	out.Flush()
	return rows, cmp.Or(err, out.Error())
}

// JudgeScores scores a table of features by a model, and prints how the scores are related to its labels.
func JudgeScores(to io.Writer, model, features string) error {
	m, err := models.Read(model)
	if err != nil {
		return err
	}
	evidence, err := learn.Judge(m, features)
	if err != nil {
		return err
	}
	return evidence.Write(to)
}
