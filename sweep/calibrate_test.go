package sweep

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"optmm/sweep/fault"
	"optmm/sweep/quotes"
)

// Of three trades no decay can be estimated: the parameters are written with Force alone.
func TestUncertainDecayIsWrittenByForceAlone(t *testing.T) {
	content, err := os.ReadFile("../testdata/chain/trades.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(content), "\n")
	root := t.TempDir()
	trades, fragment := filepath.Join(root, "trades.csv"), filepath.Join(root, "fills.yaml")
	if err := os.WriteFile(trades, []byte(lines[0]+strings.Join(lines[100:103], "")), 0o644); err != nil {
		t.Fatal(err)
	}
	c := Calibration{Quotes: quotes.OfFile("../testdata/chain/small.csv"), Trades: quotes.OfFile(trades), Fragment: fragment, Note: func(string) {}}
	var written bytes.Buffer
	var usage *fault.UsageError
	if err := Calibrate(&written, c); !errors.As(err, &usage) || !strings.Contains(err.Error(), "intensity_decay is not distinguishable from 0 with 3 trades") {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(written.String(), "intensity_decay") {
		t.Errorf("the fit is not described: %q", written.String())
	}
	if _, err := os.Stat(fragment); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the parameters are written all the same: %v", err)
	}
	c.Force = true
	if err := Calibrate(&written, c); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(fragment); err != nil || !strings.Contains(string(content), "intensity_decay: ") {
		t.Errorf("%q, error %v", content, err)
	}
}
