package render

import (
	"errors"
	"reflect"
	"strconv"
	"sync/atomic"
	"text/template/parse"

	"portpress/internal/dataset"
)

// The engine looks up each argument .ID of each call by name, through
// reflection, for every row: that is three quarters of the time that a long
// table takes. So for a long one a call such as
//
//	{{ csv .ID .Number .Purpose }}
//
// is compiled: in a copy of the tree it becomes one call with the row as its
// argument, which reads the fields itself. The copy is only ever a short cut.
// If anything at all goes wrong in it, the export is pressed again from the
// tree as it was written, and what that gives counts, errors included.

// errNotDirect sends an export back to the tree as it was written.
var errNotDirect = errors.New("not a direct call")

// unit is one parsed tree and its short cut.
type unit struct {
	tree  *parse.Tree
	fast  *parse.Tree            // nil when nothing in the tree could be compiled
	calls map[string]*directCall // what fast calls, by the name of the function
}

// rowFunc appends what a row function writes. Pairs were checked before.
type rowFunc func(b []byte, args []any) ([]byte, error)

// rowFuncs gives the functions that are worth compiling, and where their
// KEY VALUE pairs begin; -1 when they take none.
func rowFuncs(name string) (fn rowFunc, pairsFrom int) {
	switch name {
	case emitName:
		return appendEmitted, -1
	case "csv":
		return appendCSVRow, -1
	case "mdRow":
		return appendMDRow, -1
	case "jsonObject":
		return func(b []byte, args []any) ([]byte, error) { return jsonNotation.pairs(b, args, 0) }, 0
	case "yamlMap":
		return func(b []byte, args []any) ([]byte, error) { return yamlNotation.pairs(b, args, 0) }, 0
	case "yamlBlock":
		return func(b []byte, args []any) ([]byte, error) { return appendYAMLLines(b, args[0].(int), "", args[1:]) }, 1
	case "yamlItem":
		return func(b []byte, args []any) ([]byte, error) { return appendYAMLLines(b, args[0].(int), "- ", args[1:]) }, 1
	}
	return nil, 0
}

// shortCut compiles what it can of the tree. The number makes names of
// functions that no other tree uses.
func (u *unit) shortCut(number *atomic.Int64) {
	if !hasRowCalls(u.tree) {
		return
	}
	fast := u.tree.Copy()
	calls := map[string]*directCall{}
	walk(fast.Root, func(n parse.Node) {
		cmd := rowCall(n)
		if cmd == nil {
			return
		}
		call, args := compile(cmd)
		if call == nil {
			return
		}
		name := "direct" + strconv.FormatInt(number.Add(1), 10)
		call.alone = len(args) == 1
		calls[name] = call
		cmd.Args = append([]parse.Node{parse.NewIdentifier(name).SetPos(cmd.Pos).SetTree(fast)}, args...)
		n.(*parse.ActionNode).Pipe.Cmds = []*parse.CommandNode{cmd}
	})
	if len(calls) > 0 {
		u.fast, u.calls = fast, calls
	}
}

func hasRowCalls(tree *parse.Tree) bool {
	found := false
	walk(tree.Root, func(n parse.Node) { found = found || rowCall(n) != nil })
	return found
}

// rowCall gives the command of an action that prints what a row function
// gives, or nothing but a field: guard made {{ .ID | emit }} of {{ .ID }}.
func rowCall(n parse.Node) *parse.CommandNode {
	action, ok := n.(*parse.ActionNode)
	if !ok || len(action.Pipe.Decl) > 0 || len(action.Pipe.Cmds) > 2 {
		return nil
	}
	cmd := action.Pipe.Cmds[len(action.Pipe.Cmds)-1]
	name, ok := cmd.Args[0].(*parse.IdentifierNode)
	if !ok {
		return nil
	}
	if len(action.Pipe.Cmds) == 2 {
		if name.Ident != emitName || len(action.Pipe.Cmds[0].Args) != 1 {
			return nil
		}
		cmd = action.Pipe.Cmds[0].Copy().(*parse.CommandNode)
		cmd.Args = append([]parse.Node{name}, cmd.Args...)
		return cmd
	}
	if fn, _ := rowFuncs(name.Ident); fn == nil {
		return nil
	}
	return cmd
}

// directCall is one compiled call.
type directCall struct {
	fn      rowFunc
	cells   []cell
	alone   bool                    // whether the row is the only argument
	getters atomic.Pointer[getters] // for the type of row that came last
}

// cell is where one argument comes from: a constant, a field of the row, or
// an argument that the engine still evaluates.
type cell struct {
	constant any
	path     []string
	rest     int // the argument's index; -1 when it is none
}

// getters read the fields of one type of row.
type getters struct {
	row   reflect.Type
	cells []getter // one for each cell; the zero getter for those without a path
}

// getter follows pointers and fields, and calls a method at the end.
type getter struct {
	fields []int
	method func(any) any
}

// compile gives a call and the nodes that remain its arguments: the row, then
// what the engine still evaluates. It gives nil when there is nothing to gain.
func compile(cmd *parse.CommandNode) (*directCall, []parse.Node) {
	name := cmd.Args[0].(*parse.IdentifierNode).Ident
	fn, pairsFrom := rowFuncs(name)
	call := &directCall{fn: fn}
	var row parse.Node
	var rowName string
	args := []parse.Node{nil}
	gained := 0
	for _, arg := range cmd.Args[1:] {
		c := cell{rest: -1}
		var node parse.Node
		var variable string
		var path []string
		switch arg := arg.(type) {
		case *parse.StringNode:
			c.constant = arg.Text
		case *parse.BoolNode:
			c.constant = arg.True
		case *parse.NumberNode:
			if !arg.IsInt || int64(int(arg.Int64)) != arg.Int64 {
				return nil, nil
			}
			c.constant = int(arg.Int64)
		case *parse.FieldNode:
			dot := &parse.DotNode{NodeType: parse.NodeDot, Pos: arg.Pos}
			node, variable, path = dot, ".", arg.Ident
		case *parse.VariableNode:
			if len(arg.Ident) > 1 {
				short := arg.Copy().(*parse.VariableNode)
				short.Ident = short.Ident[:1]
				node, variable, path = short, arg.Ident[0], arg.Ident[1:]
			}
		}
		switch {
		case path != nil && (row == nil || rowName == variable):
			row, rowName = node, variable
			c.path = path
			gained++
		case c.constant == nil:
			c.rest = len(args) - 1
			args = append(args, arg)
		}
		call.cells = append(call.cells, c)
	}
	if gained == 0 || !call.pairsAreFine(pairsFrom) {
		return nil, nil
	}
	args[0] = row
	return call, args
}

// pairsAreFine does once what checkPairs does for each call.
func (c *directCall) pairsAreFine(from int) bool {
	if from < 0 {
		return true
	}
	if len(c.cells) < from {
		return false
	}
	if from == 1 {
		indent, ok := c.cells[0].constant.(int)
		if !ok || checkIndent(indent) != nil {
			return false
		}
	}
	pairs := make([]any, 0, len(c.cells))
	for _, cell := range c.cells[from:] {
		pairs = append(pairs, cell.constant)
	}
	return checkPairs(pairs) == nil
}

// nothing is what a direct call gives the engine to print: it has written its
// row to the export already. A pointer costs no allocation on its way there.
type nothing struct{}

func (*nothing) String() string { return "" }

// bind makes the function that one execution calls. It raises what goes wrong,
// which the engine takes as an error: a second result would cost an allocation.
func (c *directCall) bind(x *execution) any {
	done := new(nothing)
	if c.alone {
		return func(row any) *nothing {
			c.run(x, row, nil)
			return done
		}
	}
	return func(row any, rest ...any) *nothing {
		c.run(x, row, rest)
		return done
	}
}

// run writes one row.
func (c *directCall) run(x *execution, row any, rest []any) {
	r := reflect.ValueOf(row)
	if r.Kind() != reflect.Pointer || r.IsNil() {
		panic(errNotDirect)
	}
	g := c.getters.Load()
	if g == nil || g.row != r.Type() {
		if g = c.resolve(r.Type()); g == nil {
			panic(errNotDirect)
		}
		c.getters.Store(g)
	}
	args := x.args[:0]
	for i := range c.cells {
		cell := &c.cells[i]
		switch {
		case cell.path != nil:
			v, ok := g.cells[i].get(r)
			if !ok {
				panic(errNotDirect)
			}
			args = append(args, v)
		case cell.rest >= 0:
			args = append(args, rest[cell.rest])
		default:
			args = append(args, cell.constant)
		}
	}
	x.args = args
	b, err := c.fn(x.out.b, args)
	if err == nil {
		err = x.out.take(b)
	}
	if err != nil {
		panic(errNotDirect)
	}
}

// resolve looks up every path in a type of row; nil if one leads elsewhere
// than to fields, and a method at the end.
func (c *directCall) resolve(row reflect.Type) *getters {
	g := &getters{row: row, cells: make([]getter, len(c.cells))}
	for i, cell := range c.cells {
		t := row
		for n, name := range cell.path {
			if t.Kind() == reflect.Pointer {
				t = t.Elem()
			}
			if _, isMethod := reflect.PointerTo(t).MethodByName(name); isMethod {
				g.cells[i].method = directMethod(reflect.PointerTo(t), name)
				if g.cells[i].method == nil || n != len(cell.path)-1 {
					return nil
				}
				break
			}
			if t.Kind() != reflect.Struct {
				return nil
			}
			f, ok := t.FieldByName(name)
			if !ok || !f.IsExported() {
				return nil
			}
			g.cells[i].fields = append(g.cells[i].fields, f.Index...)
			t = f.Type
		}
	}
	return g
}

// get gives a field's address rather than its value, or a method's result:
// a pointer becomes an interface without a copy on the heap.
func (g *getter) get(v reflect.Value) (any, bool) {
	for _, i := range g.fields {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return nil, false
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	if v.Kind() != reflect.Pointer {
		v = v.Addr()
	} else if v.IsNil() {
		return nil, false
	}
	if g.method != nil {
		return g.method(v.Interface()), true
	}
	return v.Interface(), true
}

// directMethod gives a way to call a method of the type t that takes nothing
// and gives one value; nil if it is not of that kind. Those that rows of a
// table mostly ask for are called without reflection, and lists of ids are
// read from the field behind them.
func directMethod(t reflect.Type, name string) func(any) any {
	switch t {
	case reflect.TypeFor[*dataset.Port]():
		switch name {
		case "ProtocolIDs":
			return func(r any) any { return &r.(*dataset.Port).Protocols }
		case "OptionIDs":
			return func(r any) any { return &r.(*dataset.Port).Options }
		}
	case reflect.TypeFor[*dataset.Scope]():
		if name == "FromIDs" {
			return func(r any) any { return &r.(*dataset.Scope).From }
		}
	case reflect.TypeFor[*dataset.Hosts](), reflect.TypeFor[*dataset.Scopes](), reflect.TypeFor[*dataset.Range]():
		if name == "IDs" || name == "String" {
			return func(r any) any { return r }
		}
	}
	switch name {
	case "Title":
		if t.Implements(reflect.TypeFor[interface{ Title() string }]()) {
			return func(r any) any { return r.(interface{ Title() string }).Title() }
		}
	case "Number":
		if t.Implements(reflect.TypeFor[interface{ Number() string }]()) {
			return func(r any) any { return r.(interface{ Number() string }).Number() }
		}
	}
	m, ok := t.MethodByName(name)
	if !ok || m.Type.NumIn() != 1 || m.Type.NumOut() != 1 {
		return nil
	}
	return func(r any) any { return reflect.ValueOf(r).Method(m.Index).Call(nil)[0].Interface() }
}
