package format

import (
	"strings"
	"testing"

	"portpress/internal/dataset"
)

// TestJSONFlow holds a flow that is written at once to the same one written
// field by field.
func TestJSONFlow(t *testing.T) {
	t.Parallel()
	f := &dataset.Flow{
		Direction: dataset.In, Host: &dataset.Host{ID: "web"}, Protocol: &dataset.Protocol{ID: "tcp"}, Range: dataset.Range{From: 80, To: 90},
		Scope: &dataset.Scope{ID: "all"}, Peer: &dataset.Peer{ID: "any"}, Port: &dataset.Port{ID: "site", Details: &dataset.Details{}},
	}
	write := func(names ...any) (string, error) { return JSONFlow(append([]any{f}, names...)...) }
	all := []any{"direction", "host", "protocol", "first_port", "last_port", "scope", "peer", "id", "also", "assumption"}
	want, err := JSONObject("direction", f.Direction, "host", f.Host, "protocol", f.Protocol, "first_port", f.Range.From, "last_port", f.Range.To,
		"scope", f.Scope, "peer", f.Peer, "id", f.Port.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := write(all...); got != want || err != nil {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	f.Also = []*dataset.Port{{ID: "other"}}
	want = strings.TrimSuffix(want, "}") + `, "also": ["other"]}`
	if got, err := write(all...); got != want || err != nil {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	if got, err := write("also", "id"); got != `{"also": ["other"], "id": "site"}` || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if len(all) != len(flowFields) {
		t.Errorf("a flow has %d fields, of which %d are tried", len(flowFields), len(all))
	}
	for _, args := range [][]any{{}, {nil}, {(*dataset.Flow)(nil), "id"}, {f.Port, "id"}, {f, "idd"}, {f, f}} {
		if got, err := JSONFlow(args...); err == nil {
			t.Errorf("%v gives %s", args, got)
		}
	}
}
