package problem

import (
	"encoding/json"
	"testing"
)

func TestJSON(t *testing.T) {
	for _, tc := range []struct {
		p    Problem
		want string
	}{
		{
			Problem{Severity: Error, Code: PortRange, File: "x.toml", Line: 42, Column: 8, Text: "t", Hint: "h", Excerpt: "port = 0", Width: 5},
			`{"severity":"error","code":"port-range","file":"x.toml","line":42,"column":8,"text":"t","hint":"h","excerpt":"port = 0"}`,
		},
		{Problem{Severity: Warning, Code: Unused, Text: "t"}, `{"severity":"warning","code":"unused","text":"t"}`},
	} {
		got, err := json.Marshal(tc.p)
		if err != nil || string(got) != tc.want {
			t.Errorf("got  %s, %v\nwant %s", got, err, tc.want)
		}
	}
}
