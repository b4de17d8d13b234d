package sweep_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"optmm/sweep"
	"optmm/sweep/folder"
)

// silent ignores progress.
type silent struct{}

func (silent) Start(string, int, int) {}
func (silent) Chunk(int, int, string) {}
func (silent) Finish()                {}

// A study file is read and run into a folder; what the folder holds already is not run
// again.
func ExampleRun() {
	root, err := os.MkdirTemp("", "study")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(root)
	file := filepath.Join(root, "small.yaml")
	study := "market: {synthetic: {minutes: 60}}\ngrid: {skew: [0, 0.02]}\nseeds: {first: 1, count: 6}\noutput: {timeseries: none, figures: false}\n"
	if err := os.WriteFile(file, []byte(study), 0o644); err != nil {
		fmt.Println(err)
		return
	}
	plan, err := folder.Load(file, []string{"baseline.skew=0.02"})
	if err != nil {
		fmt.Println(err)
		return
	}
	options := sweep.Options{Workers: 2, Folder: filepath.Join(root, "results"), Observer: silent{}}
	for range 2 {
		result, err := sweep.Run(context.Background(), plan, options)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(result.Runs, result.Failed, result.Reused, result.Baseline.Setting)
	}
	// Output:
	// 28 0 false skew 0.02
	// 28 0 true skew 0.02
}
