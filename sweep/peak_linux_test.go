package sweep

import "syscall"

// peakMegabytes is the most memory that the program has had so far.
func peakMegabytes() int {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return int(usage.Maxrss >> 10)
}
