package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"portpress/internal/dataset"
	"portpress/internal/render"
	"portpress/internal/report"
	"portpress/internal/screen"
)

// completeCmd answers the scripts of completionCmd: what the last of some words
// could become, one a line, with what it means behind a tab. A last line :file or
// :folder has the shell add those.
type completeCmd struct {
	Words []string `arg:"" optional:"" help:"The words behind portpress; the last one is to be completed."`
}

// Run does the command.
func (c *completeCmd) Run(t *terminal) error {
	parser := newParser(&cli{}, t)
	words := c.Words
	if len(words) == 0 {
		words = []string{""}
	}
	quiet := *t
	quiet.Err, quiet.in = io.Discard, nil // a half-written line is no mistake yet
	s := &completion{t: &quiet, node: parser.Model.Node}
	s.read(words[:len(words)-1])
	var b strings.Builder
	for _, found := range s.answer(words[len(words)-1]) {
		b.WriteString(screen.Text(found.word))
		if found.means != "" {
			b.WriteString("\t" + screen.Text(strings.ReplaceAll(found.means, "\n", " ")))
		}
		b.WriteString("\n")
	}
	return t.Write(b.String())
}

// proposal is what a word could become.
type proposal struct{ word, means string }

// What a shell completes by itself.
var (
	files   = []proposal{{word: ":file"}}
	folders = []proposal{{word: ":folder"}}
)

// completion is a command line as far as it is written.
type completion struct {
	t       *terminal
	node    *kong.Node
	pending *kong.Flag          // whose value the next word is
	args    int                 // how many arguments there are already
	plain   bool                // whether -- was read
	said    map[string][]string // values of flags, and arguments by their name
}

// read takes in the words before the one that is completed.
func (s *completion) read(words []string) {
	s.said = map[string][]string{}
	for _, word := range words {
		switch {
		case s.pending != nil:
			s.say(s.pending.Name, word)
			s.pending = nil
		case !s.plain && word == "--":
			s.plain = true
		case !s.plain && len(word) > 1 && word[0] == '-':
			name, value, whole := strings.Cut(word, "=")
			f := s.flag(name)
			switch {
			case f == nil || f.IsBool():
			case whole:
				s.say(f.Name, value)
			default:
				s.pending = f
			}
		default:
			if child := s.child(word); child != nil && s.args == 0 {
				s.node = child
				continue
			}
			if p := s.positional(); p != nil {
				s.say(p.Name, word)
			}
			s.args++
		}
	}
}

func (s *completion) say(name, value string) { s.said[name] = append(s.said[name], value) }

func (s *completion) child(word string) *kong.Node {
	for _, n := range s.node.Children {
		if n.Name == word {
			return n
		}
	}
	return nil
}

// flags lists the flags of the command and of what it is in.
func (s *completion) flags() []*kong.Flag {
	var out []*kong.Flag
	from := s.node
	if from.DefaultCmd != nil {
		from = from.DefaultCmd
	}
	for n := from; n != nil; n = n.Parent {
		for _, f := range n.Flags {
			if !f.Hidden {
				out = append(out, f)
			}
		}
	}
	return out
}

func (s *completion) flag(name string) *kong.Flag {
	for _, f := range s.flags() {
		if name == "--"+f.Name || f.Short != 0 && name == "-"+string(f.Short) {
			return f
		}
	}
	return nil
}

// positional is the argument that the next word is.
func (s *completion) positional() *kong.Positional {
	if n := len(s.node.Positional); n > 0 {
		if s.args < n {
			return s.node.Positional[s.args]
		}
		if last := s.node.Positional[n-1]; last.IsSlice() {
			return last
		}
	}
	return nil
}

// answer lists what a word could become.
func (s *completion) answer(word string) []proposal {
	if s.pending != nil {
		return begin(word, s.values(s.pending.Name, s.pending.Value))
	}
	if name, value, whole := strings.Cut(word, "="); whole && !s.plain && strings.HasPrefix(word, "--") {
		f := s.flag(name)
		if f == nil || f.IsBool() {
			return nil
		}
		found := begin(value, s.values(f.Name, f.Value))
		for i := range found {
			if found[i].word[0] != ':' {
				found[i].word = name + "=" + found[i].word
			}
		}
		return found
	}
	var out []proposal
	if strings.HasPrefix(word, "-") && !s.plain {
		for _, f := range s.flags() {
			out = append(out, proposal{"--" + f.Name, f.Help})
			switch f.Tag.Negatable {
			case "":
			case "_":
				out = append(out, proposal{"--no-" + f.Name, f.Help})
			default:
				out = append(out, proposal{"--" + f.Tag.Negatable, f.Help})
			}
		}
		return begin(word, out)
	}
	if s.args == 0 {
		for _, n := range s.node.Children {
			if !n.Hidden {
				out = append(out, proposal{n.Name, n.Help})
			}
		}
	}
	if p := s.positional(); p != nil {
		out = append(out, s.values(p.Name, p)...)
	}
	return begin(word, out)
}

// begin keeps what begins as the word does.
func begin(word string, all []proposal) []proposal {
	return slices.DeleteFunc(slices.Clone(all), func(c proposal) bool { return c.word[0] != ':' && !strings.HasPrefix(c.word, word) })
}

// completers give values by the name of a flag or argument. A test wants one for
// each that takes a value.
var completers = map[string]func(*completion) []proposal{
	"dataset": (*completion).datasets, "side": (*completion).datasets,
	"only": (*completion).exports, "flat": (*completion).exports, "export": (*completion).exports, "block": (*completion).exports,
	"with": (*completion).options, "without": (*completion).options,
	"site": (*completion).sites, "set": (*completion).settings, "query": (*completion).rows,
	"report": func(*completion) []proposal { return plainly(report.Formats()) },
	"layer":  ofFiles, "project": ofFiles, "file": ofFiles, "document": ofFiles,
	"out": ofFolders, "templates": ofFolders,
	"as": ofNothing, "place": ofNothing, "since": ofNothing, "base": ofNothing, "init": ofNothing, "product": ofNothing, "raise-limits": ofNothing, "words": ofNothing,
}

func ofFiles(*completion) []proposal   { return files }
func ofFolders(*completion) []proposal { return folders }
func ofNothing(*completion) []proposal { return nil }

func plainly(words []string) []proposal {
	out := make([]proposal, len(words))
	for i, w := range words {
		out[i].word = w
	}
	return out
}

func (s *completion) values(name string, v *kong.Value) []proposal {
	if v.Enum != "" {
		return plainly(slices.DeleteFunc(v.EnumSlice(), func(word string) bool { return word == "" }))
	}
	if of := completers[name]; of != nil {
		return of(s)
	}
	return nil
}

// work opens what the command line names so far; nil where that can't be read.
func (s *completion) work() *work {
	f := &workFlags{}
	if project := s.said["project"]; len(project) > 0 {
		f.Project = project[len(project)-1]
	}
	f.Templates = s.said["templates"]
	w, _ := f.settle(s.t)
	if w != nil {
		w.pick(slices.DeleteFunc(slices.Clone(s.said["dataset"]), func(name string) bool { return name == stdin }))
	}
	return w
}

// loaded are the datasets that the command line is about, as they were shipped.
func (s *completion) loaded() (*work, []*dataset.Dataset) {
	w := s.work()
	if w == nil {
		return nil, nil
	}
	var out []*dataset.Dataset
	for _, name := range w.names {
		if file, _ := w.bases.open(name); file != nil {
			if ds, _ := s.t.limits().Load(file); ds != nil {
				out = append(out, ds)
			}
		}
	}
	return w, out
}

func (s *completion) datasets() []proposal {
	var out []proposal
	seen := map[string]bool{}
	add := func(file string) {
		base, _ := openDataset(s.t, file)
		if base == nil {
			return
		}
		part, _ := base.Parse()
		product, _ := part.Tree["product"].(map[string]any)
		id, _ := product["id"].(string)
		name, _ := product["name"].(string)
		if id != "" && !seen[id] {
			seen[id] = true
			out = append(out, proposal{id, name})
		}
	}
	if w := s.work(); w != nil {
		own, _ := w.datasets()
		for _, name := range own {
			add(name)
		}
	}
	for _, id := range shipped() {
		add(id)
	}
	return append(out, files...)
}

func (s *completion) exports() []proposal {
	w, all := s.loaded()
	if w == nil {
		return nil
	}
	w.openTrees()
	if len(w.trees) == 0 {
		return nil
	}
	var out []proposal
	for _, ds := range all {
		for _, p := range render.Plan(w.trees, ds, render.Options{Raise: s.t.raise}) {
			out = append(out, proposal{p.Path, ""})
		}
	}
	return out
}

func (s *completion) options() []proposal {
	var out []proposal
	_, all := s.loaded()
	for _, ds := range all {
		for _, o := range ds.Options {
			out = append(out, proposal{o.ID, o.Name})
		}
	}
	return out
}

func (s *completion) sites() []proposal {
	if w := s.work(); w != nil && w.project != nil {
		return plainly(w.project.SiteNames())
	}
	return nil
}

// settings are the ports that may be changed, and the peers that need networks.
func (s *completion) settings() []proposal {
	var out []proposal
	_, all := s.loaded()
	for _, ds := range all {
		for _, p := range ds.Ports {
			if p.Configurable || len(p.OneOf) > 0 {
				out = append(out, proposal{"ports." + p.ID + ".port=", p.Title() + ", " + p.Purpose})
			}
		}
		for _, p := range peerSettings(ds) {
			out = append(out, proposal{"networks." + p.ID + "=", "where that is"})
		}
	}
	return out
}

// rows are what show can be asked for: ids, port numbers, hosts, scopes.
func (s *completion) rows() []proposal {
	var out []proposal
	_, all := s.loaded()
	for _, ds := range all {
		for _, p := range ds.Ports {
			out = append(out, proposal{p.ID, p.Title() + ", " + p.Purpose})
			for _, r := range p.Ranges {
				out = append(out, proposal{fmt.Sprint(r.From), p.Purpose})
			}
		}
		for _, h := range ds.Hosts {
			out = append(out, proposal{h.ID, h.Name})
		}
		for _, scope := range ds.Scopes {
			out = append(out, proposal{scope.ID, scope.Name})
		}
	}
	return out
}
