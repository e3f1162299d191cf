package dataset

import (
	"maps"
	"strings"
	"testing"
)

// TestPods lays labels over each other, in each way that TOML has.
func TestPods(t *testing.T) {
	const inline = "[hosts.servers]\nname = \"Servers\"\npods = {\"app.kubernetes.io/name\" = \"demo\", tier = \"back\"}\n"
	for name, c := range map[string]struct {
		base   string
		layers []string
		want   map[string]any
	}{
		"none":      {sample, nil, map[string]any{}},
		"inline":    {change(t, "[hosts.servers]\nname = \"Servers\"\n", inline), nil, map[string]any{"app.kubernetes.io/name": "demo", "tier": "back"}},
		"a table":   {sample, []string{"[hosts.servers.pods]\napp = \"demo\"\n"}, map[string]any{"app": "demo"}},
		"dotted":    {sample, []string{"hosts.servers.pods.app = \"\"\n"}, map[string]any{"app": ""}},
		"arguments": {sample, []string{`--set hosts.servers.pods."example.com/app"=demo`, "--set hosts.servers.pods.tier=back"}, map[string]any{"example.com/app": "demo", "tier": "back"}},
		"layers": {
			change(t, "[hosts.servers]\nname = \"Servers\"\n", inline),
			[]string{"hosts.servers.pods.tier = \"front\"\n", "hosts.servers.pods = {release = \"a\"}\n"},
			map[string]any{"app.kubernetes.io/name": "demo", "tier": "front", "release": "a"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			ds := mustLoad(t, c.base, c.layers...)
			if got := ds.Hosts[0].Pods(); !maps.Equal(got, c.want) {
				t.Errorf("the labels are %v, want %v", got, c.want)
			}
			if got := ds.Hosts[1].Pods(); len(got) > 0 {
				t.Errorf("the other host type has %v", got)
			}
			ds.Hosts[0].Pods()["more"] = "" // as a template may
			if got := ds.Hosts[0].Pods(); !maps.Equal(got, c.want) {
				t.Errorf("after a change of what Pods gave, the labels are %v", got)
			}
		})
	}
}

// TestLabelRules tries keys and values at the edges of what Kubernetes takes.
func TestLabelRules(t *testing.T) {
	long, domain := strings.Repeat("a", 63), strings.Repeat("a.", 126)+"a"
	for key, good := range map[string]bool{
		"a": true, "A-b_c.D": true, "0": true, long: true, "example.com/A": true, domain + "/a": true,
		"": false, "-a": false, "a-": false, "a b": false, "ä": false, long + "a": false,
		"/a": false, "example.com/": false, "a/b/c": false, "Example.com/a": false, "a..b/c": false, "a_b/c": false, domain + "a/a": false,
	} {
		if got := labelKeyFault(key) == ""; got != good {
			t.Errorf("the key %q is good: %t", key, got)
		}
	}
	for value, good := range map[string]bool{"a": true, "1.2": true, long: true, "": true, "a/b": false, "a b": false, long + "a": false, ".": false} {
		_, problems := loaded(t, sample, "hosts.servers.pods.app = \""+value+"\"\n")
		if got := len(problems) == 0; got != good {
			t.Errorf("the value %q is good: %t\n%s", value, got, printed(t, problems))
		}
	}
}

func TestPodsProblems(t *testing.T) {
	_, problems := loaded(t, sample, `[hosts.servers]
pods = "web"
[hosts.agents.pods]
app = 1
"a/b/c" = "x"
tier = "back end"
`, "hosts.servers.pods = {}\n")
	wantProblems(t, problems, `rack.toml:1:22: error: pods has no label [bad-label]
    hosts.servers.pods = {}
                         ^^
    hint: write one, such as pods = {app = "web"}
site.toml:2:8: error: pods must be a table of labels, not the text "web" [wrong-type]
    pods = "web"
           ^^^^^
site.toml:4:7: error: app must be text, not the number 1 [wrong-type]
    app = 1
          ^
    hint: write it in quotes
site.toml:5:1: error: "a/b/c" is not the key of a Kubernetes label [bad-label]
    "a/b/c" = "x"
    ^^^^^^^
    hint: write letters and digits, and between them - _ .
site.toml:6:8: error: "back end" is not the value of a Kubernetes label [bad-label]
    tier = "back end"
           ^^^^^^^^^^
    hint: write letters and digits, and between them - _ .
`)
}
