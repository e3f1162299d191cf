package render

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"

	"portpress/internal/dataset"
	"portpress/internal/format"
	"portpress/internal/problem"
)

// What one export may take, unless Options raise it. Nothing here looks at a
// clock: the same template ends in the same way on every machine.
const (
	maxExports = 50_000 // of one dataset, the empty ones too

	maxExport = 128 << 20 // bytes
	maxSteps  = 1_000_000 // rounds of a range, and pieces of text
	perRow    = 200       // as many more for each row and flow of the dataset
	perRule   = 40        // and for each rule that firewalls need
	maxDepth  = 10_000    // templates that call each other, each with the deepest nesting of its if, range and with
	hardDepth = 100_000   // what Go's stack holds: running out of it can't be caught
	maxList   = 1 << 20   // elements of a list
)

// bounds are those of one export.
type bounds struct {
	bytes int64
	steps int
	depth int
	work  int64
}

// exports is how many exports one dataset may have.
func (o Options) exports() int { return max(1, o.Raise) * maxExports }

func (o Options) bounds(ds *dataset.Dataset) bounds {
	raise := max(1, o.Raise)
	b := bounds{bytes: o.MaxBytes, depth: min(raise*maxDepth, hardDepth)}
	if b.bytes <= 0 {
		b.bytes = int64(raise) * maxExport
	}
	b.steps = raise * (maxSteps + perRow*(len(ds.Ports)+len(ds.Flows)) + perRule*ds.Rules())
	if b.work = o.MaxWork; b.work <= 0 {
		b.work = int64(raise) * (maxWork + workPerRow*int64(len(ds.Ports)+len(ds.Flows)+ds.Rules()))
	}
	return b
}

// The engine offers no place to count at, but it writes each piece of text.
// So pieces are put where something begins and ends; output knows them by
// where they stand in memory, counts, and writes none. They are blanks, since
// the engine takes a template of blanks alone for an empty one, but ones that
// hardly any text begins with.
const markByte = '\v'

// mark is what a piece tells the output.
type mark struct {
	deeper int // by how much the depth grows; negative for the end of a template
	tree   *parse.Tree
	node   parse.Node // where that is
}

// piece makes a piece that stands at a place.
func piece(n int, at parse.Pos) *parse.TextNode {
	return &parse.TextNode{NodeType: parse.NodeText, Pos: at, Text: bytes.Repeat([]byte{markByte}, n)}
}

// marksOf finds the pieces of trees: the first and the last of each, and the
// first of each range.
func marksOf(trees map[string]*parse.Tree) map[*byte]mark {
	marks := map[*byte]mark{}
	add := func(tree *parse.Tree, n parse.Node, by int) {
		text := n.(*parse.TextNode)
		marks[&text.Text[0]] = mark{by * len(text.Text), tree, n}
	}
	for _, tree := range trees {
		nodes := tree.Root.Nodes
		add(tree, nodes[0], 1)
		add(tree, nodes[len(nodes)-1], -1)
		walk(tree.Root, func(n parse.Node) {
			if r, is := n.(*parse.RangeNode); is {
				add(tree, r.List.Nodes[0], 0)
			}
		})
	}
	return marks
}

// count puts the marks into a tree.
func count(tree *parse.Tree, known map[string]any) {
	walk(tree.Root, func(n parse.Node) {
		switch n := n.(type) {
		case *parse.RangeNode:
			n.List.Nodes = append([]parse.Node{piece(1, n.Pos)}, n.List.Nodes...)
			bound(tree, n.Pipe, known)
		case *parse.WithNode:
			bound(tree, n.Pipe, known)
		case *parse.TemplateNode:
			bound(tree, n.Pipe, known)
		case *parse.ActionNode:
			if len(n.Pipe.Decl) > 0 {
				bound(tree, n.Pipe, known)
			}
		}
	})
	deep := min(1+nesting(tree.Root), hardDepth+1)
	tree.Root.Nodes = slices.Concat([]parse.Node{piece(deep, tree.Root.Pos)}, tree.Root.Nodes, []parse.Node{piece(deep, tree.Root.Pos)})
}

// rangeDepth is what a range counts in the depth: an error passes each range
// that is open, in a time that grows with the square of these.
const rangeDepth = 20

// nesting is how deep if, range and with stand in each other.
func nesting(n parse.Node) int {
	deepest := 0
	inside := func(lists ...*parse.ListNode) {
		for _, list := range lists {
			if list != nil {
				deepest = max(deepest, 1+nesting(list))
			}
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			deepest = max(deepest, nesting(c))
		}
	case *parse.IfNode:
		inside(n.List, n.ElseList)
	case *parse.RangeNode:
		inside(n.List, n.ElseList)
		deepest += rangeDepth - 1
	case *parse.WithNode:
		inside(n.List, n.ElseList)
	}
	return deepest
}

// bound lets what a function made, and what is kept, pass through bounded.
func bound(tree *parse.Tree, pipe *parse.PipeNode, known map[string]any) {
	if pipe == nil || len(pipe.Cmds) == 0 {
		return
	}
	last := pipe.Cmds[len(pipe.Cmds)-1]
	call, isCall := last.Args[0].(*parse.IdentifierNode)
	if !isCall || !grows(known[call.Ident]) {
		return
	}
	cmd := last.Copy().(*parse.CommandNode)
	cmd.Args = []parse.Node{parse.NewIdentifier(boundName).SetPos(last.Args[0].Position()).SetTree(tree)}
	pipe.Cmds = append(pipe.Cmds, cmd)
}

// grows reports whether a function's result may be larger than what it is given.
func grows(fn any) bool {
	t := reflect.TypeOf(fn)
	if t == nil || t.Kind() != reflect.Func {
		return false
	}
	switch t.Out(0).Kind() {
	case reflect.String, reflect.Slice, reflect.Interface:
		return true
	}
	return false
}

// boundName is the function that actions pass through; no author can write it.
const boundName = "bounded"

// bounded refuses a value that has outgrown what an export can use.
func bounded(v any) (any, error) {
	switch v := v.(type) {
	case string:
		return v, sized(len(v))
	case nil:
		return v, nil
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Slice && r.Len() > maxList {
		return nil, tooLong()
	}
	return v, nil
}

func tooLong() error {
	return problem.Hintf("look for a loop that makes it longer and longer", "the list has more than %d elements", maxList)
}

// sized refuses a text that is, or would be, longer than one call may make.
func sized(n int) error {
	if n < 0 || n > maxText {
		return problem.Hintf("look for a loop that makes it longer and longer", "the text is longer than %d bytes", maxText)
	}
	return nil
}

// replace is sprig's, whose arguments end with the text.
func replace(old, by, s string) (string, error) {
	n := strings.Count(s, old)
	if by != "" && n > (maxText+len(s))/len(by) {
		return "", sized(maxText + 1)
	}
	return strings.ReplaceAll(s, old, by), nil
}

// concat makes one list of several.
func concat(lists ...any) ([]any, error) {
	var out []any
	for _, list := range lists {
		v := reflect.ValueOf(list)
		if k := v.Kind(); k != reflect.Slice && k != reflect.Array {
			return nil, problem.Hintf("give it lists", "%s is no list", format.Kind(list))
		}
		if len(out)+v.Len() > maxList {
			return nil, tooLong()
		}
		for i := range v.Len() {
			out = append(out, v.Index(i).Interface())
		}
	}
	return out, nil
}

// endless finds the call by which templates call each other without end, as
// the engine would write it.
func (p *program) endless() error {
	calls := map[string][]*parse.TemplateNode{}
	for name, tree := range p.trees {
		walk(tree.Root, func(n parse.Node) {
			if call, ok := n.(*parse.TemplateNode); ok {
				calls[name] = append(calls[name], call)
			}
		})
	}
	var reaches func(from, to string, seen map[string]bool) bool
	reaches = func(from, to string, seen map[string]bool) bool {
		for _, call := range calls[from] {
			if call.Name == to {
				return true
			}
			if !seen[call.Name] {
				seen[call.Name] = true
				if reaches(call.Name, to, seen) {
					return true
				}
			}
		}
		return false
	}
	seen := map[string]bool{p.file.name: true}
	for names := []string{p.file.name}; len(names) > 0; names = names[1:] {
		for _, call := range calls[names[0]] {
			if reaches(call.Name, names[0], map[string]bool{}) || call.Name == names[0] {
				location, context := p.trees[names[0]].ErrorContext(call)
				return fmt.Errorf("template: %s: executing %q at <%s>: exceeded maximum template depth", location, names[0], context)
			}
			if !seen[call.Name] {
				seen[call.Name] = true
				names = append(names, call.Name)
			}
		}
	}
	return problem.Hintf("put a part of it into a template of its own", "its if, range and with are nested too deep")
}
