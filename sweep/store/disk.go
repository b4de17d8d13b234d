package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"time"

	"optmm/sweep/text"
)

// ReadBounded reads a file, or a pipe, of at most the given number of bytes.
func ReadBounded(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	information, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if information.IsDir() {
		return nil, fmt.Errorf("%s is a folder", path)
	}
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("%s has more than %s, the most that is read of such a file", path, text.Bytes(most))
	}
	if err != nil {
		return nil, err
	}
	return content, nil
}

// Stamp is the size and the time of change of a file, by which a change is noticed.
type Stamp struct {
	Bytes int64
	At    time.Time
}

// StampOf returns the stamp of a file.
func StampOf(file string) (Stamp, error) {
	information, err := os.Stat(file)
	if err != nil {
		return Stamp{}, err
	}
	return Stamp{information.Size(), information.ModTime()}, nil
}

// Same reports whether two stamps are of an unchanged file.
func (s Stamp) Same(other Stamp) bool { return s.Bytes == other.Bytes && s.At.Equal(other.At) }

// SHA256 returns the SHA-256 of a file in hexadecimal digits, and its size.
func SHA256(file string) (hash string, size int64, err error) {
	from, err := os.Open(file)
	if err != nil {
		return "", 0, err
	}
	defer from.Close()
	return SHA256From(from)
}

// SHA256From is SHA256 of what is read.
func SHA256From(from io.Reader) (hash string, size int64, err error) {
	sum := sha256.New()
	size, err = io.Copy(sum, from)
	return hex.EncodeToString(sum.Sum(nil)), size, err
}

// Exists reports whether something is at a path.
func Exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// RefuseLinkedFolder refuses a folder that is a link: what is written there would be elsewhere.
func RefuseLinkedFolder(path string) error {
	if information, err := os.Lstat(path); err == nil && !information.IsDir() {
		return fmt.Errorf("%s is not a folder of a study's own (a link, say): remove it", path)
	}
	return nil
}

// RefuseLink refuses a file that is written in place and is a link to another.
func RefuseLink(file string) error {
	if information, err := os.Lstat(file); err == nil && !information.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file of a study's own (a link, say): remove it", file)
	}
	return nil
}
