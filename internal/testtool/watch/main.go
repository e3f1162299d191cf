// Command watch reads what go test -json prints, and shows what one wants to
// see of it: the output of a package that failed, skipped tests with their
// reasons, each package's closing line, which real programs took part, and
// every half minute which tests are running, so that one sees that it lives.
//
// Usage: go test -json ./... | watch LOG, where LOG gets the whole output.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "watch:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: go test -json ./... | watch LOG")
	}
	log, err := os.Create(args[0])
	if err != nil {
		return err
	}
	beat := time.NewTicker(30 * time.Second)
	defer beat.Stop()
	err = watch(in, log, out, beat.C)
	if closing := log.Close(); err == nil {
		err = closing
	}
	return err
}

// event is one line of go test -json: https://pkg.go.dev/cmd/test2json.
type event struct{ Action, Package, Test, Output string }

// watch reads events until they end, and says which tests run at each beat.
func watch(in io.Reader, log, out io.Writer, beat <-chan time.Time) error {
	lines, failed := make(chan string), make(chan error, 1)
	go func() {
		defer close(lines)
		reader := bufio.NewReader(in) // a line may be of any length
		for {
			line, err := reader.ReadString('\n')
			if line != "" {
				lines <- line
			}
			if err != nil {
				if err != io.EOF {
					failed <- err
				}
				return
			}
		}
	}()
	all, start := summary{out: out, log: log, packages: map[string]*result{}, programs: map[string]bool{}}, time.Now()
	for {
		select {
		case line, more := <-lines:
			if !more {
				select {
				case err := <-failed:
					return err
				default:
					return all.end()
				}
			}
			var e event
			if json.Unmarshal([]byte(line), &e) != nil {
				e = event{Action: "build-output", Output: line} // what the go command says besides
			}
			all.take(e)
		case <-beat:
			if running := all.running(); running != "" {
				all.printf("%4.0fs  running %s\n", time.Since(start).Seconds(), running)
			}
		}
	}
}

// summary is what was read so far.
type summary struct {
	out, log io.Writer
	packages map[string]*result // those that haven't ended
	programs map[string]bool    // real programs, as internal/testtool logs them
	skips    int
	err      error // the first of writing
}

// result is what a package printed.
type result struct {
	whole, shown strings.Builder
	closing      string            // its last line: ok, or FAIL
	skipped      string            // tests that were, with their reasons
	said         map[string]string // the last line of each test that hasn't ended
	waits        map[string]bool   // those that wait for their turn
}

var (
	verdict = regexp.MustCompile(`^(=== |\s*--- (PASS|SKIP)|PASS$)`)
	closing = regexp.MustCompile(`^(ok  |\?   |FAIL)\t`)
	program = regexp.MustCompile(`: real program: (.*)`)
	source  = regexp.MustCompile(`^\s*[^ ]+: `) // where a test logged a line
)

func (s *summary) take(e event) {
	if e.Action == "build-output" {
		s.write(s.log, e.Output)
		s.write(s.out, e.Output)
		return
	}
	if e.Package == "" { // build-fail, which the package's own line repeats
		return
	}
	p := s.packages[e.Package]
	if p == nil {
		p = &result{said: map[string]string{}, waits: map[string]bool{}}
		s.packages[e.Package] = p
	}
	switch ended := e.Action == "pass" || e.Action == "fail" || e.Action == "skip"; {
	case e.Action == "run":
		p.said[e.Test] = ""
	case e.Action == "pause" || e.Action == "cont":
		p.waits[e.Test] = e.Action == "pause"
	case e.Action == "output":
		p.print(e)
		if m := program.FindStringSubmatch(e.Output); m != nil {
			s.programs[m[1]] = true
		}
	case ended && e.Test != "":
		if e.Action == "skip" {
			s.skips++
			p.skipped += "skipped " + e.Test + ": " + p.said[e.Test]
		}
		delete(p.said, e.Test)
	case ended:
		s.close(e.Package, e.Action == "fail")
	}
}

func (p *result) print(e event) {
	p.whole.WriteString(e.Output)
	switch {
	case closing.MatchString(e.Output):
		p.closing = e.Output
	case !verdict.MatchString(e.Output):
		p.shown.WriteString(e.Output)
		if e.Test != "" { // a skipped test's last line is its reason
			p.said[e.Test] = source.ReplaceAllString(e.Output, "")
		}
	}
}

func (s *summary) close(name string, failed bool) {
	p := s.packages[name]
	delete(s.packages, name)
	s.write(s.log, p.whole.String())
	if failed {
		s.write(s.out, p.shown.String())
	} else {
		s.write(s.out, p.skipped)
	}
	s.write(s.out, p.closing)
}

// running names the tests that run, those within others left out.
func (s *summary) running() string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(s.packages)) {
		var tests []string
		for test := range s.packages[name].said {
			if !strings.Contains(test, "/") && !s.packages[name].waits[test] {
				tests = append(tests, test)
			}
		}
		if len(tests) > 0 {
			slices.Sort(tests)
			all = append(all, name[strings.LastIndex(name, "/")+1:]+": "+strings.Join(tests, " "))
		}
	}
	return strings.Join(all, "; ")
}

// end prints what no package closed: a run that was cut short.
func (s *summary) end() error {
	for _, name := range slices.Sorted(maps.Keys(s.packages)) {
		s.close(name, true)
	}
	for _, line := range slices.Sorted(maps.Keys(s.programs)) {
		s.printf("with %s\n", line)
	}
	if s.skips > 0 {
		s.printf("skipped: %d, each named above\n", s.skips)
	}
	return s.err
}

func (s *summary) printf(format string, args ...any) { s.write(s.out, fmt.Sprintf(format, args...)) }

func (s *summary) write(w io.Writer, text string) {
	if _, err := io.WriteString(w, text); err != nil && s.err == nil {
		s.err = err
	}
}
