package explore

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	"optmm/sweep/fault"
)

// mostColumns bounds the columns that are chosen besides those that a table has at first.
const mostColumns = 40

// selection is what an address asks of the points.
type selection struct {
	where, sort string
	columns     []string // of points.parquet
	rows        []int    // in their order
}

// selected reads an address, and picks its points.
func (o *opened) selected(r *http.Request) (s selection, err error) {
	query := r.URL.Query()
	s.where, s.sort = strings.TrimSpace(query.Get("where")), query.Get("sort")
	chosen := namesIn(r, "columns")
	if len(chosen) > mostColumns {
		return s, fmt.Errorf("more than %d columns: points.parquet has all", mostColumns)
	}
	s.columns = []string{"point"}
	take := func(c *column) {
		for _, name := range []string{c.Column, c.Spread, c.Count, c.Low, c.High} {
			if name != "" {
				s.columns = append(s.columns, name)
			}
		}
	}
	columns := o.columns()
	has := map[string]bool{}
	for i := range columns {
		if columns[i].Shown {
			take(&columns[i])
			has[columns[i].Name] = true
		}
	}
	for _, name := range chosen {
		named, err := o.points.Named(name)
		if err != nil {
			return s, err
		}
		for i := range columns {
			if c := &columns[i]; c.Column == named.Field.Name && !has[c.Name] {
				take(c)
				has[c.Name] = true
			}
		}
	}
	rows, err := o.points.Filter(s.where)
	if err != nil {
		return s, plain(err)
	}
	s.rows, err = o.points.Sorted(rows, s.sort)
	return s, plain(err)
}

// plain is an error without the name of a flag.
func plain(err error) error {
	var option *fault.Option
	if errors.As(err, &option) {
		return option.Err
	}
	return err
}

// download writes the points that are shown, all pages of them, as a file, or the query that makes it.
func (s *Server) download(w http.ResponseWriter, r *http.Request, o *opened) error {
	selected, err := o.selected(r)
	if err != nil {
		return err
	}
	name := "points." + r.PathValue("format")
	as := func(kind string) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	}
	switch r.PathValue("format") {
	case "csv":
		as("text/csv; charset=utf-8")
		return o.points.EncodeCSV(w, selected.columns, selected.rows)
	case "json":
		as("application/json")
		return o.points.WriteJSON(w, selected.columns, selected.rows)
	case "parquet":
		as("application/vnd.apache.parquet")
		return o.points.EncodeParquet(w, selected.columns, selected.rows)
	case "sql":
		file := filepath.ToSlash(filepath.Join(o.path, "points.parquet"))
		query, err := o.points.SQL(file, selected.columns, selected.where, selected.sort)
		if err != nil {
			return plain(err)
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, err = w.Write([]byte(query))
		return err
	}
	return &notFound{"points come as csv, json, parquet and sql"}
}
