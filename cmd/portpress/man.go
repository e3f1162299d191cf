package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// manCmd prints the manual page.
type manCmd struct{}

// Help is what portpress man --help says below the flags.
func (*manCmd) Help() string {
	return `Packages have it in place already. By hand:

    portpress man >~/.local/share/man/man1/portpress.1`
}

// Run does the command.
func (*manCmd) Run(t *terminal) error {
	return t.Write(manual(newParser(&cli{}, t).Model))
}

// manual writes the page of a program, of the same texts as --help. It has no
// date, since the same program has the same page whenever it is built.
func manual(app *kong.Application) string {
	m := &manPage{}
	m.line(`.TH PORTPRESS 1 "" "portpress" "User Commands"`)
	m.section("NAME")
	m.text("portpress - keep a product's network ports in one dataset, and press every place that repeats them")
	m.section("SYNOPSIS")
	m.line(`.B portpress`)
	m.line(`.I COMMAND`)
	m.line(`.RI [ FLAGS ]`)
	m.section("DESCRIPTION")
	m.text(app.Help)
	m.section("FLAGS")
	m.flags(app.Flags)
	m.section("COMMANDS")
	for _, n := range app.Leaves(true) {
		m.command(n)
	}
	m.section("EXAMPLES")
	_, shown, _ := strings.Cut(examples, "\n")
	shown, status, _ := strings.Cut(shown, "\nExit status: ")
	m.verbatim(strings.TrimRight(shown, "\n"))
	m.section("EXIT STATUS")
	m.text(strings.ReplaceAll(strings.TrimSpace(status), "\n", " "))
	m.section("FILES")
	m.item("portpress.toml", "The project file, in the working folder or one above it.")
	m.section("ENVIRONMENT")
	m.item("PORTPRESS_PROJECT", "The project file, as by --project.")
	m.item("PORTPRESS_RAISE_LIMITS", "As by --raise-limits.")
	m.item("NO_COLOR", "Set to anything, it keeps output plain.")
	m.item("COLUMNS", "The width that tables are wrapped to, where there is no terminal.")
	return m.String()
}

// manPage is a page in the language of man(7).
type manPage struct{ strings.Builder }

func (m *manPage) line(s string) { m.WriteString(s + "\n") }

func (m *manPage) section(name string) { m.line(".SH " + name) }

// escape writes a text so that roff has nothing to read into it, and hyphens and
// quotes can be copied into a shell.
func escape(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s)
	if strings.HasPrefix(s, ".") {
		s = `\&` + s
	}
	return s
}

func (m *manPage) text(s string) { m.line(escape(s)) }

func (m *manPage) item(name, means string) {
	m.line(".TP")
	m.line(".B " + escape(name))
	m.text(means)
}

func (m *manPage) verbatim(s string) {
	m.line(".PP")
	m.line(".nf")
	for line := range strings.SplitSeq(s, "\n") {
		m.text(line)
	}
	m.line(".fi")
}

// command writes a command: its usage, what it does, arguments and flags.
func (m *manPage) command(n *kong.Node) {
	path := strings.TrimPrefix(n.FullPath(), "portpress ")
	usage := []string{path}
	for _, p := range n.Positional {
		usage = append(usage, p.Summary())
	}
	m.line(".SS " + escape(strings.Join(usage, " ")))
	m.text(n.Help)
	for part := range strings.SplitSeq(n.Detail, "\n\n") {
		if strings.HasPrefix(part, "    ") {
			m.verbatim(part)
			continue
		}
		m.line(".PP")
		m.text(strings.ReplaceAll(part, "\n", " "))
	}
	for _, p := range n.Positional {
		m.item(strings.ToUpper(p.Name), p.Help)
	}
	m.flags(n.Flags)
}

func (m *manPage) flags(flags []*kong.Flag) {
	for _, f := range flags {
		if f.Hidden {
			continue
		}
		name := "--" + f.Name
		if f.Short != 0 {
			name = fmt.Sprintf("-%c, %s", f.Short, name)
		}
		switch f.Tag.Negatable {
		case "":
		case "_":
			name += ", --no-" + f.Name
		default:
			name += ", --" + f.Tag.Negatable
		}
		if !f.IsBool() {
			name += " " + f.FormatPlaceHolder()
		}
		m.item(name, f.Help)
	}
}
