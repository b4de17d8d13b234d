package lanes

import (
	"reflect"
	"slices"

	"optmm/engine/portable"
)

// Kernel is the passes over a batch, in Go or in the vector instructions of a processor. All kernels give the same bits.
type Kernel struct {
	Name   string
	Needs  []string // features of the processor, by their fields of cpu.X86
	Trades bool     // Realistic is faster than one run at a time for only the quotes and fills

	// Seed quotes, fills and hedges the minutes of a block by the seed's models and marks what is held:
	//
	//	width = mult · max(floor, spread + volCoef·vol),  bid, ask = mid ∓ width/2 ∓ skew·score·mid
	//	a side fills where its threshold < −k·width/mid;  the delta is hedged after each fill
	Seed func(b *Batch)

	// Realistic does the same by the realistic models, with the steps of the batch's Shape.
	Realistic func(b *Batch)

	Logs  func(x []float64)          // replaces numbers, 0 or more, by their logarithms, as portable.Logs
	Gains func(b *Batch)             // adds up the gains of contracts and shares, and their attribution to the Greeks
	Fills func(b *Batch)             // adds up what the trades paid and earned, and their markouts to each Later
	Hold  func(b *Batch)             // adds up the contracts bought and sold, the positions, their vega and the hedge errors
	Steps func(b *Batch, pnl []Lane) // adds up the squares of the P&L's steps and finds its drawdown, over all minutes
}

// Go is the kernel that every processor has, and the definition of the others.
func Go() Kernel {
	return Kernel{Name: "go", Seed: seed, Realistic: realistic, Logs: portable.Logs, Gains: gains, Fills: fills, Hold: hold, Steps: steps}
}

// Kernels lists the kernels of a processor, fastest first, Go last. x86 is cpu.X86 of golang.org/x/sys/cpu, which the engine does not
// import: it has a field for each feature that a kernel needs.
func Kernels(x86 any) []Kernel {
	lacks := func(feature string) bool { return !reflect.ValueOf(x86).FieldByName(feature).Bool() }
	return slices.DeleteFunc(append(vectors(), Go()), func(k Kernel) bool { return slices.ContainsFunc(k.Needs, lacks) })
}
