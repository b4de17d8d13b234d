//go:build !amd64

package lanes

// vectors lists the kernels in assembly: none.
func vectors() []Kernel { return nil }
