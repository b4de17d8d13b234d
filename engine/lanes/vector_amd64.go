package lanes

import "optmm/engine/portable"

// vectors lists the kernels in assembly.
func vectors() []Kernel {
	return []Kernel{
		{
			Name: "avx512", Needs: []string{"HasAVX512F", "HasAVX512DQ", "HasAVX512VL"}, Trades: true, Seed: seedAVX512, Realistic: realisticAVX512,
			Logs: whole(logsAVX512), Gains: gainsAVX512, Fills: fillsAVX512, Hold: holdAVX512, Steps: stepsAVX512,
		},
		{
			Name: "avx2", Needs: []string{"HasAVX2", "HasFMA"}, Trades: true, Seed: seedAVX2, Realistic: realisticAVX2,
			Logs: whole(logsAVX2), Gains: gainsAVX2, Fills: fillsAVX2, Hold: holdAVX2, Steps: stepsAVX2,
		},
	}
}

// whole makes Logs of what takes eight numbers at a time: the last ones are taken one by one.
func whole(vector func(x []float64)) func(x []float64) {
	return func(x []float64) {
		eights := len(x) / Count * Count
		vector(x[:eights])
		portable.Logs(x[eights:])
	}
}

//go:noescape
func seedAVX512(b *Batch)

//go:noescape
func realisticAVX512(b *Batch)

//go:noescape
func logsAVX512(x []float64)

//go:noescape
func gainsAVX512(b *Batch)

//go:noescape
func fillsAVX512(b *Batch)

//go:noescape
func holdAVX512(b *Batch)

//go:noescape
func stepsAVX512(b *Batch, pnl []Lane)

//go:noescape
func seedAVX2(b *Batch)

//go:noescape
func realisticAVX2(b *Batch)

//go:noescape
func logsAVX2(x []float64)

//go:noescape
func gainsAVX2(b *Batch)

//go:noescape
func fillsAVX2(b *Batch)

//go:noescape
func holdAVX2(b *Batch)

//go:noescape
func stepsAVX2(b *Batch, pnl []Lane)
