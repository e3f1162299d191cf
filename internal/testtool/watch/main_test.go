package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// stream writes events as go test -json does.
func stream(t *testing.T, events ...event) string {
	t.Helper()
	var b strings.Builder
	for _, e := range events {
		line, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	return b.String()
}

func TestWatchShowsWhatOneWantsToSee(t *testing.T) {
	input := stream(t,
		event{"start", "m/good", "", ""},
		event{"run", "m/good", "TestA", ""},
		event{"output", "m/good", "TestA", "=== RUN   TestA\n"},
		event{"output", "m/good", "TestA", "    a_test.go:3: real program: /bin/nft, nft 1.0\n"},
		event{"run", "m/good", "TestB", ""},
		event{"output", "m/good", "TestB", "    b_test.go:7: needs root\n"},
		event{"run", "m/bad", "TestC", ""},
		event{"output", "m/bad", "TestC", "    c_test.go:9: wrong\n"},
		event{"output", "m/good", "TestB", "--- SKIP: TestB (0.00s)\n"},
		event{"skip", "m/good", "TestB", ""},
		event{"output", "m/good", "TestA", "--- PASS: TestA (0.00s)\n"},
		event{"pass", "m/good", "TestA", ""},
		event{"output", "m/good", "", "PASS\n"},
		event{"output", "m/good", "", "ok  \tm/good\t0.1s\n"},
		event{"pass", "m/good", "", ""},
		event{"output", "m/bad", "TestC", "--- FAIL: TestC (0.00s)\n"},
		event{"fail", "m/bad", "TestC", ""},
		event{"output", "m/bad", "", "FAIL\tm/bad\t0.2s\n"},
		event{"fail", "m/bad", "", ""},
		event{"run", "m/cut", "TestD", ""},
		event{"output", "m/cut", "TestD", "panic: short\n"},
	) + "go: no such package\n"
	var out, log strings.Builder
	if err := watch(strings.NewReader(input), &log, &out, nil); err != nil {
		t.Fatal(err)
	}
	want := "skipped TestB: needs root\nok  \tm/good\t0.1s\n" +
		"    c_test.go:9: wrong\n--- FAIL: TestC (0.00s)\nFAIL\tm/bad\t0.2s\n" +
		"go: no such package\npanic: short\n" +
		"with /bin/nft, nft 1.0\nskipped: 1, each named above\n"
	if out.String() != want {
		t.Errorf("watch shows\n%s\nwant\n%s", &out, want)
	}
	for _, line := range []string{"=== RUN   TestA\n", "--- PASS: TestA", "    c_test.go:9: wrong\n", "panic: short\n"} {
		if !strings.Contains(log.String(), line) {
			t.Errorf("the log lacks %q", line)
		}
	}
}

func TestRunningNamesTestsThatHaveATurn(t *testing.T) {
	s := summary{out: &strings.Builder{}, log: &strings.Builder{}, packages: map[string]*result{}, programs: map[string]bool{}}
	for _, e := range []event{
		{"run", "m/a", "TestOne", ""},
		{"run", "m/a", "TestOne/part", ""},
		{"run", "m/a", "TestTwo", ""},
		{"pause", "m/a", "TestTwo", ""},
		{"run", "m/b", "TestThree", ""},
		{"pause", "m/b", "TestThree", ""},
		{"cont", "m/b", "TestThree", ""},
		{"run", "m/b", "TestFour", ""},
		{"pass", "m/b", "TestFour", ""},
	} {
		s.take(e)
	}
	if got, want := s.running(), "a: TestOne; b: TestThree"; got != want {
		t.Errorf("running says %q, want %q", got, want)
	}
}

// endless gives no line and never ends, until the test does.
type endless struct{ done chan struct{} }

func (e endless) Read([]byte) (int, error) { <-e.done; return 0, nil }

func TestABeatShowsThatItLives(t *testing.T) {
	done := make(chan struct{})
	defer close(done)
	first := strings.NewReader(stream(t, event{"run", "m/slow", "TestLong", ""}))
	beat, shown := make(chan time.Time), make(chan string, 1)
	go func() {
		_ = watch(readers{first, endless{done}}, &strings.Builder{}, told{shown}, beat)
	}()
	for { // the first beat may come before the line
		select {
		case beat <- time.Time{}:
		case text := <-shown:
			if !strings.HasSuffix(text, "s  running slow: TestLong\n") {
				t.Errorf("a beat shows %q", text)
			}
			return
		}
	}
}

// readers reads the first until it ends, and then the second.
type readers struct {
	first  *strings.Reader
	second endless
}

func (r readers) Read(b []byte) (int, error) {
	if r.first.Len() > 0 {
		return r.first.Read(b)
	}
	return r.second.Read(b)
}

// told passes on the first text that is written.
type told struct{ shown chan string }

func (w told) Write(b []byte) (int, error) {
	select {
	case w.shown <- string(b):
	default:
	}
	return len(b), nil
}
