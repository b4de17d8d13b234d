package main

import (
	"os"
	"sync"

	"golang.org/x/term"

	"optmm/sweep/text"
)

// output is standard output or standard error. What a name or a path of a file could do
// to a terminal is written as an escape. A pipe or a terminal that is gone ends nothing:
// the night goes on, and what is written is in the folder.
type output struct {
	file     *os.File
	terminal bool
	mutex    sync.Mutex
	gone     bool
	escape   text.Escaper
}

func present(file *os.File) *output {
	return &output{file: file, terminal: term.IsTerminal(int(file.Fd()))}
}

func (o *output) Write(text []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.gone {
		return len(text), nil
	}
	if _, err := o.file.Write(o.escape.Append(nil, text)); err != nil {
		if o.gone = isGone(err, o.terminal); !o.gone {
			return 0, err
		}
	}
	return len(text), nil
}
