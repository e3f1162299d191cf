//go:build !race

package render

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestBoundsTakeLittleMemory holds what TestFunctionsEnd and TestTemplatesEnd
// take, each in a process of its own.
func TestBoundsTakeLittleMemory(t *testing.T) {
	const most, inside = 300 << 10, "PORTPRESS_TEST_ENDS" // KiB
	tests := map[string]func(*testing.T){"functions": TestFunctionsEnd, "templates": TestTemplatesEnd}
	if run := tests[os.Getenv(inside)]; run != nil {
		run(t)
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(string(status))
		return
	}
	for name := range tests {
		cmd := exec.Command(os.Args[0], "-test.run=^TestBoundsTakeLittleMemory$")
		cmd.Env = append(os.Environ(), inside+"="+name, "GOMEMLIMIT=200MiB") // what isn't in use any more is no matter here
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		peak := 0
		line := regexp.MustCompile(`(?m)^VmHWM:.*$`).FindString(string(out))
		if _, err := fmt.Sscanf(strings.TrimPrefix(line, "VmHWM:"), "%d", &peak); err != nil {
			t.Fatalf("%s: %v in %q", name, err, line)
		}
		t.Logf("%s: %d MB", name, peak>>10)
		if peak > most {
			t.Errorf("%s took %d MB", name, peak>>10)
		}
	}
}
