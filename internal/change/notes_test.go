package change

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Notes tell what somebody changed, what opens more first, and where to look for
// it: at the key that opens rather than at what is only said.
func TestNotes(t *testing.T) {
	before := load(t, head+row("web")+row("old", `port = 80`)+row("api", `port = 1`, `purpose = "API"`)+row("same", `port = 9`, `purpose = "S"`))
	after := load(t, head+row("web", `scopes = "public"`, `purpose = "The web"`)+row("new", `port = 81`, `purpose = "N"`)+row("api", `port = 1`, `purpose = "The API"`)+
		row("same", `port = 9`, `purpose = "S"`))
	var got []string
	for _, n := range Between(before, after).Notes() {
		got = append(got, fmt.Sprint(n.Text, " ", n.Entry.Paths()))
	}
	want := []string{
		"ports.web opens more: TCP 443 on servers from any (scopes: inside → public, purpose: Web → The web) [[ports web scopes] [ports web purpose] [ports web]]",
		"ports.new (added) opens more: TCP 81 on servers from cluster [[ports new]]",
		"ports.old (removed) opens less: TCP 80 on servers from cluster [[ports old]]",
		"ports.api is different (purpose: API → The API) [[ports api purpose] [ports api]]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	// A row that only opens more through its scope is told by the scope.
	wider := load(t, strings.Replace(head, "from = \"cluster\"", "from = \"any\"", 1)+row("web"))
	notes := Between(load(t, head+row("web")), wider).Notes()
	if len(notes) != 1 || notes[0].Text != "scopes.inside opens more: lets in any, in 1 row (from: cluster → any)" {
		t.Errorf("%+v", notes)
	}
}
