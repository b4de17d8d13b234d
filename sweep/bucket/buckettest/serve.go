// Package buckettest serves a bucket to tests.
package buckettest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// Serve serves a bucket by S3's protocol from this process until the test ends, and returns the address of a folder in it. wrap
// may be nil; otherwise it returns a handler between the bucket and its clients.
func Serve(t *testing.T, wrap func(http.Handler) http.Handler) (address string) {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("bucket"); err != nil {
		t.Fatal(err)
	}
	handler := gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	if wrap != nil {
		handler = wrap(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return "s3://bucket/studies/grid?use_path_style=true&anonymous=true&region=us-east-1&endpoint=" + server.URL
}
