package folder

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"optmm/sweep/figures"
	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// What a study owns in its folder. Whatever else is there belongs to others, and is
// neither read nor removed.

// ownFolders lists the folders below path that a study writes in, deepest first,
// path itself last. A link is not one of them.
func ownFolders(path string) ([]string, error) {
	var folders []string
	for _, name := range store.MarketFolders() {
		folders = append(folders, filepath.Join(path, name))
	}
	folders = append(folders, filepath.Join(path, "chunks"), filepath.Join(path, "option_summary"))
	judged, err := entriesOf(filepath.Join(path, judgmentsTree))
	if err != nil {
		return nil, err
	}
	for _, entry := range judged {
		folders = append(folders, filepath.Join(path, JudgmentFolder(entry.Name())))
	}
	folders = append(folders, filepath.Join(path, judgmentsTree))
	drawn, err := entriesOf(filepath.Join(path, "figures"))
	if err != nil {
		return nil, err
	}
	for _, entry := range drawn {
		if store.IsRole(entry.Name()) {
			folders = append(folders, filepath.Join(path, store.FigureFolder(entry.Name())))
		}
	}
	folders = append(folders, filepath.Join(path, "figures"))
	for _, tree := range []string{"runs", "options", "fills"} { // with a folder for every thousand runs
		tree = filepath.Join(path, tree)
		entries, err := entriesOf(tree)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if number, err := strconv.Atoi(entry.Name()); err == nil && filepath.Base(filepath.Dir(store.RunName(1000*number))) == entry.Name() {
				folders = append(folders, filepath.Join(tree, entry.Name()))
			}
		}
		folders = append(folders, tree)
	}
	var real []string
	for _, folder := range append(folders, path) {
		if information, err := os.Lstat(folder); err == nil && information.IsDir() || folder == path {
			real = append(real, folder)
		}
	}
	return real, nil
}

// entriesOf lists what is in a folder; nothing where it is none.
func entriesOf(path string) ([]os.DirEntry, error) {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	return entries, err
}

// owns reports whether a file in one of the study's folders is the study's;
// folder is relative to the root, "." for the root.
func owns(folder, name string) bool {
	if store.Temporary(name) {
		return true
	}
	number := store.Number(name)
	path := filepath.Join(folder, name)
	switch {
	case folder == ".":
		for _, own := range append(tableNames(true), VerdictName, ReportName, OpenSQLName, OpenPythonName, LockName, LogName, SubmissionName) {
			if name == own {
				return true
			}
		}
	case folder == "chunks":
		return path == filepath.FromSlash(planName) || path == UnfinishedReport() || number >= 0 && path == store.ChunkName(number)
	case slices.Contains(store.MarketFolders(), folder):
		return store.IsMarketName(path)
	case filepath.Dir(folder) == judgmentsTree:
		return ownsOfJudgment(name)
	case strings.HasPrefix(path, "figures"):
		stem, format, _ := strings.Cut(name, ".")
		for _, known := range figures.Names(true) {
			if stem == known && (format == "png" || format == "svg") {
				return store.IsRole(filepath.Base(folder))
			}
		}
	case number >= 0:
		return path == store.RunName(number) || path == store.PackedName(number) || path == store.OptionsName(number) || path == store.FillsName(number) || path == store.OptionPartName(number)
	}
	return false
}

// eachOwn calls a function with every file that is the study's.
func eachOwn(path string, use func(file string) error) error { return eachFile(path, owns, use) }

// eachFile calls a function with every file in the study's folders that is meant.
func eachFile(path string, meant func(folder, name string) bool, use func(file string) error) error {
	folders, err := ownFolders(path)
	if err != nil {
		return err
	}
	for _, folder := range folders {
		relative, err := filepath.Rel(path, folder)
		if err != nil {
			return err
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if entry.Type().IsRegular() && meant(relative, entry.Name()) {
				if err := use(filepath.Join(folder, entry.Name())); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// removeTemporaries removes what a program that was killed did not finish.
func removeTemporaries(path string) error {
	return eachFile(path, func(_, name string) bool { return store.Temporary(name) }, os.Remove)
}

// removeChunks removes the chunks of a study that is complete.
func removeChunks(path string) error {
	err := eachFile(path, func(folder, name string) bool { return folder == "chunks" && owns(folder, name) }, os.Remove)
	os.Remove(filepath.Join(path, "chunks")) // stays where there is something else in it
	return err
}

// Remove removes everything that a study wrote and nothing else; the caller
// holds the folder alone. A tombstone takes the plan's place first, so that, if
// this is cut short, no one takes what is left for a study; it stays until the
// next plan takes its place. The selections are not forgotten.
func Remove(path string, selections []plan.Selection) error {
	if err := removeGrowing(path); err != nil { // first: else it would take the place of what is removed
		return err
	}
	return removeAll(path, selections)
}

// removeAll is Remove but for files of some names, and for a larger study that is not complete.
func removeAll(path string, selections []plan.Selection, but ...string) error {
	content, err := tombstone(selections, false)
	if err != nil {
		return err
	}
	if err := store.WriteBytes(path, planName, content); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(path, LockName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := store.SyncFolder(path); err != nil {
		return err
	}
	err = eachOwn(path, func(file string) error {
		if file == filepath.Join(path, filepath.FromSlash(planName)) || slices.Contains(but, filepath.Base(file)) {
			return nil
		}
		return os.Remove(file)
	})
	if err != nil {
		return err
	}
	folders, err := ownFolders(path)
	if err != nil {
		return err
	}
	for _, folder := range folders[:len(folders)-1] {
		os.Remove(folder) // stays where something else is in it
	}
	return store.SyncFolder(path)
}

// tombstone is a plan that no study equals.
func tombstone(selections []plan.Selection, emptied bool) ([]byte, error) {
	content, err := json.Marshal(Lock{Header: Header{Format: FormatVersion, Removed: true, Emptied: emptied}, Selections: selections})
	return append(content, '\n'), err
}

// ownBytes returns the size of what a study wrote.
func ownBytes(path string) (int64, error) {
	total := int64(0)
	err := eachOwn(path, func(file string) error {
		information, err := os.Stat(file)
		if err == nil {
			total += information.Size()
		}
		return err
	})
	return total, err
}
