package sweep

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"optmm/sweep/present"
)

// Every study below a folder is listed with what it came to, or how far it is, or why it cannot be
// read; nothing inside of one is taken for another.
func TestList(t *testing.T) {
	above := t.TempDir()
	if _, err := runStudy(t, mustPlan(t, small), filepath.Join(above, "nights", "one"), 2); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if _, err := Run(ctx, mustPlan(t, small), Options{Workers: 1, Folder: filepath.Join(above, "part"), Observer: &stopper{after: 3, stop: stop}}); err == nil {
		t.Fatal("the study was not stopped")
	}
	for name, content := range map[string]string{"old/sweep.lock": "{}", "nights/one/inside/sweep.lock": "{}", "notes/text.txt": "x"} {
		path := filepath.Join(above, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	var table, lines bytes.Buffer
	if err := List(&table, &Place{Path: above}, false, now); err != nil {
		t.Fatal(err)
	}
	if err := List(&lines, &Place{Path: above}, true, now); err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(table.String()), "\n")
	if len(rows) != 4 {
		t.Fatalf("%d rows:\n%s", len(rows), table.String())
	}
	for i, want := range []string{"nights/one ", "old ", "part "} {
		if !strings.Contains(rows[1+i], want) {
			t.Errorf("row %d is %q, want %s", i, rows[1+i], want)
		}
	}
	for _, want := range []string{"complete", "42", "net_pnl"} {
		if !strings.Contains(rows[1], want) {
			t.Errorf("%q lacks %s", rows[1], want)
		}
	}
	if !strings.Contains(rows[3], "running, ") || !strings.Contains(rows[3], " of 42 runs, ") || !strings.Contains(rows[2], "unreadable") {
		t.Errorf("rows %q and %q", rows[3], rows[2])
	}
	var studies []present.Listed
	if err := json.Unmarshal(lines.Bytes(), &studies); err != nil {
		t.Fatal(err)
	}
	var states []string
	for _, s := range studies {
		states = append(states, s.State)
		if s.State == "complete" && (s.Runs != 42 || s.Conclusion == nil || s.Conclusion.Answer == "") || s.State == "unreadable" && s.Error == "" {
			t.Errorf("%+v", s)
		}
	}
	if got := strings.Join(states, " "); got != "complete unreadable running" {
		t.Errorf("states %s", got)
	}
	if err := List(&table, &Place{Path: filepath.Join(above, "nowhere")}, false, now); err == nil {
		t.Error("a folder that is not there is listed")
	}
}
