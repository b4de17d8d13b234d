package random

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"
)

// Known answers from NumPy 1.24; see testdata/README.md.
func numpyStreams(t *testing.T) (known struct {
	Normal struct {
		Seed   uint32
		Values []float64 `json:"standard_normal"`
	} `json:"mt19937_legacy_normal"`
	Scaled struct {
		Seed   uint32
		Values []float64
	} `json:"mt19937_legacy_normal_loc2_scale3"`
	PCG []struct {
		Seed   string
		Random []float64
	} `json:"pcg64_random"`
}) {
	t.Helper()
	data, err := os.ReadFile("../../testdata/numpy_streams.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &known); err != nil {
		t.Fatal(err)
	}
	if len(known.Normal.Values) == 0 || len(known.Scaled.Values) == 0 || len(known.PCG) == 0 {
		t.Fatal("numpy_streams.json lacks a stream")
	}
	return known
}

func TestLegacyIsNumPysRandomState(t *testing.T) {
	known := numpyStreams(t)
	stream := NewLegacy(known.Normal.Seed)
	for i, want := range known.Normal.Values {
		if got := stream.Normal(); got != want {
			t.Errorf("normal %d of seed %d is %v, want %v", i, known.Normal.Seed, got, want)
		}
	}
	stream = NewLegacy(known.Scaled.Seed)
	for i, want := range known.Scaled.Values {
		if got := 2 + float64(3*stream.Normal()); got != want {
			t.Errorf("2 + 3·normal %d of seed %d is %v, want %v", i, known.Scaled.Seed, got, want)
		}
	}
}

func TestPCG64IsNumPysDefaultRng(t *testing.T) {
	for _, known := range numpyStreams(t).PCG {
		seed, err := strconv.ParseUint(known.Seed, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		stream := NewPCG64(seed)
		for i, want := range known.Random {
			if got := stream.Float64(); got != want {
				t.Errorf("double %d of seed %s is %v, want %v", i, known.Seed, got, want)
			}
		}
	}
}

// The kept normal survives from one array of draws to the next, as in NumPy.
func TestNormalsContinueAcrossOddArrays(t *testing.T) {
	whole, first, second := make([]float64, 8), make([]float64, 3), make([]float64, 5)
	NewLegacy(7).Normals(whole)
	stream := NewLegacy(7)
	stream.Normals(first)
	stream.Normals(second)
	for i, got := range append(first, second...) {
		if got != whole[i] {
			t.Errorf("draw %d is %v in two arrays, %v in one", i, got, whole[i])
		}
	}
}

// NumPy 2.4.6: default_rng(SeedSequence(seed, spawn_key=keys)).random(3).
func TestSpawnedPCG64IsNumPys(t *testing.T) {
	for _, known := range []struct {
		seed   uint64
		keys   []uint32
		random []float64
	}{
		{123, []uint32{1}, []float64{0.5529906835266356, 0.2283073510144762, 0.3846197262386587}},
		{1<<40 + 5, []uint32{7}, []float64{0.24722134238711635, 0.7569095189349951, 0.5686857006734799}},
		{0, []uint32{1, 2}, []float64{0.053484165504532055, 0.5687422908638454, 0.5879161964855035}},
	} {
		stream := NewPCG64(known.seed, known.keys...)
		for i, want := range known.random {
			if got := stream.Float64(); got != want {
				t.Errorf("double %d of seed %d, keys %v is %v, want %v", i, known.seed, known.keys, got, want)
			}
		}
	}
}

// NumPy 2.4.6: RandomState(42).random_sample(3).
func TestLegacyUniformsAreNumPys(t *testing.T) {
	got := make([]float64, 3)
	NewLegacy(42).Floats(got)
	for i, want := range []float64{0.3745401188473625, 0.9507143064099162, 0.7319939418114051} {
		if got[i] != want {
			t.Errorf("double %d is %v, want %v", i, got[i], want)
		}
	}
}
