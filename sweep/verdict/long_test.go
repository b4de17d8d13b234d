package verdict

import "flag"

// long asks for what computes long too, as CI does.
var long = flag.Bool("long", false, "run the tests that compute long too")
