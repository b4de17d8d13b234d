package fault

import "strings"

// Option is an error in what an option of a command was given: an override of a study, a
// condition, a range. The commands write the name as that of their flag.
type Option struct {
	Name  string // as in set
	Value string // what was given, as in engine.k_fill=x; empty where the error says it
	Err   error
}

func (o *Option) Error() string {
	return strings.TrimSuffix(o.Name+" "+o.Value, " ") + ": " + o.Err.Error()
}
func (o *Option) Unwrap() error { return o.Err }
