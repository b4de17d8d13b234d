package bucket

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"gocloud.dev/blob"

	"optmm/sweep/fault"
)

// schemes are the buckets that some build of the program can open.
func schemes() []string { return []string{"s3", "gs", "azblob"} }

// Is reports whether a path is of a folder in a bucket.
func Is(path string) bool {
	scheme, _, found := strings.Cut(path, "://")
	return found && scheme != "file" && !strings.ContainsAny(scheme, "/\\")
}

// Local returns the path of a file:// address, and any other path unchanged. Such a folder is used directly, with its locks: of
// several programs that create a file at once in a bucket of files of gocloud.dev, more than one may succeed.
func Local(at string) (string, error) {
	after, is := strings.CutPrefix(at, "file://")
	if is && !path.IsAbs(after) {
		return "", fmt.Errorf("%.200s: want an absolute path, as in file:///shared/study", at)
	}
	return after, nil
}

// address is where a folder is: a bucket, as blob.OpenBucket takes it, and the prefix of the folder's objects.
type address struct {
	bucket, prefix string
	shown          string // without parameters
}

// Split divides the address of a file in a bucket into that of its folder, with the parameters, and its name.
func Split(at string) (above, name string) {
	where, parameters, has := strings.Cut(at, "?")
	slash := strings.LastIndex(where, "/")
	if above, name = where[:slash], where[slash+1:]; has {
		above += "?" + parameters
	}
	return above, name
}

// parse reads the address of a folder in a bucket, as s3://bucket/studies/grid?region=eu-west-1.
func parse(at string) (address, error) {
	u, err := url.Parse(at)
	if err == nil && !slices.Contains(schemes(), u.Scheme) {
		err = fmt.Errorf("want a folder, or one of %s://%s", strings.Join(schemes(), "://, "), fault.DidYouMean(u.Scheme, schemes()))
	}
	if err == nil && strings.Contains(at, "#") {
		err = errors.New("# begins a fragment, and an address has none: choose a name without it")
	}
	if err == nil && u.Host == "" {
		err = errors.New("it names no bucket, as in s3://bucket/study")
	}
	if err == nil && !blob.DefaultURLMux().ValidBucketScheme(u.Scheme) {
		err = fmt.Errorf("this program was built without %s://: go build ./cmd/sweep has s3://, and -tags %s the others", u.Scheme, strings.Join(schemes()[1:], ","))
	}
	if err != nil {
		return address{}, fault.Usage(fmt.Errorf("%.200s: %w", at, err))
	}
	prefix := strings.Trim(path.Clean("/"+u.Path), "/")
	if prefix != "" {
		prefix += "/"
	}
	const validation = "response_checksum_validation"
	if parameters := u.Query(); u.Scheme == "s3" && !parameters.Has(validation) { // else the library logs every object without one
		parameters.Set(validation, "when_required")
		u.RawQuery = parameters.Encode()
	}
	u.Path, u.RawPath, u.Fragment = "", "", ""
	whole := u.String()
	u.RawQuery = ""
	return address{bucket: whole, prefix: prefix, shown: strings.TrimSuffix(u.String()+"/"+prefix, "/")}, nil
}
