package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gocloud.dev/blob"

	"optmm/sweep/bucket/buckettest"
	"optmm/sweep/fault"
)

func open(t *testing.T, address string) *Copy {
	t.Helper()
	c, err := Open(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.pauses = []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond}
	return c
}

func put(t *testing.T, c *Copy, name string, content []byte) {
	t.Helper()
	file := filepath.Join(c.Path, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, content, 0o644)); err != nil {
		t.Fatal(err)
	}
}

func got(t *testing.T, address, name string) string {
	t.Helper()
	c := open(t, address)
	if err := c.Fetch(context.Background(), name); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(c.Path, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// all wants every file but those below some folders.
type all []string

func (all) IsStudy([]string) bool             { return false }
func (all) File(bool, string) bool            { return true }
func (a all) Folder(_ bool, name string) bool { return !slices.Contains(a, name) }

func isMismatch(err error) bool {
	var differs *fault.MismatchError
	return errors.As(err, &differs)
}

// Of eight programs that create one object with other content at once, one succeeds, and its content stays; with the same content
// all do.
func TestCreateOfEightAtOnce(t *testing.T) {
	address := buckettest.Serve(t, nil)
	var copies [8]*Copy
	for i := range copies {
		copies[i] = open(t, address)
	}
	for round := range 50 {
		for _, same := range []bool{false, true} {
			name := fmt.Sprintf("chunks/%d-%v", round, same)
			var wins atomic.Int32
			var winner atomic.Value
			var together sync.WaitGroup
			for i, c := range copies {
				content := "of all"
				if !same {
					content = fmt.Sprint("of ", i)
				}
				put(t, c, name, []byte(content))
				together.Go(func() {
					switch err := c.Create(context.Background(), name); {
					case err == nil:
						wins.Add(1)
						winner.Store(content)
					case same || !isMismatch(err) || !strings.Contains(err.Error(), "SHA-256"):
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			together.Wait()
			want := int32(1)
			if same {
				want = 8
			}
			if there := got(t, address, name); wins.Load() != want || there != winner.Load() {
				t.Fatalf("%s: %d wrote it, want %d; it has %q, written was %q", name, wins.Load(), want, there, winner.Load())
			}
		}
	}
}

// When the answer to a write is lost, or is a conflict, the object is read.
func TestCreateWithoutAnAnswer(t *testing.T) {
	for _, trouble := range []struct {
		name string
		do   func(handler http.Handler, w http.ResponseWriter, r *http.Request)
	}{
		{"the answer is lost", func(handler http.Handler, w http.ResponseWriter, r *http.Request) {
			handler.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}},
		{"the request is lost", func(http.Handler, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		{"the server answers that it fails, after it wrote", func(handler http.Handler, w http.ResponseWriter, r *http.Request) {
			handler.ServeHTTP(httptest.NewRecorder(), r)
			w.WriteHeader(http.StatusInternalServerError)
		}},
		{"409, nothing written", func(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusConflict)
			fmt.Fprint(w, `<Error><Code>ConditionalRequestConflict</Code><Message>retry</Message></Error>`)
		}},
		{"409 after it wrote", func(handler http.Handler, w http.ResponseWriter, r *http.Request) {
			handler.ServeHTTP(httptest.NewRecorder(), r)
			w.WriteHeader(http.StatusConflict)
			fmt.Fprint(w, `<Error><Code>ConditionalRequestConflict</Code><Message>retry</Message></Error>`)
		}},
	} {
		for _, troubles := range []int{1, 3} { // the library itself repeats a request twice
			t.Run(fmt.Sprintf("%s, %d times", trouble.name, troubles), func(t *testing.T) {
				t.Parallel() // most of it is waiting
				var left atomic.Int32
				address := buckettest.Serve(t, func(handler http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if r.Method == http.MethodPut && left.Add(-1) >= 0 {
							trouble.do(handler, w, r)
							return
						}
						handler.ServeHTTP(w, r)
					})
				})
				c := open(t, address)
				put(t, c, "chunks/0", []byte("ours"))
				left.Store(int32(troubles))
				if err := c.Create(context.Background(), "chunks/0"); err != nil {
					t.Fatal(err)
				}
				if there := got(t, address, "chunks/0"); there != "ours" {
					t.Errorf("it has %q", there)
				}
				other := open(t, address)
				put(t, other, "chunks/0", []byte("theirs"))
				left.Store(int32(troubles))
				if err := other.Create(context.Background(), "chunks/0"); !isMismatch(err) {
					t.Errorf("other content was written too: %v", err)
				}
			})
		}
	}
}

// A large object is written in parts, whose completion is conditional too.
func TestCreateOfALargeObject(t *testing.T) {
	var conditional, completed atomic.Int32
	address := buckettest.Serve(t, func(handler http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && r.URL.Query().Has("uploadId") {
				completed.Add(1)
				if r.Header.Get("If-None-Match") == "*" {
					conditional.Add(1)
				}
			}
			handler.ServeHTTP(w, r)
		})
	})
	c := open(t, address)
	content := bytes.Repeat([]byte("minutes "), 3<<20) // 24 MiB
	put(t, c, "runs/part", content)
	if err := c.Create(context.Background(), "runs/part"); err != nil {
		t.Fatal(err)
	}
	if there := got(t, address, "runs/part"); there != string(content) {
		t.Errorf("it has %d bytes, want %d", len(there), len(content))
	}
	if completed.Load() == 0 || completed.Load() != conditional.Load() {
		t.Errorf("%d of %d completions were conditional", conditional.Load(), completed.Load())
	}
}

// What arrives cut is read again, and never taken for a file.
func TestPullOfCutObjects(t *testing.T) {
	var left atomic.Int32
	address := buckettest.Serve(t, func(handler http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "chunks/0") && left.Add(-1) >= 0 {
				answer := httptest.NewRecorder()
				handler.ServeHTTP(answer, r)
				for name, values := range answer.Header() {
					w.Header()[name] = values
				}
				w.Header().Set("Content-Length", fmt.Sprint(answer.Body.Len()))
				w.Write(answer.Body.Bytes()[:answer.Body.Len()/2])
				panic(http.ErrAbortHandler)
			}
			handler.ServeHTTP(w, r)
		})
	})
	c := open(t, address)
	put(t, c, "chunks/0", bytes.Repeat([]byte("row "), 50_000))
	if err := c.Create(context.Background(), "chunks/0"); err != nil {
		t.Fatal(err)
	}
	left.Store(2)
	if there := got(t, address, "chunks/0"); len(there) != 200_000 {
		t.Errorf("%d bytes were read", len(there))
	}
	left.Store(1000)
	if err := open(t, address).Fetch(context.Background(), "chunks/0"); err == nil {
		t.Error("an object that always arrives cut was read")
	}
	other := open(t, address)
	left.Store(1000)
	if err := other.Pull(context.Background(), all{}); err == nil {
		t.Error("an object that always arrives cut was copied")
	}
	if _, err := os.Stat(filepath.Join(other.Path, "chunks/0")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a cut file is there: %v", err)
	}
}

func TestPull(t *testing.T) {
	address, ctx := buckettest.Serve(t, nil), context.Background()
	c := open(t, address)
	names := []string{"a", "chunks/0", "runs/000/1", "deep/er/b"}
	for _, name := range names {
		put(t, c, name, []byte(name))
	}
	if err := c.Create(ctx, names...); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"../outside", "a/../../outside", "x//y", "folder/"} { // which no copy can have
		if err := c.bucket.Upload(ctx, key, strings.NewReader("x"), &blob.WriterOptions{ContentType: "text/plain"}); err != nil {
			t.Fatal(err)
		}
	}
	other := open(t, address)
	if err := other.Pull(ctx, all{"runs"}); err != nil {
		t.Fatal(err)
	}
	var there []string
	filepath.WalkDir(other.Path, func(path string, entry fs.DirEntry, err error) error {
		if !entry.IsDir() {
			name, _ := filepath.Rel(other.Path, path)
			there = append(there, filepath.ToSlash(name))
		}
		return err
	})
	if want := []string{"a", "chunks/0", "deep/er/b"}; !slices.Equal(there, want) {
		t.Errorf("%v were copied, want %v", there, want)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(other.Path), "outside")); err == nil {
		t.Error("a file was written outside the copy")
	}

	// What is written again there is copied again; what is not, is not.
	put(t, c, "a", []byte("A, later"))
	time.Sleep(1100 * time.Millisecond) // times of objects are in seconds
	if err := c.Replace(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other.Path, "deep/er/b"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	if changed, err := other.Changed([]string{"a", "chunks/0", "deep/er/b"}); err != nil || !slices.Equal(changed, []string{"deep/er/b"}) {
		t.Errorf("%v are changed: %v", changed, err)
	}
	if err := other.Pull(ctx, all{"runs"}); err != nil {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(filepath.Join(other.Path, "a")); string(content) != "A, later" {
		t.Errorf("a is %q", content)
	}

	if err := c.Remove(ctx, "a", "never"); err != nil {
		t.Error(err)
	}
	if err := other.Pull(ctx, all{"runs"}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(other.Path, "a")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the copy of a removed file stays: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := open(t, address).Fetch(ctx, "a"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a removed file: %v", err)
	}
	if _, err := os.Stat(c.Path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the copy stays: %v", err)
	}
}

// When a listed file is gone before it is read, since a program has completed the study, the folder is listed again.
func TestPullOfWhatIsRemoved(t *testing.T) {
	var left atomic.Int32
	address := buckettest.Serve(t, func(handler http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "chunks/0") && left.Add(-1) >= 0 {
				w.WriteHeader(http.StatusNotFound)
				fmt.Fprint(w, `<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>`)
				return
			}
			handler.ServeHTTP(w, r)
		})
	})
	c := open(t, address)
	put(t, c, "chunks/0", []byte("rows"))
	if err := c.Create(context.Background(), "chunks/0"); err != nil {
		t.Fatal(err)
	}
	left.Store(2)
	if err := open(t, address).Pull(context.Background(), all{}); err != nil {
		t.Error(err)
	}
}

// An operation ends also when the server does not answer.
func TestServersThatDoNotAnswer(t *testing.T) {
	done := make(chan bool)
	address := buckettest.Serve(t, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-done:
			}
		})
	})
	defer close(done)
	c := open(t, address)
	c.patience, c.pauses = 50*time.Millisecond, nil
	put(t, c, "chunks/0", []byte("rows"))
	for what, do := range map[string]func(ctx context.Context) error{
		"list":   func(ctx context.Context) error { return c.Pull(ctx, all{}) },
		"read":   func(ctx context.Context) error { return c.Fetch(ctx, "chunks/0") },
		"write":  func(ctx context.Context) error { return c.Create(ctx, "chunks/0") },
		"remove": func(ctx context.Context) error { return c.Remove(ctx, "chunks/0") },
	} {
		if err := do(context.Background()); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// An error that another try would not change is reported at once, and in the words of the answer.
func TestErrorsAreFinal(t *testing.T) {
	var asked atomic.Int32
	address := buckettest.Serve(t, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `<Error><Code>AccessDenied</Code><Message>not yours</Message></Error>`)
		})
	})
	err := open(t, address).Pull(context.Background(), all{})
	if err == nil || err.Error() != "list s3://bucket/studies/grid: AccessDenied: not yours" || asked.Load() != 1 {
		t.Errorf("after %d requests: %v", asked.Load(), err)
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ at, bucket, prefix, shown string }{
		{"s3://b", "s3://b?response_checksum_validation=when_required", "", "s3://b"},
		{"s3://b/", "s3://b?response_checksum_validation=when_required", "", "s3://b"},
		{"s3://b/x/y/?region=r", "s3://b?region=r&response_checksum_validation=when_required", "x/y/", "s3://b/x/y"},
		{"s3://b/../x?response_checksum_validation=when_supported", "s3://b?response_checksum_validation=when_supported", "x/", "s3://b/x"},
	} {
		where, err := parse(c.at)
		if want := (address{c.bucket, c.prefix, c.shown}); err != nil || where != want {
			t.Errorf("%s: %+v, %v; want %+v", c.at, where, err, want)
		}
	}
	for at, want := range map[string]string{
		"s4://b/x":   "want a folder, or one of s3://, gs://, azblob:// (did you mean s3?)",
		"s3:///x":    "it names no bucket",
		"s3://b/%zz": "invalid URL escape",
		"s3://b/x#y": "begins a fragment",
	} {
		if _, err := parse(at); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %s", at, err, want)
		}
	}
	for path, want := range map[string]bool{"s3://b": true, "results/grid": false, "/a://b": false, "file:///x": false, "gs://b": true, "": false} {
		if Is(path) != want {
			t.Errorf("Is(%q) is %v", path, !want)
		}
	}
	if got, err := Local("file:///shared/grid"); got != "/shared/grid" || err != nil {
		t.Errorf("a file is at %s, %v", got, err)
	}
	if got, err := Local("file://shared/grid"); err == nil {
		t.Errorf("a file is at %s", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, at := range []string{"s3://b/x?region=r", "s3://b/../..", "s3://[::1]/x", "gs://b", "s3://b//x#y"} {
		f.Add(at)
	}
	f.Fuzz(func(t *testing.T, at string) {
		where, err := parse(at)
		if err != nil {
			return
		}
		if where.prefix != "" && (!filepath.IsLocal(where.prefix) || !strings.HasSuffix(where.prefix, "/")) || strings.Contains(where.shown, "?") {
			t.Errorf("%q: %+v", at, where)
		}
	})
}
