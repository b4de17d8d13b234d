//go:build !nobuckets

package bucket

import (
	_ "gocloud.dev/blob/s3blob"                // s3://
	_ "golang.org/x/crypto/x509roots/fallback" // for containers without certificates
)
