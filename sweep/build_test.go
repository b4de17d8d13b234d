package sweep

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"optmm/sweep/folder"
)

// The program that made a study is recorded in its lock, its log and its report.
func TestBuildIsRecorded(t *testing.T) {
	root := complete42(t)
	want := folder.ReadBuild()
	if want.Go != runtime.Version() {
		t.Errorf("made by %q, runs on %s", want.Go, runtime.Version())
	}
	var lock folder.Lock
	content, err := os.ReadFile(filepath.Join(root, folder.LockName))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &lock); err != nil {
		t.Fatal(err)
	}
	if lock.Build == nil || !reflect.DeepEqual(*lock.Build, want) {
		t.Errorf("the lock has build %+v, want %+v", lock.Build, want)
	}
	file, err := os.Open(filepath.Join(root, folder.LogName))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var record struct {
		Msg   string
		Build *folder.Build
	}
	lines := bufio.NewScanner(file)
	if !lines.Scan() {
		t.Fatal("the log is empty")
	}
	if err := json.Unmarshal(lines.Bytes(), &record); err != nil {
		t.Fatal(err)
	}
	if record.Msg != "start" || record.Build == nil || !reflect.DeepEqual(*record.Build, want) {
		t.Errorf("the log begins with %s", lines.Text())
	}
	report, err := os.ReadFile(filepath.Join(root, "report.html"))
	if err != nil || !strings.Contains(string(report), want.String()) {
		t.Errorf("the report does not tell %q: error %v", want.String(), err)
	}
}
