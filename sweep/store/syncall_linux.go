package store

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// syncAll syncs everything that was written to the file system of an open folder since
// it was opened, in one go: for many files that takes half of what one after another
// does. It is done where it is known to report whatever failed: on Linux from 5.17 on,
// which hands on what the file system says, with those that write back by themselves.
func syncAll(folder *os.File) error {
	if !tellsFromKernel() {
		return errors.ErrUnsupported
	}
	descriptor := int(folder.Fd())
	var system unix.Statfs_t
	if err := unix.Fstatfs(descriptor, &system); err != nil {
		return errors.ErrUnsupported
	}
	switch uint32(system.Type) { // which is of another type on each processor
	case unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC, unix.TMPFS_MAGIC:
	default:
		return errors.ErrUnsupported
	}
	err := unix.Syncfs(descriptor)
	if err == unix.EPERM { // forbidden, as some containers do
		return errors.ErrUnsupported
	}
	return err
}

// tellsFromKernel reports whether the kernel hands on what a file system's sync says.
func tellsFromKernel() bool {
	var system unix.Utsname
	if err := unix.Uname(&system); err != nil {
		return false
	}
	var major, minor int
	_, err := fmt.Sscanf(unix.ByteSliceToString(system.Release[:]), "%d.%d", &major, &minor)
	return err == nil && (major > 5 || major == 5 && minor >= 17)
}

// sameFileSystem reports whether two folders are on one.
func sameFileSystem(one, other string) bool {
	var a, b unix.Stat_t
	return unix.Stat(one, &a) == nil && unix.Stat(other, &b) == nil && a.Dev == b.Dev
}
