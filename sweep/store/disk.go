package store

import (
	"fmt"
	"io"
	"os"

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
