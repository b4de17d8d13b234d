package fault

import "fmt"

// UsageError is an error in what the user asked for: exit code 2.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }
func (e *UsageError) Unwrap() error { return e.Err }

// Usage makes an error one of usage.
func Usage(err error) error { return &UsageError{err} }

// Usagef returns a UsageError with a formatted message.
func Usagef(format string, arguments ...any) error {
	return &UsageError{fmt.Errorf(format, arguments...)}
}

// MismatchError says that results are not what the study says.
type MismatchError struct{ Text string }

func (e *MismatchError) Error() string { return e.Text }

// Mismatch returns a MismatchError with a formatted message.
func Mismatch(format string, arguments ...any) error {
	return &MismatchError{fmt.Sprintf(format, arguments...)}
}
