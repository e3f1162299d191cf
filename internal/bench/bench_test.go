package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/problem"
	"portpress/internal/publish"
	"portpress/internal/render"
	"portpress/internal/source"
	"portpress/internal/verify"
)

// raise lets 100,000 rows pass, which are more flows than anybody has.
const raise = 10

var sizes = []int{25, 1_000, 10_000, 100_000}

// stage is a step of the data path, on what the steps before it left.
type stage struct {
	text []byte
	ds   *dataset.Dataset
	set  export.Set
	out  string
}

func (s *stage) load(tb testing.TB) {
	file, problems := source.FromReader(bytes.NewReader(s.text), "bench.toml")
	none(tb, problems)
	s.ds, problems = dataset.Limits{}.Times(raise).Load(file)
	none(tb, problems)
}

// render presses the four exports that the yardstick writes too: firewall
// rules for 100,000 rows are nobody's use, and ufw's profiles can't hold them.
func (s *stage) render(tb testing.TB) {
	product := s.ds.Product.ID
	only := func(path string) bool { return slices.Contains(Exports(product), product+"/"+path) }
	var problems problem.List
	s.set, problems = render.All([]render.Source{{Name: "templates", FS: portpress.Templates()}}, s.ds, render.Options{Only: only, Raise: raise})
	none(tb, problems)
}

func (s *stage) verify(tb testing.TB) { none(tb, verify.All(s.set.Files)) }

func (s *stage) publish(tb testing.TB) {
	_, problems := publish.Write(s.out, []export.Set{s.set}, publish.Options{})
	none(tb, problems)
}

// none fails on any finding: a build that stops half-way, or that writes
// warnings, is no measure of one that doesn't.
func none(tb testing.TB, problems problem.List) {
	tb.Helper()
	if len(problems) > 0 {
		tb.Fatalf("%d problems, the first: %+v", len(problems), problems[0])
	}
}

// each runs a step on datasets of every size. prepare does what the step needs,
// once and untimed.
func each(b *testing.B, prepare, step func(*stage, testing.TB)) {
	for _, rows := range sizes {
		b.Run(fmt.Sprintf("%d", rows), func(b *testing.B) {
			s := &stage{text: Dataset(rows)}
			prepare(s, b)
			b.ReportAllocs()
			for b.Loop() {
				step(s, b)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows), "ns/row")
		})
	}
}

// BenchmarkLoad reads, checks and expands the dataset.
func BenchmarkLoad(b *testing.B) {
	each(b, func(*stage, testing.TB) {}, (*stage).load)
}

func BenchmarkRender(b *testing.B) {
	each(b, (*stage).load, (*stage).render)
}

func BenchmarkVerify(b *testing.B) {
	each(b, func(s *stage, tb testing.TB) { s.load(tb); s.render(tb) }, (*stage).verify)
}

func BenchmarkPublish(b *testing.B) {
	each(b, func(s *stage, tb testing.TB) { s.load(tb); s.render(tb) }, fresh((*stage).publish))
}

func BenchmarkWhole(b *testing.B) {
	each(b, func(*stage, testing.TB) {}, fresh(func(s *stage, tb testing.TB) {
		s.load(tb)
		s.render(tb)
		s.verify(tb)
		s.publish(tb)
	}))
}

// fresh gives each round of a step an empty folder to publish to.
func fresh(step func(*stage, testing.TB)) func(*stage, testing.TB) {
	return func(s *stage, tb testing.TB) {
		s.out = tb.TempDir()
		step(s, tb)
	}
}

// A dataset that warns, or one whose rows open the same thing twice, would
// measure the printing of problems.
func TestDatasetIsValidAndNothingOpensTwice(t *testing.T) {
	for _, rows := range []int{25, 1_000, MaxRows} {
		s := &stage{text: Dataset(rows)}
		s.load(t)
		if len(s.ds.Ports) != rows {
			t.Fatalf("Dataset(%d) loads as %d rows", rows, len(s.ds.Ports))
		}
		// Rows that open a port alike share a list, so that the
		// largest dataset takes no more than a few of them.
		type alike struct{ host, protocol, scope, peer string }
		open := map[alike][]bool{}
		for _, f := range s.ds.Flows {
			a := alike{f.Host.ID, f.Protocol.ID, f.Scope.ID, f.Peer.ID}
			ports := open[a]
			if ports == nil {
				ports = make([]bool, 1<<16)
				open[a] = ports
			}
			for port := f.Range.From; port <= f.Range.To; port++ {
				if ports[port] {
					t.Fatalf("Dataset(%d): row %s opens port %d as another does: %+v", rows, f.Port.ID, port, a)
				}
				ports[port] = true
			}
		}
	}
}

func TestDatasetPressesWithoutAWarning(t *testing.T) {
	s := &stage{text: Dataset(1_000), out: t.TempDir()}
	s.load(t)
	s.render(t)
	s.verify(t)
	s.publish(t)
	for _, path := range Exports("bench") {
		if info, err := os.Stat(filepath.Join(s.out, path)); err != nil || info.Size() < 1_000*50 {
			t.Errorf("%s: %v; want a file with a thousand rows", path, err)
		}
	}
}

func TestDatasetRowsHaveAllSevenKeys(t *testing.T) {
	_, rows, _ := strings.Cut(string(Dataset(100)), "[ports.service-1]")
	for i, row := range strings.Split(rows, "[ports.") {
		var keys []string
		for line := range strings.Lines(row) {
			if key, _, isPair := strings.Cut(line, " = "); isPair {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		if got := strings.Join(keys, " "); got != "configurable hosts options port protocols purpose scopes" {
			t.Fatalf("row %d has the keys %s", i+1, got)
		}
	}
}
