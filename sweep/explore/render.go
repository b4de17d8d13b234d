package explore

import (
	"bytes"
	"encoding/json"
	"html/template"
	"net/http"
	"strings"
)

// parsePages reads the templates of the pages.
func parsePages() (*template.Template, error) { return template.ParseFS(files, "pages.html.tmpl") }

// render writes one of the pages, whole or not at all.
func (s *Server) render(w http.ResponseWriter, name string, data map[string]any) error {
	var content bytes.Buffer
	if err := s.pages.ExecuteTemplate(&content, name, data); err != nil {
		return err
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	_, err := w.Write(content.Bytes())
	return err
}

// writeJSON answers a script.
func writeJSON(w http.ResponseWriter, value any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(value)
}

// namesIn reads a list of names out of an address.
func namesIn(r *http.Request, key string) []string {
	return strings.FieldsFunc(r.URL.Query().Get(key), func(r rune) bool { return r == ',' || r == ' ' })
}
