//go:build gs

package bucket

import _ "gocloud.dev/blob/gcsblob" // gs://; it nearly doubles the program
