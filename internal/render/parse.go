package render

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"text/template"
	"text/template/parse"

	"golang.org/x/sync/errgroup"

	"portpress/internal/problem"
)

// program is one parsed template with all that it can reach.
type program struct {
	file  *file
	trees map[string]*parse.Tree // by name: its own body, and each named template that it reaches
	funcs template.FuncMap       // the functions that those trees call
	warns bool                   // whether they call warn, which is bound to each export
	files map[string]*file       // the files that the trees stand in, by the name in messages
	marks map[*byte]mark         // the pieces by which an output counts
}

// partials are the named templates that every template sees.
type partials struct {
	trees  map[string]*parse.Tree
	owner  map[string]*file
	broken bool // a file did not parse, so names may be missing through no fault of those who use them
}

// parseTree parses every file once. A template that is missing from the
// result has problems in the list.
func parseTree(files []*file, kept *Parsed) (map[*file]*program, problem.List) {
	var problems problem.List
	shared := &partials{trees: map[string]*parse.Tree{}, owner: map[string]*file{}}
	texts := kept.parse(files)
	for i, f := range files {
		if f.kind == partial {
			problems = append(problems, shared.add(f, texts[i])...)
		}
	}
	programs := make(map[*file]*program, len(files))
	undefined := map[problem.Problem]bool{} // a partial is reached from many templates, and reported once
	for i, f := range files {
		if f.kind != pressed {
			continue
		}
		if bad := texts[i].bad; bad != nil {
			problems = append(problems, *bad)
			continue
		}
		prog, missing := link(f, texts[i].trees, shared)
		for _, m := range missing {
			undefined[m] = true
		}
		if len(missing) == 0 {
			programs[f] = prog
		}
	}
	if !shared.broken {
		for p := range undefined {
			problems = append(problems, p)
		}
	}
	return programs, problems
}

// add takes what one file of partials defines.
func (s *partials) add(f *file, text parsedText) problem.List {
	if text.bad != nil {
		s.broken = true
		return problem.List{*text.bad}
	}
	var problems problem.List
	for _, name := range slices.Sorted(maps.Keys(text.trees)) {
		tree := text.trees[name]
		if name == f.name {
			if at := firstContent(tree.Root); at != nil {
				problems = append(problems, nodeProblem(tree, at, f, problem.TemplateSyntax,
					"text outside of {{ define }}, which nothing can press",
					`wrap it in {{ define "NAME" }} and {{ end }}, or take the _ off the name`))
			}
			continue
		}
		if other := s.owner[name]; other != nil {
			problems = append(problems, nodeProblem(tree, tree.Root, f, problem.TemplateSyntax,
				fmt.Sprintf("defines %q, as %s does", name, other.name), "a name is defined by one file of partials only"))
			continue
		}
		s.trees[name], s.owner[name] = tree, f
	}
	return problems
}

// parsedText is a file's trees by name, or what is wrong with it.
type parsedText struct {
	trees map[string]*parse.Tree
	bad   *problem.Problem
}

// Parsed keeps trees of templates that were parsed: pressing reads what they
// became, and changes none of it. Several may press with one.
type Parsed struct {
	mu    sync.Mutex
	trees map[[sha256.Size]byte][]parsedText // by the names and texts of all files
}

// parse gives what files became when they were parsed first.
func (p *Parsed) parse(files []*file) []parsedText {
	if p == nil {
		return parseAll(files)
	}
	hash := sha256.New()
	for _, f := range files {
		_, _ = fmt.Fprintf(hash, "%d %q %d\n", f.kind, f.name, len(f.text)) // a hash takes all
		_, _ = hash.Write(f.text)
	}
	key := [sha256.Size]byte(hash.Sum(nil))
	p.mu.Lock()
	texts, found := p.trees[key]
	p.mu.Unlock()
	if found {
		return texts
	}
	texts = parseAll(files)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.trees == nil {
		p.trees = map[[sha256.Size]byte][]parsedText{}
	}
	p.trees[key] = texts
	return texts
}

// parseAll parses files side by side; copied ones have nothing to parse.
func parseAll(files []*file) []parsedText {
	known := knownFuncs()
	texts := make([]parsedText, len(files))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range files {
		if f.kind == copied {
			continue
		}
		g.Go(func() error {
			texts[i].trees, texts[i].bad = parseFile(f, known)
			return nil
		})
	}
	_ = g.Wait() // a failure stands in its text
	guardAll(texts, files, known)
	for _, text := range texts {
		for _, tree := range text.trees {
			count(tree, known)
		}
	}
	return texts
}

// parseFile gives the trees of one file by name; the body has the file's name.
func parseFile(f *file, known map[string]any) (trees map[string]*parse.Tree, bad *problem.Problem) {
	defer func() {
		if r := recover(); r != nil { // the parser raises what it did not expect
			trees, bad = nil, parseProblem(f, fmt.Errorf("template: %s:1: the parser failed: %v", f.name, r))
		}
	}()
	trees = map[string]*parse.Tree{}
	tree := parse.New(f.name)
	if _, err := tree.Parse(string(f.text), "", "", trees, known); err != nil {
		return nil, parseProblem(f, err)
	}
	trees[f.name] = tree // an empty body is not added by the parser when there is another
	return trees, nil
}

// link gathers what a template reaches. Its own definitions go before the
// shared ones, so that it can fill a {{block}} of a partial.
func link(f *file, own map[string]*parse.Tree, shared *partials) (*program, problem.List) {
	prog := &program{file: f, trees: map[string]*parse.Tree{}, funcs: template.FuncMap{}, files: map[string]*file{}}
	var missing problem.List
	all := functions()
	names := []string{f.name}
	for len(names) > 0 {
		name := names[0]
		names = names[1:]
		if prog.trees[name] != nil {
			continue
		}
		tree, owner := own[name], f
		if tree == nil {
			tree, owner = shared.trees[name], shared.owner[name]
		}
		prog.trees[name], prog.files[owner.name] = tree, owner
		walk(tree.Root, func(n parse.Node) {
			switch n := n.(type) {
			case *parse.IdentifierNode:
				if fn, ok := all[n.Ident]; ok {
					prog.funcs[n.Ident] = fn
				}
				prog.warns = prog.warns || n.Ident == warnName || n.Ident == cannotName
			case *parse.TemplateNode:
				if own[n.Name] == nil && shared.trees[n.Name] == nil {
					known := append(slices.Sorted(maps.Keys(shared.trees)), slices.Sorted(maps.Keys(own))...)
					hint := cmp.Or(problem.DidYouMean(n.Name, known), "define it in a file whose name begins with _")
					missing = append(missing, nodeProblem(tree, n, owner, problem.TemplateSyntax,
						fmt.Sprintf("there is no template %q", n.Name), hint))
					return
				}
				names = append(names, n.Name)
			}
		})
	}
	prog.marks = marksOf(prog.trees)
	return prog, missing
}

// template gives what to execute for one export into an output. What doesn't
// warn is made once for all exports that the output takes.
func (p *program) template(said *warnings, out *output) (*template.Template, error) {
	if t := out.made[p]; t != nil && !p.warns {
		return t, nil
	}
	t, err := p.instance(said, &out.meter)
	if err == nil {
		out.made[p] = t
	}
	return t, err
}

// instance binds the functions to a meter, and those that speak to what an
// export says.
func (p *program) instance(said *warnings, m *meter) (*template.Template, error) {
	t := template.New(p.file.name).Option("missingkey=error").Funcs(measured(p.funcs, m))
	if p.warns {
		t.Funcs(template.FuncMap{warnName: said.warn, cannotName: said.cannot})
	}
	for name, tree := range p.trees {
		if _, err := t.AddParseTree(name, tree); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// walk calls visit for every node below n, in the order of the text.
func walk(n parse.Node, visit func(parse.Node)) {
	if n == nil || reflect.ValueOf(n).IsNil() {
		return
	}
	visit(n)
	branch := func(b *parse.BranchNode) {
		walk(b.Pipe, visit)
		walk(b.List, visit)
		walk(b.ElseList, visit)
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			walk(c, visit)
		}
	case *parse.ActionNode:
		walk(n.Pipe, visit)
	case *parse.TemplateNode:
		walk(n.Pipe, visit)
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			walk(c, visit)
		}
	case *parse.CommandNode:
		for _, c := range n.Args {
			walk(c, visit)
		}
	case *parse.ChainNode:
		walk(n.Node, visit)
	}
}

// firstContent gives the first node that would press something, or nil.
func firstContent(list *parse.ListNode) parse.Node {
	for _, n := range list.Nodes {
		if !parse.IsEmptyTree(n) {
			return n
		}
	}
	return nil
}

// guard passes what an action prints through the function emit, unless it is
// text already. The template engine prints any value somehow, pointers and
// whole structs too: an export would then hold memory addresses, different in
// each run.
func guard(tree *parse.Tree, action *parse.ActionNode, known map[string]any) {
	last := action.Pipe.Cmds[len(action.Pipe.Cmds)-1]
	switch arg := last.Args[0].(type) {
	case *parse.StringNode, *parse.BoolNode, *parse.NumberNode:
		return
	case *parse.IdentifierNode:
		if givesText(known[arg.Ident]) {
			return
		}
	}
	// A copy keeps its link to the tree, which positions in messages need.
	cmd := last.Copy().(*parse.CommandNode)
	cmd.Args = []parse.Node{parse.NewIdentifier(emitName).SetPos(last.Args[0].Position()).SetTree(tree)}
	action.Pipe.Cmds = append(action.Pipe.Cmds, cmd)
}

// givesText reports whether a function's result prints the same everywhere.
func givesText(fn any) bool {
	t := reflect.TypeOf(fn)
	if t == nil || t.Kind() != reflect.Func {
		return false
	}
	switch t.Out(0).Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
		return true
	}
	return false
}
