// Package random gives the two random streams of the simulator as NumPy gives them, so
// that a Python user can check every draw:
//
//	market stream   numpy.random.RandomState(seed).standard_normal()   see Legacy
//	fill stream     numpy.random.default_rng(seed).random()            see PCG64
//
// Uniforms are NumPy's bit for bit. Normals are too, but where the C library under NumPy
// does not round its logarithm to the nearest number, as ours is: of a million of each of
// the seeds 1, 2, 3, 42, 123, 1000, 2024, 99991 and 4294967295, 331 to 383 differ (glibc
// 2.36), by at most three units in the last place.
//
// A stream is a value with its own state, always explicitly seeded; there is no
// global one.
package random
