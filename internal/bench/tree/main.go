// Command tree measures what users run: builds of every shipped template, of
// MKE's table and of long ones, beside the same builds by an earlier version.
// It prints CPU time and peak memory as ratios to that version's, and how the
// CPU time grows with the table.
//
// The two versions take turns, round after round, so that a busy moment of the
// machine falls on both; CPU time, of user and system, keeps out what other
// programs take. GNU time tells the peak memory: Go's own account of a child
// includes the parent that started it.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"portpress/internal/bench"
)

func main() {
	now := flag.String("now", "bin/portpress", "the `program` to measure")
	before := flag.String("before", "", "the `program` of an earlier version; without one, nothing is compared")
	work := flag.String("work", ".build/bench", "the `folder` for datasets and exports")
	short := flag.Bool("short", false, "leave out the table of 10,000 rows, and with it the growth")
	flag.Parse()
	_ = os.Setenv("PORTPRESS_PROJECT", "none") // that of this repository is not what is measured
	if err := run(*now, *before, *work, *short); err != nil {
		fmt.Fprintln(os.Stderr, "tree:", err)
		os.Exit(1)
	}
}

// networks is a layer for MKE's table, so that its internal ports open.
const networks = `[networks]
cluster = ["10.0.0.0/16", "fd00:1::/64"]
`

// table is what the whole tree is pressed from. A short build needs many
// rounds for a steady median, a long one is steady by itself.
type table struct {
	name   string
	args   []string
	rounds int
	goal   float64 // the ratio of CPU times to reach
}

const growthGoal = 11 // from 1,000 rows to 10,000

// tables writes the generated datasets below work.
func tables(work string) ([]table, error) {
	layer := filepath.Join(work, "networks.toml")
	list := []table{
		{"mke", []string{"mke"}, 40, 1},
		{"mke with networks", []string{"--layer", layer, "mke"}, 40, 1},
		{"1,000 rows", []string{filepath.Join(work, "1000.toml")}, 7, 0.5},
		{"10,000 rows", []string{filepath.Join(work, "10000.toml")}, 2, 0.25},
	}
	return list, errors.Join(
		os.WriteFile(layer, []byte(networks), 0o644),
		os.WriteFile(list[2].args[0], bench.Dataset(1_000), 0o644),
		os.WriteFile(list[3].args[0], bench.Dataset(10_000), 0o644),
	)
}

func run(now, before, work string, short bool) error {
	if err := os.MkdirAll(work, 0o755); err != nil {
		return err
	}
	list, err := tables(work)
	if err != nil {
		return err
	}
	if short {
		list = list[:3]
	}
	lines := []string{"every export of\tCPU ms\tbefore\tratio\tgoal\tMB\tbefore\tratio\texports\tnot as before\t"}
	cpu := map[*version][]float64{}
	ours, theirs := &version{now, filepath.Join(work, "tree-now")}, &version{before, filepath.Join(work, "tree-before")}
	for _, t := range list {
		fmt.Fprintf(os.Stderr, "measuring every export of %s", t.name)
		a, b, err := t.measure(ours, theirs, work)
		if err != nil {
			return err
		}
		count, other, err := differing(ours.out, theirs.out)
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, ": %.0f ms of CPU, before %.0f\n", a.ms(), b.ms())
		cpu[ours], cpu[theirs] = append(cpu[ours], a.ms()), append(cpu[theirs], b.ms())
		if before == "" {
			lines = append(lines, fmt.Sprintf("%s\t%.1f\t\t\t\t%.1f\t\t\t%d\t\t", t.name, a.ms(), a.mb(), count))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s\t%.1f\t%.1f\t%.2f\t≤ %g\t%.1f\t%.1f\t%.2f\t%d\t%d\t", t.name,
			a.ms(), b.ms(), a.ms()/b.ms(), t.goal, a.mb(), b.mb(), a.mb()/b.mb(), count, other))
	}
	if !short {
		lines = append(lines, growth(cpu[ours], cpu[theirs]))
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	if _, err := fmt.Fprintln(out, strings.Join(lines, "\n")); err != nil {
		return err
	}
	return out.Flush()
}

// growth is the line for how many times as much the last table takes as the
// one before it, which is a tenth as long.
func growth(ours, theirs []float64) string {
	times := func(cpu []float64) float64 { return cpu[3] / cpu[2] }
	if theirs[2] == 0 {
		return fmt.Sprintf("growth\t%.1f\t\t\t≤ %d\t\t\t\t\t\t", times(ours), growthGoal)
	}
	return fmt.Sprintf("growth\t%.1f\t%.1f\t%.2f\t≤ %d\t\t\t\t\t\t", times(ours), times(theirs), times(ours)/times(theirs), growthGoal)
}

// version is one portpress, and the folder that it writes to.
type version struct{ program, out string }

// costs is what the runs of one build took.
type costs []struct{ ms, mb float64 }

func (c costs) ms() float64 { return c.median(func(i int) float64 { return c[i].ms }) }
func (c costs) mb() float64 { return c.median(func(i int) float64 { return c[i].mb }) }

func (c costs) median(of func(int) float64) float64 {
	if len(c) == 0 {
		return 0
	}
	list := make([]float64, len(c))
	for i := range c {
		list[i] = of(i)
	}
	slices.Sort(list)
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

// measure lets the versions take turns. Where builds are short, each has a run
// before the first that counts, which finds its files read already.
func (t *table) measure(ours, theirs *version, work string) (a, b costs, err error) {
	for round := range t.rounds + 1 {
		if round == 0 && t.rounds < 3 {
			continue
		}
		for _, v := range []*version{ours, theirs} {
			if v.program == "" {
				continue
			}
			cost, err := v.build(t.args, work)
			switch {
			case err != nil:
				return nil, nil, err
			case round == 0:
			case v == ours:
				a = append(a, cost)
			default:
				b = append(b, cost)
			}
		}
	}
	return a, b, nil
}

// build presses into a fresh folder. Problems are printed, as they are for a
// user, but nobody reads them: what a long table can't put in some export is
// no news here.
func (v *version) build(args []string, work string) (cost struct{ ms, mb float64 }, err error) {
	if err := os.RemoveAll(v.out); err != nil {
		return cost, err
	}
	peak := filepath.Join(work, "peak")
	cmd := exec.Command("/usr/bin/time", slices.Concat(
		[]string{"--format=%M", "--output=" + peak, v.program, "build", "--quiet", "--out", v.out}, args)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return cost, fmt.Errorf("%s: %w\n%s", cmd, err, &said)
	}
	text, err := os.ReadFile(peak)
	if err != nil {
		return cost, err
	}
	kb, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
	if err != nil {
		return cost, fmt.Errorf("GNU time's answer: %w", err)
	}
	// The account of time includes what it waited for; of its own it takes about
	// a millisecond.
	cost.ms = float64((cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Microseconds()) / 1000
	cost.mb = kb * 1024 / 1e6
	return cost, nil
}

// differing counts the exports below a folder, and those that another folder
// lacks or has otherwise: a time is worth little if the work was another.
func differing(dir, other string) (count, differ int, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "SHA256SUMS" {
			return err
		}
		count++
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if before, err := os.ReadFile(filepath.Join(other, name)); err != nil || !bytes.Equal(content, before) {
			differ++
		}
		return nil
	})
	return count, differ, err
}
