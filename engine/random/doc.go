// Package random gives the two random streams of the simulator, bit for bit as
// NumPy gives them, so that a Python user can check every draw:
//
//	market stream   numpy.random.RandomState(seed).standard_normal()   see Legacy
//	fill stream     numpy.random.default_rng(seed).random()            see PCG64
//
// A stream is a value with its own state, always explicitly seeded; there is no
// global one.
package random
