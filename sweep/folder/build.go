package folder

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// Build says which build of the program wrote something. No result depends on it but
// through the engine's version.
type Build struct {
	Version  string `json:"version,omitempty"`  // of the module, where it was installed from one
	Revision string `json:"revision,omitempty"` // of the source; empty where the build does not record one, as of go run
	Modified bool   `json:"modified,omitempty"` // the source had changes that no revision has
	Go       string `json:"go"`
}

// ReadBuild returns what the Go tool recorded of this program.
func ReadBuild() Build {
	information, ok := debug.ReadBuildInfo()
	if !ok {
		return Build{Go: runtime.Version()}
	}
	return buildOf(information)
}

func buildOf(information *debug.BuildInfo) Build {
	b := Build{Go: information.GoVersion}
	if b.Version = information.Main.Version; b.Version == "(devel)" {
		b.Version = ""
	}
	for _, setting := range information.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Revision = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	return b
}

// String writes the build in a line.
func (b Build) String() string {
	var parts []string
	if b.Version != "" {
		parts = append(parts, b.Version)
	}
	if b.Revision != "" {
		parts = append(parts, "revision "+b.Revision[:min(len(b.Revision), 12)])
	}
	if len(parts) == 0 {
		parts = append(parts, "no version recorded")
	}
	if b.Modified {
		parts = append(parts, "modified")
	}
	return fmt.Sprintf("%s, %s", strings.Join(parts, ", "), b.Go)
}
