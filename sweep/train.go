package sweep

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"optmm/sweep/fault"
	"optmm/sweep/learn"
	"optmm/sweep/spec"
	"optmm/sweep/store"
)

// Train trains a linear model on the features of a study's signal, tests it on later sessions, and writes it to
// a file.
func Train(ctx context.Context, study *spec.Study, settings learn.Settings, file string) (*learn.Trained, error) {
	if err := learn.Check(study); err != nil {
		return nil, err
	}
	option := func(name string, value any, text string) error {
		return fault.Usage(&fault.Option{Name: name, Value: fmt.Sprint(value), Err: errors.New(text)})
	}
	switch {
	case !(settings.L1 >= 0 && settings.L1 <= 1):
		return nil, option("l1", settings.L1, "it is not from 0, which is ridge regression, to 1")
	case settings.Folds < 2 || settings.Folds > 1000:
		return nil, option("folds", settings.Folds, "it is not from 2 to 1000")
	case settings.Embargo < 0 || settings.Embargo > 1000:
		return nil, option("embargo", settings.Embargo, "it is not from 0 to 1000 sessions")
	}
	trained, err := learn.Train(ctx, study, settings)
	if err != nil {
		return nil, err
	}
	content, err := trained.Model.Content()
	if err != nil {
		return nil, err
	}
	return trained, store.WriteBytes(filepath.Dir(file), filepath.Base(file), content)
}
