//go:build unix

package store

import "golang.org/x/sys/unix"

// FreeBytes returns the space that is left to this user where a folder is, and
// whether that is known.
func FreeBytes(folder string) (int64, bool) {
	var status unix.Statfs_t
	if err := unix.Statfs(folder, &status); err != nil {
		return 0, false
	}
	return int64(status.Bavail) * int64(status.Bsize), true
}
