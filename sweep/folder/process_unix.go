//go:build unix

package folder

import (
	"errors"
	"syscall"
)

// processExists reports whether a process of this machine is there.
func processExists(process int) bool {
	err := syscall.Kill(process, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
