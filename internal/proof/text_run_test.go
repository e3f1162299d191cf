package proof

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"portpress/internal/dataset"
	"portpress/internal/testtool"
	"portpress/internal/testtool/hostile"
)

// mixed loads the dataset that uses every key, with all hostile texts dealt out
// to the keys in turn, from one of them on, and networks of every peer.
func mixed(t *testing.T, from int) *dataset.Dataset {
	t.Helper()
	base, err := os.ReadFile("testdata/every-key.toml")
	if err != nil {
		t.Fatal(err)
	}
	filled, _, err := hostile.Dataset(string(base), func(string) string {
		from++
		return hostile.Texts[from%len(hostile.Texts)].Text
	})
	if err != nil {
		t.Fatal(err)
	}
	return loadText(t, filled, networks(loadText(t, filled)))
}

// nothingRan holds that no text ran a command, in a test that has just begun.
func nothingRan(t *testing.T) {
	t.Helper()
	_ = os.Remove(hostile.Marker)
	t.Cleanup(func() {
		if _, err := os.Stat(hostile.Marker); err == nil {
			t.Error("a text ran its command")
		}
	})
}

// TestTextOpensNothing gives exports with hostile texts to the programs that
// read them: they open what the dataset says, and nothing else.
func TestTextOpensNothing(t *testing.T) {
	nothingRan(t)
	for name, gap := range map[string]func(*testing.T, *dataset.Dataset, string) string{
		"iptables":          iptablesGap,
		"ufw's profiles":    profilesGap,
		"firewalld":         filesGap,
		"cloud-init and it": bootPolicyGap,
		"Prometheus":        probesGap,
		"Calico":            calicoGap,
		"Kubernetes":        networkPolicyGap,
		"nft":               nftGap,
		"Terraform": func(t *testing.T, ds *dataset.Dataset, _ string) string {
			_, err := readTerraform(t, ds, press(t, ds))
			if err != nil {
				return err.Error()
			}
			return ""
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, from := range []int{0, len(hostile.Texts) / 2} {
				ds := mixed(t, from)
				if got := gap(t, ds, writeSet(t, ds)); got != "" {
					t.Errorf("texts from %q on:\n%s", hostile.Texts[from].Name, got)
				}
			}
		})
	}
}

func nftGap(t *testing.T, ds *dataset.Dataset, _ string) string {
	set := press(t, ds)
	for _, h := range ds.Hosts {
		holds(t, ds, set, h)
	}
	return ""
}

// TestTextIsNotRunByAnsible shows every variable in a play, after it was handed
// on twice, and compares what it says.
func TestTextIsNotRunByAnsible(t *testing.T) {
	program := player(t)
	nothingRan(t)
	for _, from := range []int{0, 1} {
		ds := mixed(t, from*len(hostile.Texts)/2)
		dir := writeSet(t, ds)
		var play strings.Builder
		play.WriteString("- hosts: localhost\n  gather_facts: false\n  tasks:\n")
		for _, file := range files(t, filepath.Join(dir, "ansible"), ".yml") {
			if strings.Contains(file, "/playbooks/") || strings.HasSuffix(file, "requirements.yml") {
				continue
			}
			play.WriteString("    - ansible.builtin.include_vars: {file: " + file + "}\n")
		}
		play.WriteString(`    - ansible.builtin.set_fact: {once: "{{ every_key_ports }}"}
    - ansible.builtin.set_fact: {twice: "{{ once | map('combine', {}) | list }}", name: "{{ once[0].purpose }}"}
    - ansible.builtin.debug: {var: twice}
    - ansible.builtin.debug: {msg: "{{ item.purpose }} {{ item.port }} {{ item.remarks | default([]) | join }} {{ name }}"}
      loop: "{{ twice }}"
    - ansible.builtin.debug: {msg: "{{ vars | to_json }}"}
    - ansible.builtin.copy: {dest: ` + dir + `/rows.json, mode: "0600", content: "{{ twice | to_json }}"}
`)
		if err := os.WriteFile(filepath.Join(dir, "play.yml"), []byte(play.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, dir, program, "-i", "localhost,", "-c", "local", "play.yml")
		text, err := os.ReadFile(filepath.Join(dir, "rows.json"))
		if err != nil {
			t.Fatal(err)
		}
		var rows []struct {
			ID, Purpose, Port string
			Remarks           []string
		}
		if err := json.Unmarshal(text, &rows); err != nil {
			t.Fatal(err)
		}
		if len(rows) != len(ds.Ports) {
			t.Fatalf("%d rows, not %d", len(rows), len(ds.Ports))
		}
		for i, p := range ds.Ports {
			if r := rows[i]; r.Purpose != p.Purpose || r.Port != p.Number() || !slices.Equal(r.Remarks, p.Remarks()) && p.HasDetails() {
				t.Errorf("%s: Ansible has\n%q\nnot\n%q", p.ID, r, []any{p.Purpose, p.Number(), p.Remarks()})
			}
		}
	}
}

// TestTextIsNotRunByGoss has goss run the checks, which fail where nothing
// listens: they are those of plain texts.
func TestTextIsNotRunByGoss(t *testing.T) {
	goss := testtool.Need(t, "goss")[0]
	nothingRan(t)
	for _, from := range []int{0, len(hostile.Texts) / 2} {
		ds := mixed(t, from)
		set := press(t, ds)
		plain := press(t, loadEveryKey(t))
		for _, h := range ds.Hosts {
			path := "goss/every-key-" + h.ID + ".yaml"
			if got, want := gossTitles(t, goss, kept(t, set, path)), gossTitles(t, goss, kept(t, plain, path)); !maps.EqualFunc(got, want, func(string, string) bool { return true }) {
				t.Errorf("goss runs %q, not %q", got, want)
			} else {
				for id, title := range got {
					row := strings.Fields(id)[0]
					i := slices.IndexFunc(ds.Ports, func(p *dataset.Port) bool { return p.ID == row })
					if i < 0 || title != ds.Ports[i].Caption() {
						t.Errorf("goss calls %s %q", id, title)
					}
				}
			}
		}
	}
}

// gossTitles gives the titles of all checks, by their names.
func gossTitles(t *testing.T, goss, file string) map[string]string {
	t.Helper()
	out, _ := exec.Command(goss, "-g", file, "validate", "--format", "json").Output() // nothing listens, so checks fail
	var doc struct {
		Results []struct {
			ID    string `json:"resource-id"`
			Title string
		}
	}
	if err := json.Unmarshal(out, &doc); err != nil {
		t.Fatalf("goss says %s, %v", out, err)
	}
	titles := map[string]string{}
	for _, r := range doc.Results {
		titles[r.ID] = r.Title
	}
	return titles
}

// TestSystemdReadsOneDescription has systemd read the unit that cloud-init writes.
func TestSystemdReadsOneDescription(t *testing.T) {
	tool := testtool.Need(t, "systemd-analyze")
	for _, text := range hostile.Texts {
		if strings.HasPrefix(text.Name, "long") || strings.HasPrefix(text.Name, "iptables") {
			continue
		}
		ds := loadText(t, textDataset(t, text.Text))
		name, unit := written(t, writeSet(t, ds)+"/cloud-init/every-key-servers.yaml", ".service")
		file := filepath.Join(t.TempDir(), filepath.Base(name))
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(unit, "/usr/sbin/nft", "/bin/true")), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(tool[0], "verify", file).CombinedOutput()
		if err != nil || strings.Contains(string(out), "every-key.service:") {
			t.Errorf("%s: systemd says %s, %v", text.Name, out, err)
		}
	}
}
