package render

import (
	"reflect"
	"slices"
	"text/template/parse"
)

// Whatever an action prints passes through a function that refuses what prints
// differently in each run; see guard. Of a long table that is a call for each
// word of each line, a quarter of the whole time, and most of them are given
// text: the data's types say so. So types follows them through the templates,
// and the actions that can't print anything but text, numbers and truth values
// go without. What it doesn't know stays guarded.

// types are those of what templates name, as far as Go says them. A nil type is
// one that isn't known.
type types struct {
	known   map[string]any
	bodies  map[string][]*parse.Tree // by name: files may define the same
	dots    map[string]reflect.Type  // what each is called with
	changed []string                 // what is to be looked at again, since its dot is known now, or no longer
	members map[member]reflect.Type

	vars     []variable
	assigned map[string]bool                       // the variables of the tree that don't keep what they began with
	prints   func(*parse.ActionNode, reflect.Type) // what to do with each action; nil until all dots are known
}

type member struct {
	of   reflect.Type
	name string
}

type variable struct {
	name string
	typ  reflect.Type
}

// guardAll puts guards where they are needed into the trees of all files.
func guardAll(texts []parsedText, files []*file, known map[string]any) {
	t := &types{known: known, bodies: map[string][]*parse.Tree{}, dots: map[string]reflect.Type{}, members: map[member]reflect.Type{}}
	for i, f := range files {
		for name, tree := range texts[i].trees {
			t.bodies[name] = append(t.bodies[name], tree)
		}
		if f.kind == pressed {
			t.called(f.name, reflect.TypeFor[*Data]())
		}
	}
	for len(t.changed) > 0 {
		name := t.changed[len(t.changed)-1]
		t.changed = t.changed[:len(t.changed)-1]
		t.follow(name)
	}
	for name, trees := range t.bodies {
		for _, tree := range trees {
			t.prints = func(action *parse.ActionNode, printed reflect.Type) {
				if !printsAlike(printed) {
					guard(tree, action, known)
				}
			}
			t.walk(tree, t.dots[name])
		}
	}
}

// printsAlike reports whether each value of a type prints as itself everywhere.
func printsAlike(t reflect.Type) bool {
	if t == nil || t.NumMethod() > 0 {
		return false
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
		return true
	}
	return false
}

// called notes with what a template is called. One that is called with several
// types has none that is known.
func (t *types) called(name string, with reflect.Type) {
	dot, again := t.dots[name]
	switch {
	case !again:
	case dot == nil || dot == with:
		return
	default:
		with = nil
	}
	t.dots[name] = with
	t.changed = append(t.changed, name)
}

func (t *types) follow(name string) {
	for _, tree := range t.bodies[name] {
		t.walk(tree, t.dots[name])
	}
}

// walk goes through a tree with a dot of a type.
func (t *types) walk(tree *parse.Tree, dot reflect.Type) {
	t.assigned = map[string]bool{}
	walk(tree.Root, func(n parse.Node) {
		if p, is := n.(*parse.PipeNode); is && p.IsAssign {
			for _, v := range p.Decl {
				t.assigned[v.Ident[0]] = true
			}
		}
	})
	t.vars = []variable{{"$", dot}}
	t.list(tree.Root, dot)
}

func (t *types) list(list *parse.ListNode, dot reflect.Type) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			printed := t.pipe(n.Pipe, dot)
			t.declare(n.Pipe, printed)
			if t.prints != nil && len(n.Pipe.Decl) == 0 {
				t.prints(n, printed)
			}
		case *parse.IfNode:
			t.branch(&n.BranchNode, dot, func(reflect.Type) reflect.Type { return dot })
		case *parse.WithNode:
			t.branch(&n.BranchNode, dot, func(of reflect.Type) reflect.Type { return of })
		case *parse.RangeNode:
			t.branch(&n.BranchNode, dot, elementOf)
		case *parse.TemplateNode:
			t.called(n.Name, t.pipe(n.Pipe, dot))
		}
	}
}

// branch goes through if, with and range, whose variables end with them.
func (t *types) branch(b *parse.BranchNode, dot reflect.Type, inside func(reflect.Type) reflect.Type) {
	outside := len(t.vars)
	of := t.pipe(b.Pipe, dot)
	if b.NodeType == parse.NodeRange {
		t.declareEach(b.Pipe, of)
	} else {
		t.declare(b.Pipe, of)
	}
	within := len(t.vars)
	t.list(b.List, inside(of))
	t.vars = t.vars[:within]
	t.list(b.ElseList, dot)
	t.vars = t.vars[:outside]
}

// declare adds the variable that a pipeline sets.
func (t *types) declare(p *parse.PipeNode, typ reflect.Type) {
	if p != nil && !p.IsAssign {
		for _, v := range p.Decl {
			t.vars = append(t.vars, variable{v.Ident[0], typ})
		}
	}
}

// declareEach adds those of a range: the element, or its place and the element.
func (t *types) declareEach(p *parse.PipeNode, of reflect.Type) {
	if p.IsAssign {
		return
	}
	for i, v := range p.Decl {
		typ := elementOf(of)
		if i == 0 && len(p.Decl) == 2 {
			typ = placeOf(of)
		}
		t.vars = append(t.vars, variable{v.Ident[0], typ})
	}
}

func elementOf(t reflect.Type) reflect.Type {
	if t != nil {
		switch t.Kind() {
		case reflect.Slice, reflect.Array, reflect.Map:
			return known(t.Elem())
		}
	}
	return nil
}

func placeOf(t reflect.Type) reflect.Type {
	if t != nil {
		switch t.Kind() {
		case reflect.Slice, reflect.Array:
			return reflect.TypeFor[int]()
		case reflect.Map:
			return known(t.Key())
		}
	}
	return nil
}

// known is a type that says what its values are.
func known(t reflect.Type) reflect.Type {
	if t == nil || t.Kind() == reflect.Interface {
		return nil
	}
	return t
}

// pipe gives the type of a pipeline: that of its last command.
func (t *types) pipe(p *parse.PipeNode, dot reflect.Type) reflect.Type {
	if p == nil || len(p.Cmds) == 0 {
		return nil
	}
	cmd := p.Cmds[len(p.Cmds)-1]
	if name, is := cmd.Args[0].(*parse.IdentifierNode); is {
		return t.call(name.Ident, cmd.Args[1:], len(p.Cmds) > 1, dot)
	}
	return t.arg(cmd.Args[0], dot)
}

// call gives the type of what a function gives. One in a pipeline is given more
// than its arguments.
func (t *types) call(name string, args []parse.Node, piped bool, dot reflect.Type) reflect.Type {
	switch name {
	case "and", "or": // one of what they are given
		if piped {
			return nil
		}
		var typ reflect.Type
		for i, arg := range args {
			of := t.arg(arg, dot)
			if i > 0 && of != typ {
				return nil
			}
			typ = of
		}
		return typ
	case "slice": // of a text a text
		if len(args) > 0 {
			return t.arg(args[0], dot)
		}
		return nil
	}
	fn := reflect.TypeOf(t.known[name])
	if fn == nil || fn.Kind() != reflect.Func {
		return nil
	}
	return known(fn.Out(0))
}

// arg gives the type of an argument.
func (t *types) arg(n parse.Node, dot reflect.Type) reflect.Type {
	switch n := n.(type) {
	case *parse.DotNode:
		return dot
	case *parse.StringNode:
		return reflect.TypeFor[string]()
	case *parse.BoolNode:
		return reflect.TypeFor[bool]()
	case *parse.FieldNode:
		return t.chain(dot, n.Ident)
	case *parse.VariableNode:
		return t.chain(t.variable(n.Ident[0]), n.Ident[1:])
	case *parse.ChainNode:
		return t.chain(t.arg(n.Node, dot), n.Field)
	case *parse.PipeNode:
		return t.pipe(n, dot)
	}
	return nil
}

func (t *types) variable(name string) reflect.Type {
	if t.assigned[name] {
		return nil
	}
	for _, v := range slices.Backward(t.vars) {
		if v.name == name {
			return v.typ
		}
	}
	return nil
}

// chain follows fields and methods.
func (t *types) chain(typ reflect.Type, names []string) reflect.Type {
	for _, name := range names {
		m := member{typ, name}
		next, seen := t.members[m]
		if !seen {
			next = memberOf(m)
			t.members[m] = next
		}
		typ = next
	}
	return typ
}

// memberOf gives the type of a field, or of what a method gives.
func memberOf(m member) reflect.Type {
	if m.of == nil {
		return nil
	}
	if method, is := m.of.MethodByName(m.name); is && method.Type.NumOut() > 0 {
		return known(method.Type.Out(0))
	}
	of := m.of
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	} else if _, is := reflect.PointerTo(of).MethodByName(m.name); is {
		return nil // the engine finds it where the value has an address
	}
	switch of.Kind() {
	case reflect.Struct:
		if field, is := of.FieldByName(m.name); is {
			return known(field.Type)
		}
	case reflect.Map:
		return known(of.Elem())
	}
	return nil
}
