package sweep

import (
	"context"
	"fmt"
	"path/filepath"

	"optmm/sweep/execute"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/present"
)

// Figures draws the figures of a point of a complete study, by simulating its runs again, and returns
// their folder. The run that is shown by itself is the median seed's, or the given one, which then
// says the point too; −1 is not given.
func Figures(ctx context.Context, root string, point, run, workers int) (string, error) {
	lock, _, err := folder.OpenComplete("figures", root)
	if err != nil {
		return "", err
	}
	p, err := lock.Plan(filepath.Join(root, folder.LockName), root) // with its data
	if err != nil {
		return "", err
	}
	if err := lock.Settle(p); err != nil {
		return "", err
	}
	option := func(name string, value int, format string, arguments ...any) error {
		return fault.Usage(&fault.Option{Name: name, Value: fmt.Sprint(value), Err: fmt.Errorf(format, arguments...)})
	}
	seed := -1
	if run >= 0 {
		if run >= p.Runs() {
			return "", option("run", run, "the study has runs 0 to %d", p.Runs()-1)
		}
		of, at, selected := p.SeedOf(run)
		switch {
		case !selected:
			return "", option("run", run, "it is on a holdout %s, which figures do not show", p.Unit())
		case point >= 0 && point != of:
			return "", option("run", run, "it is of point %d, not of %d", of, point)
		}
		point, seed = of, at
	}
	if point < 0 || point >= p.Grid.Points() {
		return "", option("point", point, "the study has points 0 to %d", p.Grid.Points()-1)
	}
	return present.WritePoint(ctx, p, root, point, seed, execute.NewRepeater(p, root, execute.NewMarkets(p), workers))
}
