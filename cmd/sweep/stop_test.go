//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"
)

// asProgram has the test's own binary be the program.
const asProgram = "OPTMM_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	paceCollector()
	os.Exit(m.Run())
}

// program is the program as another process.
func program(t *testing.T, arguments ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], arguments...)
	c.Env = append(os.Environ(), asProgram+"=1")
	t.Cleanup(func() {
		if c.Process != nil {
			c.Process.Kill()
		}
	})
	return c
}

// heard sends signals to a program that waits for a study in a pipe to which nobody
// writes, and returns its exit code.
func heard(t *testing.T, signals ...os.Signal) int {
	t.Helper()
	pipe := filepath.Join(t.TempDir(), "study.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	c := program(t, "run", pipe)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	waitForReader(t, pipe, c)
	for _, signal := range signals {
		if err := c.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
	}
	c.Wait()
	return c.ProcessState.ExitCode()
}

// waitForReader returns when the program is about to read the pipe: it then listens for
// signals.
func waitForReader(t *testing.T, pipe string, c *exec.Cmd) {
	t.Helper()
	for {
		file, err := os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if err == nil {
			t.Cleanup(func() { file.Close() }) // it reads, and nothing comes
			return
		}
		if !errors.Is(err, syscall.ENXIO) {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// A signal ends also what does not look for it, and the exit code says which.
func TestSignalsEndTheProgram(t *testing.T) {
	for sent, want := range map[os.Signal]int{syscall.SIGTERM: 143, syscall.SIGHUP: 129, os.Interrupt: 130} {
		if signal.Ignored(sent) && sent == syscall.SIGHUP {
			continue // as under nohup, which is to be heeded
		}
		if got := heard(t, sent); got != want {
			t.Errorf("%v: exit code %d, want %d", sent, got, want)
		}
	}
}

// Chunks in hand are finished after an interrupt and not after the other signals; a
// second signal waits for nothing.
func TestPatience(t *testing.T) {
	for _, c := range []struct {
		name           string
		first          os.Signal
		inHand, second bool
	}{
		{"terminated", syscall.SIGTERM, true, false},
		{"interrupted with nothing in hand", os.Interrupt, false, false},
		{"interrupted twice", os.Interrupt, true, true},
	} {
		s := &stopping{signals: make(chan os.Signal, 2)}
		s.inHand.Store(c.inHand)
		s.signals <- c.first
		if c.second {
			s.signals <- os.Interrupt
		}
		asked, ended := false, false
		s.watch(func() { asked = true }, func() { ended = asked })
		if !ended {
			t.Errorf("%s: asked to stop %v, ended %v", c.name, asked, ended)
		}
	}
	shard := &stopping{signals: make(chan os.Signal, 2)}
	shard.shard.Store(true) // it may be reading its data, and is waited for
	shard.signals <- syscall.SIGUSR1
	over := make(chan bool, 1)
	go shard.watch(func() {}, func() { over <- true })
	select {
	case <-over:
		t.Error("a shard that is signaled before its time limit ends before it can requeue itself")
	case <-time.After(2 * stopPatience):
		shard.signals <- syscall.SIGTERM
		<-over
	}
	s := &stopping{signals: make(chan os.Signal, 2)}
	s.inHand.Store(true)
	s.signals <- os.Interrupt
	watching := make(chan bool)
	inHand := true
	go s.watch(func() {
		time.AfterFunc(2*stopPatience, func() {
			inHand = false
			s.inHand.Store(false)
		})
	}, func() { watching <- inHand })
	if <-watching {
		t.Error("chunks in hand are not waited for")
	}
}

// A study goes on when the terminal hangs up, where the user asked to ignore that, and when nobody reads
// what it prints.
func TestTheNightGoesOn(t *testing.T) {
	inRepository(t)
	root := filepath.Join(t.TempDir(), "csv")
	arguments := []string{"run", "configs/csv.yaml", "--set", "seeds.count=3", "--set", "output.figures=false", "--out", root}
	// The hangup comes once the log says that the study runs, and so after the program chose its signals.
	const hangUp = `trap '' HUP; "$0" "$@" & child=$!
		until grep -q '"start"' "$HUNG/run.log" 2>/dev/null; do kill -0 $child || exit 9; sleep 0.01; done
		kill -HUP $child || exit 8; wait $child`
	ignoring := exec.Command("sh", append([]string{"-c", hangUp, os.Args[0]}, append(arguments, "--set", "seeds.count=100", "--set", "output.timeseries=none")...)...)
	ignoring.Env = append(os.Environ(), asProgram+"=1", "HUNG="+root)
	if output, err := ignoring.CombinedOutput(); err != nil {
		t.Errorf("with hangups ignored: %v\n%s", err, output)
	}
	if err := os.RemoveAll(root); err != nil {
		t.Fatal(err)
	}
	c := program(t, arguments...)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	reader.Close()
	c.Stdout, c.Stderr = writer, writer
	if err := c.Run(); err != nil {
		t.Errorf("with nobody reading: %v", err)
	}
	if _, err := os.Stat(filepath.Join(root, "sweep.lock")); err != nil {
		t.Error(err)
	}
}

// What does not fit on a disk is an error, unlike what nobody reads.
func TestFullOutputIsAnError(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	if _, err := present(full).Write([]byte("x")); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("error %v", err)
	}
}

// Nothing that a file or an argument holds acts on the terminal.
func TestForeignTextsAreQuoted(t *testing.T) {
	inRepository(t)
	if err := os.WriteFile("study.yaml", []byte("\"na\\e[2Jme\": x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("quotes.csv", []byte("S,K,\x1b[2Jcall_mid\n1,2,\x1b[2J\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{
		{"run", "study.yaml"}, {"run", "no\nsuch\x1b[2J.yaml"}, {"run", "caf\xe9.yaml"}, {"check-data", "quotes.csv"},
		{"run", "configs/grid.yaml", "--set", "na\x1bme=1"}, {"plan", "configs/grid.yaml", "--out\x1b"},
	} {
		c := program(t, arguments...)
		var stderr bytes.Buffer
		c.Stdout, c.Stderr = io.Discard, &stderr
		c.Run()
		text := stderr.String()
		if c.ProcessState.ExitCode() != exitUsage || strings.Contains(text, "\x1b") || !utf8.ValidString(text) || strings.Count(text, "\n") != 1 {
			t.Errorf("%q: exit code %d, %q", arguments, c.ProcessState.ExitCode(), text)
		}
	}
}
