package explore

import (
	"bytes"
	"html/template"
	"net/http"
)

// render writes one of the pages, whole or not at all.
func render(w http.ResponseWriter, name string, data map[string]any) error {
	pages, err := template.ParseFS(files, "pages.html.tmpl")
	if err != nil {
		return err
	}
	var content bytes.Buffer
	if err := pages.ExecuteTemplate(&content, name, data); err != nil {
		return err
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	_, err = w.Write(content.Bytes())
	return err
}
