package execute

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/cpu"

	"optmm/engine"
	"optmm/engine/lanes"
	"optmm/sweep/fault"
)

// kernelVariable is the variable of the environment that chooses a kernel, for tests and doubt: no result depends on it.
const kernelVariable = "OPTMM_KERNEL"

// The kernels that every machine has: runs one by one, and several together without vector instructions.
const (
	scalarKernel = "scalar"
	goKernel     = "go"
)

// Kernels lists the kernels that this machine has by name, that which is used first.
func Kernels() (names []string) {
	has := map[string]bool{"avx512": cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL, "avx2": cpu.X86.HasAVX2}
	for _, kernel := range lanes.Kernels() {
		if has[kernel.Name] {
			names = append(names, kernel.Name)
		}
	}
	return append(names, goKernel, scalarKernel)
}

// Kernel is the name of the kernel that is used; an error where the environment names one that this machine does not have.
func Kernel() (string, error) {
	names := Kernels()
	chosen, is := os.LookupEnv(kernelVariable)
	switch {
	case !is || chosen == "":
		return names[0], nil
	case !slices.Contains(names, chosen):
		return "", fmt.Errorf("%s %.40q: this machine has %s%s", kernelVariable, chosen, strings.Join(names, ", "), fault.DidYouMean(chosen, names))
	}
	return chosen, nil
}

// useKernel has a simulator use the kernel. A name that is wrong was reported when the program began.
func useKernel(s *engine.Simulator) {
	chosen, err := Kernel()
	s.Single = err != nil || chosen == scalarKernel
	for _, kernel := range lanes.Kernels() {
		if kernel.Name == chosen {
			s.Kernel = kernel.Kernel
		}
	}
}
