package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"time"

	"gocloud.dev/gcerrors"

	"optmm/sweep/fault"
)

// repeat does an operation again that failed, unless it would fail again. An object that is not there is fs.ErrNotExist.
func (c *Copy) repeat(ctx context.Context, what string, do func(ctx context.Context) error) error {
	for try := 0; ; try++ {
		err := do(ctx)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case gcerrors.Code(err) == gcerrors.NotFound && !hasNoBucket(err):
			return fmt.Errorf("%s: %w: %w", what, fs.ErrNotExist, plain(err))
		case isFinal(err) || try == len(c.pauses):
			return fmt.Errorf("%s: %w", what, plain(err))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(c.pauses[try]):
		}
	}
}

// hasNoBucket reports whether an answer is that the bucket itself does not exist.
func hasNoBucket(err error) bool {
	var answer interface{ ErrorCode() string }
	return errors.As(err, &answer) && answer.ErrorCode() == "NoSuchBucket"
}

// plain shortens the error of an answer, or of a connection, to its message.
func plain(err error) error {
	var connection *net.OpError
	if errors.As(err, &connection) {
		return &answerError{connection.Error(), err}
	}
	var answer interface {
		ErrorCode() string
		ErrorMessage() string
	}
	if !errors.As(err, &answer) || answer.ErrorMessage() == "" {
		return err
	}
	return &answerError{answer.ErrorCode() + ": " + answer.ErrorMessage(), err}
}

type answerError struct {
	text string
	err  error
}

func (e *answerError) Error() string { return e.text }
func (e *answerError) Unwrap() error { return e.err }

// isFinal reports whether an operation that failed would fail again.
func isFinal(err error) bool {
	var differs *fault.MismatchError
	var path *fs.PathError // of this machine
	if errors.As(err, &differs) || errors.As(err, &path) {
		return true
	}
	var answer interface{ HTTPStatusCode() int } // of S3
	if errors.As(err, &answer) {
		switch status := answer.HTTPStatusCode(); status {
		case http.StatusRequestTimeout, http.StatusConflict, http.StatusPreconditionFailed, http.StatusTooManyRequests:
			return false
		default:
			return status >= 400 && status < 500
		}
	}
	switch gcerrors.Code(err) {
	case gcerrors.NotFound, gcerrors.PermissionDenied, gcerrors.InvalidArgument, gcerrors.Unimplemented:
		return true
	}
	return false
}

// read calls use with the content of an object and its size. It gives up when nothing arrives for the time of patience.
func (c *Copy) read(ctx context.Context, name string, use func(from io.Reader, bytes int64) error) error {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	limit := time.AfterFunc(c.patience, cancel)
	defer limit.Stop()
	reader, err := c.bucket.NewReader(waiting, name, nil)
	if err != nil {
		return err
	}
	defer reader.Close()
	return use(readerFunc(func(to []byte) (int, error) {
		limit.Reset(c.patience)
		return reader.Read(to)
	}), reader.Size())
}

type readerFunc func(to []byte) (int, error)

func (f readerFunc) Read(to []byte) (int, error) { return f(to) }
