//go:build !unix

package folder

// processExists reports whether a process of this machine is there, which is not known here.
func processExists(int) bool { return true }
