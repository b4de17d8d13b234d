package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"optmm/sweep/execute"
)

// stopPatience is how long a phase has to end by itself once it is asked to. What is
// committed is whole at every moment, so that the end of the program loses nothing.
const stopPatience = 1000 * time.Millisecond

// stopping ends the program when it is asked to. The first signal cancels the context; an
// interrupt from the keyboard then waits for the current chunks, for as long as they
// take. Whatever else still goes on after stopPatience is ended, and a second signal ends
// everything at once.
type stopping struct {
	signals  chan os.Signal
	received atomic.Int32 // the first signal's number; 0 without
	inHand   atomic.Bool  // chunks are being done
	shard    atomic.Bool  // every signal waits for them
}

// newStopping listens for signals. A hangup that whoever started the program has it
// ignore, as nohup does, stays ignored.
func newStopping() *stopping {
	s := &stopping{signals: make(chan os.Signal, 2)}
	signal.Notify(s.signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(s.signals, syscall.SIGHUP)
	}
	return s
}

// watch waits for signals; interrupt is called at the first, and end where the program
// does not end by itself.
func (s *stopping) watch(interrupt, end func()) {
	first := <-s.signals
	if number, ok := first.(syscall.Signal); ok {
		s.received.Store(int32(number))
	}
	interrupt()
	patience := time.NewTicker(stopPatience)
	defer patience.Stop()
	for {
		select {
		case <-s.signals:
			end()
			return
		case <-patience.C:
			if !s.shard.Load() && (first != os.Interrupt || !s.inHand.Load()) {
				end()
				return
			}
		}
	}
}

// code returns the exit code of a program that was stopped: 128 and the signal's number,
// as shells have it.
func (s *stopping) code() int {
	if s.shard.Load() {
		return exitStopped
	}
	if number := s.received.Load(); number != 0 {
		return 128 + int(number)
	}
	return exitInterrupted
}

// waitForChunks makes every signal wait for the current chunks, and listens for the scheduler's warning too.
func (s *stopping) waitForChunks() {
	s.shard.Store(true)
	if warningSignal != 0 {
		signal.Notify(s.signals, warningSignal)
	}
}

// observe has the observer's beginning and end noted as those of the chunks.
func (s *stopping) observe(to execute.Observer) execute.Observer { return &noted{to, s} }

type noted struct {
	execute.Observer
	stop *stopping
}

func (n *noted) Start(expected string, runs, done int) {
	n.stop.inHand.Store(true)
	n.Observer.Start(expected, runs, done)
}

func (n *noted) Finish() {
	n.Observer.Finish()
	n.stop.inHand.Store(false)
}

// serve runs the program until it ends or is stopped, and returns the exit code.
func serve(stdout, stderr io.Writer, arguments []string) int {
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	stop := newStopping()
	ended := make(chan int, 2)
	go stop.watch(interrupt, func() {
		said := make(chan bool, 1)
		go func() { // which whoever reads it may never let it do
			fmt.Fprintln(stderr, "sweep: interrupted")
			said <- true
		}()
		select {
		case <-said:
		case <-time.After(stopPatience / 5):
		}
		ended <- stop.code()
	})
	go func() {
		code := exitCode(run(ctx, stop, stdout, stderr, arguments), stderr)
		if code == exitInterrupted {
			code = stop.code()
		}
		ended <- code
	}()
	return <-ended
}
