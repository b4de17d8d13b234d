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

// kernelVariable is the environment variable that chooses a kernel, for tests and in doubt. No result depends on it.
const kernelVariable = "OPTMM_KERNEL"

// scalarKernel is the name for all runs one at a time.
const scalarKernel = "scalar"

// available lists the engine's kernels that this machine has, the one that is used first.
func available() []lanes.Kernel {
	return lanes.Kernels(cpu.X86)
}

// Kernels lists the names of the kernels that this machine has, the one that is used first.
func Kernels() (names []string) {
	for _, kernel := range available() {
		names = append(names, kernel.Name)
	}
	return append(names, scalarKernel)
}

// Kernel is the name of the kernel that is used. It is an error if the environment names one that this machine does not have.
func Kernel() (string, error) {
	names, chosen := Kernels(), os.Getenv(kernelVariable)
	switch {
	case chosen == "":
		return names[0], nil
	case !slices.Contains(names, chosen):
		return "", fmt.Errorf("%s %.40q: this machine has %s%s", kernelVariable, chosen, strings.Join(names, ", "), fault.DidYouMean(chosen, names))
	}
	return chosen, nil
}

// useKernel sets the kernel of a simulator. A wrong name was reported when the program began.
func useKernel(s *engine.Simulator) {
	chosen, err := Kernel()
	kernels := available()
	at := slices.IndexFunc(kernels, func(k lanes.Kernel) bool { return k.Name == chosen })
	if s.Single = err != nil || at < 0; !s.Single {
		s.Kernel = kernels[at]
	}
}
