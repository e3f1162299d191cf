// Command measure times portpress beside the yardstick, as whole processes
// that read the same datasets and write the same four exports, and prints how
// many times as long and as much memory portpress takes.
//
// hyperfine takes the times. The two take turns, round after round, so that a
// busy moment of the machine falls on both. GNU time tells the peak memory: Go's
// own account of a child includes the parent that started it.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
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
	portpress := flag.String("portpress", "bin/portpress", "the `program` to measure")
	yardstick := flag.String("yardstick", ".build/bench/yardstick", "the `program` to measure it by")
	work := flag.String("work", ".build/bench", "the `folder` for datasets and exports")
	only := flag.Bool("documents", false, "measure the blocks of documents only")
	flag.Parse()
	_ = os.Setenv("PORTPRESS_PROJECT", "none") // that of this repository is not what is measured
	err := os.MkdirAll(*work, 0o755)
	if err == nil && !*only {
		err = run(*portpress, *yardstick, *work)
	}
	if err == nil {
		err = documents(*portpress, *work)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

// sizes are the datasets measured, and how often. A short process needs many
// runs for a steady median, a long one is steady by itself.
var sizes = []struct {
	rows, rounds, runs int
	goal               float64 // the ratio of times to reach; 0 where none was set
}{
	{rows: 25, rounds: 10, runs: 10, goal: 2},
	{rows: 1_000, rounds: 6, runs: 5},
	{rows: 10_000, rounds: 6, runs: 2, goal: 1.5},
	{rows: 100_000, rounds: 5, runs: 1, goal: 1.5},
}

const memoryGoal = 1.5 // at every size

func run(portpress, yardstick, work string) error {
	lines := []string{"rows\tportpress ms\tyardstick ms\tratio\tgoal\tportpress MB\tyardstick MB\tratio\tgoal\t"}
	for _, size := range sizes {
		dataset := filepath.Join(work, fmt.Sprintf("%d.toml", size.rows))
		if err := os.WriteFile(dataset, bench.Dataset(size.rows), 0o644); err != nil {
			return err
		}
		ours := newCommand(work, "portpress", bench.Portpress(portpress, dataset))
		theirs := newCommand(work, "yardstick", bench.Yardstick(yardstick, dataset))
		if err := same(ours, theirs); err != nil {
			return err
		}
		if err := measure(size.rounds, size.runs, ours, theirs); err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("%d\t%.1f\t%.1f\t%.2f\t%s\t%.1f\t%.1f\t%.2f\t%s\t", size.rows,
			median(ours.ms), median(theirs.ms), median(ours.ms)/median(theirs.ms), atMost(size.goal),
			median(ours.mb), median(theirs.mb), median(ours.mb)/median(theirs.mb), atMost(memoryGoal)))
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	if _, err := fmt.Fprintln(table, strings.Join(lines, "\n")); err != nil {
		return err
	}
	if err := table.Flush(); err != nil {
		return err
	}
	whole := newCommand(work, "whole", []string{portpress, "build", "--quiet", "--out"})
	start := &command{args: []string{portpress, "--version"}, out: whole.out}
	if err := measure(10, 10, whole, start); err != nil {
		return err
	}
	fmt.Printf("\nevery export of the shipped table: %.1f ms (goal 20), %.1f MB\nof which to start the program: %.1f ms, %.1f MB\n",
		median(whole.ms), median(whole.mb), median(start.ms), median(start.mb))
	return nil
}

// documents measures how long the blocks of many documents take, when all of
// them are to be filled, and when none.
func documents(portpress, work string) error {
	const count, goal = 1000, 1000
	stale, folder := filepath.Join(work, "documents-stale"), filepath.Join(work, "documents")
	if err := os.MkdirAll(stale, 0o755); err != nil {
		return err
	}
	args := []string{portpress, "inject", "--quiet"}
	for i := range count {
		name := fmt.Sprintf("%d.md", i)
		if err := os.WriteFile(filepath.Join(stale, name), bench.Document(i), 0o644); err != nil {
			return err
		}
		args = append(args, filepath.Join(folder, name))
	}
	refresh := "cp -rT " + stale + " " + folder
	fill := &command{args: args, out: folder, prepare: refresh}
	keep := &command{args: args, out: folder, prepare: "true"}
	if err := exec.Command("cp", "-rT", stale, folder).Run(); err != nil { // the first runs once without prepare
		return err
	}
	if err := times(3, 2, fill); err != nil {
		return err
	}
	if err := measure(3, 2, keep); err != nil {
		return err
	}
	fmt.Printf("\n%d documents with %d blocks: %.0f ms to fill them (goal %d; %.0f ms of CPU), %.0f ms when all are filled (%.0f ms of CPU), %.1f MB\n",
		count, 2*count, median(fill.ms), goal, median(fill.cpu), median(keep.ms), median(keep.cpu), median(keep.mb))
	return nil
}

func measure(rounds, runs int, commands ...*command) error {
	if err := times(rounds, runs, commands...); err != nil {
		return err
	}
	return memory(commands...)
}

func atMost(ratio float64) string {
	if ratio == 0 {
		return ""
	}
	return fmt.Sprintf("≤ %g", ratio)
}

// command is one program with its arguments, and what was measured of it.
type command struct {
	args    []string
	out     string
	prepare string    // what is run before each time; by default out is removed
	ms      []float64 // wall time of each run
	cpu     []float64 // milliseconds of user and system time, the mean of each round
	mb      []float64 // peak resident memory of each run, in 10⁶ bytes
}

// newCommand gives the program a folder of its own below work to write to, as
// its last argument.
func newCommand(work, name string, args []string) *command {
	out := filepath.Join(work, "out-"+name)
	return &command{args: append(args, out), out: out}
}

// same runs both once, and reports an export in which they differ: a time is
// worth nothing if the work was another.
func same(a, b *command) error {
	for _, c := range []*command{a, b} {
		if err := os.RemoveAll(c.out); err != nil {
			return err
		}
		if out, err := exec.Command(c.args[0], c.args[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(c.args, " "), err, out)
		}
	}
	for _, path := range bench.Exports("bench") {
		left, err := os.ReadFile(filepath.Join(a.out, path))
		if err != nil {
			return err
		}
		right, err := os.ReadFile(filepath.Join(b.out, path))
		if err != nil {
			return err
		}
		if !bytes.Equal(left, right) {
			return fmt.Errorf("%s and %s differ", filepath.Join(a.out, path), filepath.Join(b.out, path))
		}
	}
	return nil
}

// times lets the commands take turns, each into a fresh folder. The first
// round warms up and isn't counted.
func times(rounds, runs int, commands ...*command) error {
	report, err := os.CreateTemp("", "hyperfine-*.json")
	if err != nil {
		return err
	}
	defer os.Remove(report.Name()) //nolint:errcheck // it lies in the system's folder for such files
	if err := report.Close(); err != nil {
		return err
	}
	args := []string{"--shell=none", "--style=none", "--runs", strconv.Itoa(runs), "--export-json", report.Name()}
	for _, c := range commands {
		args = append(args, "--prepare", cmp.Or(c.prepare, "rm -rf "+c.out), strings.Join(c.args, " "))
	}
	for round := range rounds + 1 {
		if out, err := exec.Command("hyperfine", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("hyperfine %s: %w\n%s", strings.Join(args, " "), err, out)
		}
		text, err := os.ReadFile(report.Name())
		if err != nil {
			return err
		}
		var measured struct {
			Results []struct {
				Times        []float64
				User, System float64
			}
		}
		if err := json.Unmarshal(text, &measured); err != nil {
			return err
		}
		if len(measured.Results) != len(commands) {
			return errors.New("hyperfine reported another number of commands than it was given")
		}
		if round == 0 {
			continue
		}
		for i, c := range commands {
			c.cpu = append(c.cpu, (measured.Results[i].User+measured.Results[i].System)*1000)
			for _, seconds := range measured.Results[i].Times {
				c.ms = append(c.ms, seconds*1000)
			}
		}
	}
	return nil
}

// memory runs each command five times under GNU time.
func memory(commands ...*command) error {
	for range 5 {
		for _, c := range commands {
			if c.prepare == "" {
				if err := os.RemoveAll(c.out); err != nil {
					return err
				}
			}
			var told bytes.Buffer
			cmd := exec.Command("/usr/bin/time", append([]string{"--format=%M"}, c.args...)...)
			cmd.Stderr = &told
			if err := cmd.Run(); err != nil {
				return fmt.Errorf("%s: %w\n%s", cmd, err, &told)
			}
			lines := strings.Fields(told.String())
			kb, err := strconv.ParseFloat(lines[len(lines)-1], 64)
			if err != nil {
				return fmt.Errorf("GNU time's answer: %w", err)
			}
			c.mb = append(c.mb, kb*1024/1e6)
		}
	}
	return nil
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	half := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[half-1] + sorted[half]) / 2
	}
	return sorted[half]
}
