// Command rooms counts, by types and not by names, how the packages of this module use each
// other: files and lines of each package, the arrows between its files and the largest circle
// of them, and the exported names that no other package mentions.
//
//	go run ./scripts/rooms           print the table
//	go run ./scripts/rooms -doors    name the exported names that no other package mentions
//
// It exits with 1 where there are such names.
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

func main() {
	doors := flag.Bool("doors", false, "name the exported names that no other package mentions")
	flag.Parse()
	house, err := read()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if *doors {
		for _, name := range house.closable() {
			fmt.Println(name)
		}
	} else {
		house.write(os.Stdout)
	}
	if len(house.closable()) > 0 {
		os.Exit(1)
	}
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles, TestGoFiles    []string
	XTestGoFiles            []string
	Module                  *struct{ Main bool }
}

// house is the packages of the module.
type house struct {
	packages []*room
	arrows   map[[2]string]bool // from one package to another
	asked    map[string]bool    // methods that an interface of the module has
}

// room is a package, without its tests.
type room struct {
	path   string
	lines  int
	files  []string
	arrows map[string]map[string]bool // from a file to the files whose declarations it uses
	doors  map[string]bool            // exported names, whether another package mentions them

	choices [][]string // constants that are declared together
}

// read type-checks every package from source, its imports from what the compiler exported.
func read() (*house, error) {
	command := exec.Command("go", "list", "-deps", "-export", "-json=ImportPath,Dir,Export,GoFiles,TestGoFiles,XTestGoFiles,Module", "./...")
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	exports := map[string]string{}
	var own []listed
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p listed
		if err := decoder.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		exports[p.ImportPath] = p.Export
		if p.Module != nil && p.Module.Main {
			own = append(own, p)
		}
	}
	h := &house{arrows: map[[2]string]bool{}, asked: map[string]bool{}}
	uses := map[string]map[string]bool{} // an exported name → the packages that mention it
	for _, p := range own {
		files := token.NewFileSet()
		check := types.Config{Importer: importer.ForCompiler(files, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })}
		r, err := open(p, files, check, uses, h)
		if err != nil {
			return nil, err
		}
		h.packages = append(h.packages, r)
		// A name that a test of another package mentions is a door too.
		if err := mention(p, p.ImportPath, append(slices.Clone(p.GoFiles), p.TestGoFiles...), uses, exports); err != nil {
			return nil, err
		}
		if err := mention(p, p.ImportPath+"_test", p.XTestGoFiles, uses, exports); err != nil {
			return nil, err
		}
	}
	for _, r := range h.packages {
		for name := range r.doors {
			for by := range uses[r.path+"."+name] {
				if by != r.path {
					r.doors[name] = true
				}
			}
		}
		for _, names := range r.choices { // of which one is no more closed than the others
			if slices.ContainsFunc(names, func(name string) bool { return r.doors[name] }) {
				for _, name := range names {
					if ast.IsExported(name) {
						r.doors[name] = true
					}
				}
			}
		}
	}
	return h, nil
}

// open reads a package without its tests.
func open(p listed, files *token.FileSet, check types.Config, uses map[string]map[string]bool, h *house) (*room, error) {
	r := &room{path: p.ImportPath, arrows: map[string]map[string]bool{}, doors: map[string]bool{}}
	var parsed []*ast.File
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, file)
		r.files = append(r.files, name)
		r.lines += files.File(file.Pos()).LineCount()
	}
	information := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	if _, err := check.Check(p.ImportPath, files, parsed, information); err != nil {
		return nil, err
	}
	asked(information, h.asked)
	for identifier, object := range information.Uses {
		note(p.ImportPath, object, uses)
		if to := object.Pkg(); to != nil && to.Path() != p.ImportPath && strings.HasPrefix(to.Path(), "optmm/") {
			h.arrows[[2]string{p.ImportPath, to.Path()}] = true
		}
		if object.Pkg() == nil || object.Pkg().Path() != p.ImportPath || !object.Pos().IsValid() || local(object) {
			continue
		}
		from, to := filepath.Base(files.Position(identifier.Pos()).Filename), filepath.Base(files.Position(object.Pos()).Filename)
		if from != to {
			if r.arrows[from] == nil {
				r.arrows[from] = map[string]bool{}
			}
			r.arrows[from][to] = true
		}
	}
	for _, object := range information.Defs {
		if object == nil || !object.Exported() || local(object) {
			continue
		}
		if name := nameOf(object); name != "" {
			r.doors[name] = visible(object, information, parsed)
		}
	}
	r.choices = choices(parsed)
	return r, nil
}

// choices lists the constants that are declared together, each list the values of one choice.
func choices(files []*ast.File) (lists [][]string) {
	for _, file := range files {
		for _, declaration := range file.Decls {
			group, ok := declaration.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			var names []string
			for _, spec := range group.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					names = append(names, name.Name)
				}
			}
			lists = append(lists, names)
		}
	}
	return lists
}

// visible reports whether a name is a door although no other package need mention it: a type
// that an exported declaration shows, a constant of an exported type, or a method that an
// interface of the package asks for.
func visible(object types.Object, information *types.Info, files []*ast.File) bool {
	switch object := object.(type) {
	case *types.Const:
		named, ok := object.Type().(*types.Named)
		return ok && named.Obj().Exported()
	case *types.TypeName:
		for identifier, used := range information.Uses {
			if used == types.Object(object) && shown(identifier, files) {
				return true
			}
		}
	}
	return false
}

// shown reports whether a type is mentioned in an exported signature or field.
func shown(identifier *ast.Ident, files []*ast.File) bool {
	within := func(node ast.Node) bool {
		return node != nil && node.Pos() <= identifier.Pos() && identifier.End() <= node.End()
	}
	for _, file := range files {
		if !within(file) {
			continue
		}
		for _, declaration := range file.Decls {
			if !within(declaration) {
				continue
			}
			switch declaration := declaration.(type) {
			case *ast.FuncDecl:
				return ast.IsExported(declaration.Name.Name) && within(declaration.Type)
			case *ast.GenDecl:
				for _, spec := range declaration.Specs {
					if spec, ok := spec.(*ast.TypeSpec); ok && within(spec) {
						return ast.IsExported(spec.Name.Name)
					}
					if spec, ok := spec.(*ast.ValueSpec); ok && spec.Type != nil && within(spec.Type) {
						return ast.IsExported(spec.Names[0].Name)
					}
				}
			}
		}
	}
	return false
}

// mention notes what test files of a package use.
func mention(p listed, by string, names []string, uses map[string]map[string]bool, exports map[string]string) error {
	if len(names) == 0 || len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
		return nil
	}
	files := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		parsed = append(parsed, file)
	}
	information := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	check := types.Config{Error: func(error) {}, Importer: importer.ForCompiler(files, "gc", func(path string) (io.ReadCloser, error) {
		name, ok := exports[path]
		if !ok {
			return nil, fmt.Errorf("%s is of tests alone", path)
		}
		return os.Open(name)
	})}
	check.Check(p.ImportPath+" (test)", files, parsed, information) // what only tests import is left out
	for _, object := range information.Uses {
		note(by, object, uses)
	}
	return nil
}

// local reports whether an object is declared inside of a function.
func local(object types.Object) bool {
	scope := object.Parent()
	return scope != nil && object.Pkg() != nil && scope != object.Pkg().Scope()
}

// nameOf is the name of a declaration of a package, or Type.name of a method; of a field it
// is empty.
func nameOf(object types.Object) string {
	switch object := object.(type) {
	case *types.Func:
		receiver := object.Signature().Recv()
		if receiver == nil {
			return object.Name()
		}
		t := receiver.Type()
		if pointer, ok := t.(*types.Pointer); ok {
			t = pointer.Elem()
		}
		if named, ok := t.(*types.Named); ok && !types.IsInterface(named) {
			return named.Obj().Name() + "." + object.Name()
		}
	case *types.TypeName, *types.Const:
		return object.Name()
	case *types.Var:
		if !object.IsField() {
			return object.Name()
		}
	}
	return ""
}

// note remembers that a package mentions an object.
func note(by string, object types.Object, uses map[string]map[string]bool) {
	if object == nil || object.Pkg() == nil || !object.Exported() || !strings.HasPrefix(object.Pkg().Path(), "optmm") {
		return
	}
	if function, ok := object.(*types.Func); ok {
		object = function.Origin()
	}
	name := nameOf(object)
	if name == "" {
		return
	}
	name = object.Pkg().Path() + "." + name
	if uses[name] == nil {
		uses[name] = map[string]bool{}
	}
	uses[name][by] = true
}

// byInterface are methods that interfaces of the standard library call.
func byInterface() []string {
	return []string{"String", "Error", "Unwrap", "Read", "Write", "Close", "Len", "Less", "Swap", "Is", "As"}
}

// asked are the methods of the module's interfaces, exported or not.
func asked(information *types.Info, into map[string]bool) {
	for _, object := range information.Defs {
		if name, ok := object.(*types.TypeName); ok {
			if contract, ok := name.Type().Underlying().(*types.Interface); ok {
				for method := range contract.Methods() {
					into[method.Name()] = true
				}
			}
		}
	}
}

// closable lists the exported names that no other package mentions.
func (h *house) closable() []string {
	var names []string
	for _, r := range h.packages {
		for name, open := range r.doors {
			typeName, method, isMethod := strings.Cut(name, ".")
			switch {
			case open, isMethod && (slices.Contains(byInterface(), method) || h.asked[method]):
			case isMethod && !ast.IsExported(typeName):
			default:
				names = append(names, r.path+"."+name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// circle is the size of the largest set of files that all reach each other.
func (r *room) circle() int {
	reach := map[string]map[string]bool{}
	for _, from := range r.files {
		seen := map[string]bool{}
		var walk func(file string)
		walk = func(file string) {
			for to := range r.arrows[file] {
				if !seen[to] {
					seen[to] = true
					walk(to)
				}
			}
		}
		walk(from)
		reach[from] = seen
	}
	largest := 0
	for a := range reach {
		size := 0
		for b := range reach {
			if a != b && reach[a][b] && reach[b][a] {
				size++
			}
		}
		if size > 0 {
			largest = max(largest, size+1)
		}
	}
	return largest
}

func (h *house) write(to io.Writer) {
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "package\tfiles\tlines\tarrows between files\tlargest circle\texported\tof them used here alone\t")
	alone := map[string]int{}
	for _, name := range h.closable() {
		for _, r := range h.packages {
			if rest, ok := strings.CutPrefix(name, r.path+"."); ok && !strings.Contains(rest, "/") {
				alone[r.path]++
			}
		}
	}
	slices.SortFunc(h.packages, func(a, b *room) int { return cmp.Compare(a.path, b.path) })
	for _, r := range h.packages {
		arrows := 0
		for _, files := range r.arrows {
			arrows += len(files)
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", r.path, len(r.files), r.lines, arrows, r.circle(), len(r.doors), alone[r.path])
	}
	table.Flush()
	fmt.Fprintf(to, "\n%d packages, %d arrows between them, no circle: the compiler allows none\n", len(h.packages), len(h.arrows))
}
