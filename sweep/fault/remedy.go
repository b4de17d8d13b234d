package fault

import "errors"

// Remedy is what a user can do about an error. The commands say it in terms of their flags.
type Remedy int

const (
	OtherFolder  Remedy = iota // choose another folder
	Overwrite                  // remove what the folder holds of a study first
	IgnoreDisk                 // start although the results may not fit
	IgnoreMemory               // start although more memory may be needed than there is
	Force                      // do it although it is not advisable
)

// remediable is an error that something can be done about.
type remediable struct {
	error
	remedies []Remedy
}

func (r *remediable) Unwrap() error { return r.error }

// WithRemedies returns an error with what can be done about it.
func WithRemedies(err error, remedies ...Remedy) error { return &remediable{err, remedies} }

// Remedies returns what can be done about an error; none where it does not say.
func Remedies(err error) []Remedy {
	var with *remediable
	if errors.As(err, &with) {
		return with.remedies
	}
	return nil
}
