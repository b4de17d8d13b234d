//go:build unix

package folder

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"syscall"
)

// processExists reports whether a process of this machine is there and has not ended.
func processExists(process int) bool {
	if err := syscall.Kill(process, 0); err != nil && !errors.Is(err, syscall.EPERM) {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process)) // of Linux: number (name) state …
	if err != nil {
		return true
	}
	const ended = 'Z' // and nobody has asked how
	after := stat[bytes.LastIndexByte(stat, ')')+1:]
	return len(after) < 2 || after[1] != ended
}
