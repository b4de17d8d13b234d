//go:build azblob

package bucket

import _ "gocloud.dev/blob/azureblob" // azblob://
