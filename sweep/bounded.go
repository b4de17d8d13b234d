package sweep

import (
	"fmt"
	"io"
	"os"
)

// The bounds of the files that are read whole, in bytes.
const (
	mostStudyBytes  = 2 << 20
	mostLockBytes   = 256 << 20 // of ten million chunks
	mostResultBytes = 64 << 20  // of a page, a drawing or a verdict
	mostHolderBytes = 4 << 10
)

// readBounded reads a file, or a pipe, of at most the given number of bytes.
func readBounded(path string, most int64) ([]byte, error) {
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
		err = fmt.Errorf("%s has more than %s, the most that is read of such a file", path, bytesText(most))
	}
	if err != nil {
		return nil, err
	}
	return content, nil
}

// readStudy reads the text of a study, of a part of one, or of a lock.
func readStudy(path string) ([]byte, error) {
	most := int64(mostStudyBytes)
	if isLock(path) {
		most = mostLockBytes
	}
	content, err := readBounded(path, most)
	if err != nil {
		return nil, fmt.Errorf("read study: %w", err)
	}
	return content, nil
}
