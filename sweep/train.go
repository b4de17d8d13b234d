package sweep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"optmm/sweep/fault"
	"optmm/sweep/learn"
	"optmm/sweep/spec"
	"optmm/sweep/store"
)

// Train trains a linear model on the features of a study's signal, tests it on later sessions, and writes it to
// a file. Models that are retrained on more days have their own files, numbered from 2.
func Train(ctx context.Context, study *spec.Study, settings learn.Settings, file string) (trained *learn.Trained, files []string, err error) {
	if err := learn.Check(study); err != nil {
		return nil, nil, err
	}
	option := func(name string, value any, text string) error {
		return fault.Usage(&fault.Option{Name: name, Value: fmt.Sprint(value), Err: errors.New(text)})
	}
	switch {
	case !(settings.L1 >= 0 && settings.L1 <= 1):
		return nil, nil, option("l1", settings.L1, "it is not from 0, which is ridge regression, to 1")
	case settings.Folds < 2 || settings.Folds > 1000:
		return nil, nil, option("folds", settings.Folds, "it is not from 2 to 1000")
	case settings.Embargo < 0 || settings.Embargo > 1000:
		return nil, nil, option("embargo", settings.Embargo, "it is not from 0 to 1000 sessions")
	case settings.Window < 0:
		return nil, nil, option("window", settings.Window, "it is not a number of sessions; 0 is all")
	case settings.Retrain < 0:
		return nil, nil, option("retrain", settings.Retrain, "it is not a number of days; 0 is never")
	case settings.Retrain > 0 && !study.OverDays():
		return nil, nil, option("retrain", settings.Retrain, "there are no recorded days to train again on")
	}
	trained, err = learn.Train(ctx, study, settings)
	if err != nil {
		return nil, nil, err
	}
	for i, model := range trained.Models {
		content, err := model.Content()
		if err != nil {
			return nil, nil, err
		}
		name := numbered(file, i+1)
		err = store.WriteNamed(name, func(to io.Writer) error {
			_, err := to.Write(content)
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		files = append(files, name)
	}
	if left := numbered(file, len(files)+1); store.Exists(left) {
		return trained, files, fmt.Errorf("%s is of an earlier training with more models, and a pattern finds it too: remove it and those after it", left)
	}
	return trained, files, nil
}

// numbered is the file of a model by its number; the first has none.
func numbered(file string, number int) string {
	if number == 1 {
		return file
	}
	kind := filepath.Ext(file)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(file, kind), number, kind)
}
