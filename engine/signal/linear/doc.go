// Package linear fits linear models of features, and scores rows by them: ridge regression and the elastic
// net. Sums are made in the order of the rows, each product rounded by itself, so that amd64 and arm64 give
// the same bits.
package linear
