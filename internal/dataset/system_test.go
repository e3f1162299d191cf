package dataset

import "testing"

// TestOperatingSystems holds os to the two that exports are for, and to Linux
// where nobody says it.
func TestOperatingSystems(t *testing.T) {
	for _, tc := range []struct{ name, text, os, want string }{
		{"unsaid", "", Linux, ""},
		{"Linux", `os = "linux"`, Linux, ""},
		{"Windows", `os = "windows"`, Windows, ""},
		{"another", `os = "window"`, Linux, `no host runs "window"`},
		{"capital", `os = "Windows"`, Linux, `no host runs "Windows"`},
		{"blank", `os = ""`, Linux, "os is empty"},
		{"a number", "os = 11", Linux, "os must be text, not the number 11"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ds, problems := loaded(t, "format = 1\nproduct = {id = \"p\", name = \"P\"}\n[hosts.a]\nname = \"A\"\n"+tc.text+
				"\n[ports.x]\nport = 1\nprotocols = \"tcp\"\nhosts = \"a\"\nfrom = \"any\"\npurpose = \"X\"\n")
			got := ""
			if len(problems) > 0 {
				got = problems[0].Text
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if tc.want == "" && (ds.Hosts[0].OS != tc.os || len(ds.Hosts.Of(tc.os)) != 1) {
				t.Errorf("it runs %q", ds.Hosts[0].OS)
			}
		})
	}
}
