package lanes

// Kernels lists the kernels in assembly of this architecture by name, fastest first. Each needs the processor's instructions.
func Kernels() []Named {
	return []Named{
		{"avx512", Kernel{&passes{tradeAVX512, makeAVX512, gainsAVX512, fillsAVX512, holdAVX512, markoutAVX512, stepsAVX512}}},
		{"avx2", Kernel{&passes{tradeAVX2, makeAVX2, gainsAVX2, fillsAVX2, holdAVX2, markoutAVX2, stepsAVX2}}},
	}
}

//go:noescape
func tradeAVX512(w *Walk)

//go:noescape
func makeAVX512(w *Walk)

//go:noescape
func gainsAVX512(w *Walk)

//go:noescape
func fillsAVX512(w *Walk)

//go:noescape
func holdAVX512(w *Walk)

//go:noescape
func markoutAVX512(w *Walk, mark *Mark, later []float64)

//go:noescape
func stepsAVX512(w *Walk, pnl []Lane)

//go:noescape
func tradeAVX2(w *Walk)

//go:noescape
func makeAVX2(w *Walk)

//go:noescape
func gainsAVX2(w *Walk)

//go:noescape
func fillsAVX2(w *Walk)

//go:noescape
func holdAVX2(w *Walk)

//go:noescape
func markoutAVX2(w *Walk, mark *Mark, later []float64)

//go:noescape
func stepsAVX2(w *Walk, pnl []Lane)
