//go:build !amd64

package lanes

// Kernels lists the kernels in assembly of this architecture: none.
func Kernels() []Named { return nil }
