package lanes

// vectors lists the kernels in assembly.
func vectors() []Kernel {
	return []Kernel{
		{"avx512", true, seedAVX512, realisticAVX512, gainsAVX512, fillsAVX512, holdAVX512, stepsAVX512},
		{"avx2", true, seedAVX2, realisticAVX2, gainsAVX2, fillsAVX2, holdAVX2, stepsAVX2},
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
