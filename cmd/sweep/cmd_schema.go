package main

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"optmm/sweep/spec"
	"optmm/sweep/store"
)

func newSchema() *cobra.Command {
	var install bool
	command := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of study files",
		Long: `schema prints the JSON Schema of study files, which editors use to complete and
check them. configs/study.schema.json is this output.

--install writes it into your folder of configuration instead, and prints the line that a study in
any folder begins with.`,
		Example: `  sweep schema > configs/study.schema.json
  sweep schema --install`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if !install {
				return spec.WriteSchema(command.OutOrStdout())
			}
			line, err := installSchema()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(command.OutOrStdout(), line)
			return err
		},
	}
	command.Flags().BoolVar(&install, "install", false, "write it where every study of yours finds it")
	return command
}

// installSchema writes the schema into the user's folder of configuration, and returns the line by which
// a study names it.
func installSchema() (line string, err error) {
	root, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	root = filepath.Join(root, "optmm")
	const name = "study.schema.json"
	var schema bytes.Buffer
	if err := spec.WriteSchema(&schema); err != nil {
		return "", err
	}
	if err := store.MakeRoot(root); err != nil {
		return "", err
	}
	if err := store.WriteBytes(root, name, schema.Bytes()); err != nil {
		return "", err
	}
	path := filepath.ToSlash(filepath.Join(root, name))
	if path[0] != '/' { // a drive's letter
		path = "/" + path
	}
	return "# yaml-language-server: $schema=" + (&url.URL{Scheme: "file", Path: path}).String(), nil
}
