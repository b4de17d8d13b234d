package sweep

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

func TestBuildOfWhatGoRecords(t *testing.T) {
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	for _, c := range []struct {
		version  string
		settings []debug.BuildSetting
		want     Build
		text     string
	}{
		{"(devel)", nil, Build{Go: "go1.26"}, "no version recorded, go1.26"},
		{"v1.2.3", nil, Build{Version: "v1.2.3", Go: "go1.26"}, "v1.2.3, go1.26"},
		{"(devel)", []debug.BuildSetting{setting("vcs.revision", "0123456789abcdef"), setting("vcs.modified", "true")},
			Build{Revision: "0123456789abcdef", Modified: true, Go: "go1.26"}, "revision 0123456789ab, modified, go1.26"},
		{"v1.2.3", []debug.BuildSetting{setting("vcs.revision", "0123"), setting("vcs.modified", "false")},
			Build{Version: "v1.2.3", Revision: "0123", Go: "go1.26"}, "v1.2.3, revision 0123, go1.26"},
	} {
		got := buildOf(&debug.BuildInfo{GoVersion: "go1.26", Main: debug.Module{Version: c.version}, Settings: c.settings})
		if got != c.want || got.String() != c.text {
			t.Errorf("%+v, %q; want %+v, %q", got, got, c.want, c.text)
		}
	}
}

// The program that made a study is told in its lock, its log and its report.
func TestBuildIsRecorded(t *testing.T) {
	folder := complete42(t)
	want := ReadBuild()
	if want.Go != runtime.Version() {
		t.Errorf("made by %q, runs on %s", want.Go, runtime.Version())
	}
	var lock Lock
	content, err := os.ReadFile(filepath.Join(folder, lockName))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &lock); err != nil {
		t.Fatal(err)
	}
	if lock.Build == nil || !reflect.DeepEqual(*lock.Build, want) {
		t.Errorf("the lock has build %+v, want %+v", lock.Build, want)
	}
	file, err := os.Open(filepath.Join(folder, logName))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var record struct {
		Msg   string
		Build *Build
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
	report, err := os.ReadFile(filepath.Join(folder, "report.html"))
	if err != nil || !strings.Contains(string(report), want.String()) {
		t.Errorf("the report does not tell %q: error %v", want.String(), err)
	}
}
