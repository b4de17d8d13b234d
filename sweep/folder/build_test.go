package folder

import (
	"runtime/debug"
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
