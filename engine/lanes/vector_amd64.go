package lanes

// vectors lists the kernels in assembly.
func vectors() []Kernel {
	return []Kernel{
		{
			Name: "avx512", Needs: []string{"AVX512F", "AVX512DQ", "AVX512VL"}, Trades: true, Seed: seedAVX512, Realistic: realisticAVX512,
			Gains: gainsAVX512, Fills: fillsAVX512, Hold: holdAVX512, Steps: stepsAVX512,
		},
		{
			Name: "avx2", Needs: []string{"AVX2", "FMA"}, Trades: true, Seed: seedAVX2, Realistic: realisticAVX2,
			Gains: gainsAVX2, Fills: fillsAVX2, Hold: holdAVX2, Steps: stepsAVX2,
		},
	}
}

//go:noescape
func seedAVX512(b *Batch)

//go:noescape
func realisticAVX512(b *Batch)

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
func gainsAVX2(b *Batch)

//go:noescape
func fillsAVX2(b *Batch)

//go:noescape
func holdAVX2(b *Batch)

//go:noescape
func stepsAVX2(b *Batch, pnl []Lane)
