package execute

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"optmm/sweep/folder"
)

// A log that is opened again goes on, and a stop is in it by the words that users search for.
func TestLogGoesOn(t *testing.T) {
	root := t.TempDir()
	for range 2 {
		log, err := OpenLog(root)
		if err != nil {
			t.Fatal(err)
		}
		log.Stopping()
		log.Close()
	}
	content, err := os.ReadFile(filepath.Join(root, folder.LogName))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(content), `"msg":"asked to stop"`); got != 2 {
		t.Errorf("%d stops in %s", got, content)
	}
}
