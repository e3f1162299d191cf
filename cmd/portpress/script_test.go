package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the golden texts inside the scripts")

// TestMain makes the program available to the scripts under its own name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"portpress": main})
}

// TestScripts runs testdata/script: one behaviour a file, as a user meets it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "1")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status,
			"mtime":  mtime,
			"cut":    cut,
		},
	})
}

// status N PROGRAM ARGS… runs a program and wants the exit status N: that
// tells problems (1) from a command line or file that can't be used (2).
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// mtime FILE VAR notes when a file was written; with a third argument it
// wants the time to be that of the variable still.
func mtime(ts *testscript.TestScript, neg bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	now := info.ModTime().String()
	if len(args) == 2 {
		ts.Setenv(args[1], now)
		return
	}
	if same := ts.Getenv(args[1]) == now; same == neg {
		ts.Fatalf("%s was written at %s, before that at %s", args[0], now, ts.Getenv(args[1]))
	}
}

// cut FILE BYTES leaves the first bytes of a file: testscript's own files end in
// a line break.
func cut(ts *testscript.TestScript, _ bool, args []string) {
	bytes, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), bytes))
}
