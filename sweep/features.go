package sweep

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"optmm/sweep/fault"
	"optmm/sweep/learn"
	"optmm/sweep/spec"
	"optmm/sweep/store"
)

// Features writes the features and labels that a study's signal is learned from to a Parquet file.
func Features(ctx context.Context, study *spec.Study, file string) (made *learn.Made, err error) {
	if !strings.EqualFold(filepath.Ext(file), ".parquet") {
		return nil, fault.Usage(&fault.Option{Name: "out", Value: file, Err: fmt.Errorf("a file of features ends in .parquet")})
	}
	if err := learn.Check(study); err != nil {
		return nil, err
	}
	table, err := learn.Open(study)
	if err != nil {
		return nil, err
	}
	err = store.WriteNamed(file, func(to io.Writer) error {
		made, err = table.Encode(ctx, to)
		return err
	})
	return made, err
}
