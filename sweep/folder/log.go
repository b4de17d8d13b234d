package folder

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Session is what run.log has of one program that worked on a study.
type Session struct {
	Command    string
	Started    time.Time
	Last       time.Time // of its last line
	Build      Build
	System     string // as linux
	Processor  string // as amd64
	Processors int
	Workers    int
}

// mostLogLine bounds a line of run.log.
const mostLogLine = 1 << 20

// ReadLog reads the sessions of run.log, in the order of their begin; none where there is no log. Lines
// that are damaged are left out.
func ReadLog(root string) (sessions []Session, err error) {
	file, err := os.Open(filepath.Join(root, LogName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, mostLogLine)
	of := map[int]int{} // the session of each process
	for lines.Scan() {
		var line struct {
			Time       time.Time `json:"time"`
			Message    string    `json:"msg"`
			Process    int       `json:"pid"`
			Command    string    `json:"command"`
			Build      Build     `json:"build"`
			System     string    `json:"os"`
			Processor  string    `json:"arch"`
			Processors int       `json:"cpus"`
			Workers    int       `json:"workers"`
		}
		if json.Unmarshal(bytes.TrimSpace(lines.Bytes()), &line) != nil {
			continue
		}
		if line.Message == "start" {
			of[line.Process] = len(sessions)
			sessions = append(sessions, Session{line.Command, line.Time, line.Time, line.Build, line.System, line.Processor, line.Processors, line.Workers})
		} else if at, known := of[line.Process]; known {
			sessions[at].Last = line.Time
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return sessions, nil
	}
	return sessions, lines.Err()
}
