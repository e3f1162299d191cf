package proof

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"portpress/internal/dataset"
	"portpress/internal/export"
	"portpress/internal/testtool"
)

// These tests run the checks where something listens: in a network namespace
// that holds this process and the programs that it starts.

// sockets says where each port listens, by names such as "tcp 443".
type sockets map[string]string

// everywhereOn lets each port of a host listen as its rows say: on address,
// and for rows from self on loopback.
func everywhereOn(ds *dataset.Dataset, host, address, loopback string) sockets {
	out := sockets{}
	for _, f := range ds.Flows {
		if f.Host.ID == host && f.Direction == dataset.In {
			at := address
			if f.Peer.Kind == dataset.PeerSelf {
				at = loopback
			}
			out[f.Protocol.ID+" "+f.Range.String()] = at
		}
	}
	return out
}

// but gives the same sockets with one at another address, or none for "".
func (s sockets) but(what, address string) sockets {
	out := maps.Clone(s)
	if out[what] = address; address == "" {
		delete(out, what)
	}
	return out
}

// open listens until the test ends. Go binds [::] for both families, and
// nothing but IPv4 where the network is tcp4 or udp4.
func (s sockets) open(t *testing.T) {
	t.Helper()
	for what, address := range s {
		network, port, _ := strings.Cut(what, " ")
		if strings.Contains(address, ".") {
			network += "4"
		}
		var c io.Closer
		var err error
		if at := net.JoinHostPort(address, port); strings.HasPrefix(network, "tcp") {
			c, err = net.Listen(network, at)
		} else {
			c, err = net.ListenPacket(network, at)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
	}
}

// failures gives the names of the checks that goss finds wrong.
func failures(t *testing.T, goss, file string) []string {
	t.Helper()
	cmd := exec.Command(goss, "-g", file, "validate", "--format", "json")
	out, err := cmd.Output()
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		t.Fatal(err)
	}
	var doc struct {
		Results []struct {
			ID         string `json:"resource-id"`
			Successful bool
		}
	}
	if jsonErr := json.Unmarshal(out, &doc); jsonErr != nil || len(doc.Results) == 0 {
		t.Fatalf("goss says %s, %v", out, err)
	}
	failed := map[string]bool{}
	for _, r := range doc.Results {
		if !r.Successful {
			failed[r.ID] = true
		}
	}
	if (err != nil) != (len(failed) > 0) {
		t.Errorf("goss ends with %v, and finds wrong: %v", err, failed)
	}
	return slices.Sorted(maps.Keys(failed))
}

// kept writes one export to a file.
func kept(t *testing.T, set export.Set, path string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(file, content(t, set, path), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestGossSeesWhatListens(t *testing.T) {
	if !alone(t, "ip", "goss") {
		return
	}
	goss := testtool.Need(t, "goss")[0]
	run(t, "", "sh", "-ec", "ip link set lo up\nip address add 192.0.2.10/32 dev lo\nip address add 192.0.2.11/32 dev lo")
	mke, every := load(t, "mke"), loadEveryKey(t)
	managers := kept(t, press(t, mke), "goss/mke-managers.yaml")
	set := press(t, every)
	servers, agents := kept(t, set, "goss/every-key-servers.yaml"), kept(t, set, "goss/every-key-agents.yaml")

	four, both := everywhereOn(mke, "managers", "0.0.0.0", "127.0.0.1"), everywhereOn(mke, "managers", "::", "::1")
	bound := everywhereOn(every, "servers", "::", "::1").but("tcp 5000", "192.0.2.10")
	own := sockets{"tcp 80": "::", "udp 80": "::", "tcp 1350": "::", "tcp 4000": "::", "tcp 4001": "::", "udp 4002": "::"}
	for what := range bound { // rows that are not checked
		if _, err := strconv.Atoi(what[4:]); err != nil {
			delete(bound, what)
		}
	}
	for _, test := range []struct {
		name, file string
		listens    sockets
		want       []string
	}{
		{"all of MKE on 0.0.0.0", managers, four, nil},
		{"all of MKE on [::]", managers, both, nil},
		{"a port of self on 0.0.0.0", managers, four.but("tcp 6444", "0.0.0.0"), []string{"kube-api-proxy tcp 6444 listens nowhere else"}},
		{"a port of self on [::]", managers, both.but("tcp 6444", "::"), []string{"kube-api-proxy tcp 6444 listens nowhere else"}},
		{"a port of self on another address", managers, four.but("tcp 6444", "192.0.2.10"), []string{"kube-api-proxy tcp 6444 listens nowhere else"}},
		{"another loopback address", managers, four.but("tcp 6444", "127.0.0.53"), nil},
		{"nothing on one port", managers, both.but("tcp 10250", ""), []string{"kubelet tcp 10250 listens"}},
		{"TCP for UDP", managers, four.but("udp 4789", "").but("tcp 4789", "0.0.0.0"), []string{"overlay udp 4789 listens"}},
		{"UDP gone, TCP there", managers, four.but("udp 7946", ""), []string{"gossip udp 7946 listens"}},
		{"a row on its address", servers, bound, nil},
		{"a row on another address", servers, bound.but("tcp 5000", "192.0.2.11"), []string{"one-address tcp 5000 listens nowhere else"}},
		{"a row bound to loopback", agents, own.but("tcp 9099", "127.0.0.1"), nil},
		{"the same on all addresses", agents, own.but("tcp 9099", "::"), []string{"health tcp 9099 listens nowhere else"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.listens.open(t)
			if got := failures(t, goss, test.file); !slices.Equal(got, test.want) {
				t.Errorf("goss finds wrong: %q, want %q", got, test.want)
			}
		})
	}

	// Why the checks ask ss: this is goss's own, for a port that serves both families.
	t.Run("goss's port check", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "goss.yaml")
		if err := os.WriteFile(file, []byte("port: {tcp:443: {listening: true}}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		sockets{"tcp 443": "::"}.open(t)
		if got := failures(t, goss, file); !slices.Equal(got, []string{"tcp:443"}) {
			t.Errorf("goss's port check sees both families now, so use it: it finds wrong %q", got)
		}
	})
}

// alertRules are those of docs/exports.md.
func alertRules(t *testing.T) string {
	t.Helper()
	m := regexp.MustCompile("(?s)```yaml\n(groups:\n.*?)```").FindStringSubmatch(readText(t, "../../docs/exports.md"))
	if m == nil {
		t.Fatal("docs/exports.md has no rules")
	}
	return m[1]
}

// TestAlertsTellWhatIsNotSo runs the documented rules on every answer that a
// probe can give.
func TestAlertsTellWhatIsNotSo(t *testing.T) {
	promtool := testtool.Need(t, "promtool")[0]
	dir := t.TempDir()
	series, alerts := "", ""
	for _, name := range []string{"PortClosed", "PortExposed", "PortNotProbed"} {
		wants := map[string]string{"PortClosed": "open-0", "PortExposed": "closed-1", "PortNotProbed": "down"}[name]
		reach, _, _ := strings.Cut(strings.Replace(wants, "down", "open", 1), "-")
		alerts += fmt.Sprintf("      - {alertname: %s, eval_time: 10m, exp_alerts: [{exp_labels: {row: %s, reach: %s}}]}\n", name, wants, reach)
	}
	for _, reach := range []string{"open", "closed"} {
		for _, success := range []string{"0", "1"} {
			row := fmt.Sprintf("row: %s-%s, reach: %s", reach, success, reach)
			labels := strings.NewReplacer(": ", `="`, ", ", `", `).Replace(row) + `"`
			series += fmt.Sprintf("      - {series: 'probe_success{%s}', values: '%sx20'}\n      - {series: 'up{%s}', values: '1x20'}\n", labels, success, labels)
		}
	}
	series += "      - {series: 'up{row=\"down\", reach=\"open\"}', values: '0x20'}\n      - {series: 'up{job=\"another\"}', values: '0x20'}\n"
	test := "rule_files: [rules.yml]\ntests:\n  - interval: 1m\n    input_series:\n" + series + "    alert_rule_test:\n" + alerts
	for name, text := range map[string]string{"rules.yml": alertRules(t), "test.yml": test} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, promtool, "check", "rules", "rules.yml")
	run(t, dir, promtool, "test", "rules", "test.yml")
}

// TestPrometheusProbes runs Prometheus and the exporter. A manager is there by
// IPv4, with one open port that answers and one that doesn't; a worker by IPv6,
// with a kubelet that should not be reached.
func TestPrometheusProbes(t *testing.T) {
	if !alone(t, "ip", "prometheus", "blackbox_exporter") {
		return
	}
	tools := testtool.Need(t, "prometheus", "blackbox_exporter")
	run(t, "", "ip", "link", "set", "lo", "up")
	ds := load(t, "mke")
	dir := t.TempDir()
	for name, text := range map[string]string{
		"prometheus.yml":            "global: {scrape_interval: 1s, scrape_timeout: 1s}\n" + string(content(t, press(t, ds), "prometheus/mke-blackbox.yml")),
		"exporter.yml":              "modules: {tcp_connect: {prober: tcp}}\n",
		"targets/mke-managers.json": `[{"targets": ["127.0.0.1"]}]`,
		"targets/mke-workers.json":  `[{"targets": ["[::1]"]}]`,
	} {
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		if err == nil {
			err = os.WriteFile(path, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	sockets{"tcp 443": "127.0.0.1", "tcp 10250": "::1"}.open(t)
	for _, args := range [][]string{
		{tools[1], "--config.file=exporter.yml", "--web.listen-address=127.0.0.1:9115"},
		{tools[0], "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:9090"},
	} {
		cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
		cmd.Dir = dir
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Wait() }) // the context has ended by then
	}

	want := map[string]string{}
	for x := range probes(ds) {
		row, reach, _ := strings.Cut(x.scope, " is ")
		if reach == "named" {
			continue
		}
		instance, success := "127.0.0.1:"+x.port, "0"
		if x.host == "workers" {
			instance = "[::1]:" + x.port
		}
		if instance == "127.0.0.1:443" || instance == "[::1]:10250" {
			success = "1"
		}
		want[strings.Join([]string{"mke", x.host, row, x.port}, "/")] = strings.Join([]string{row, reach, instance, success}, " ")
	}
	var got map[string]string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if got = asked(t, "probe_success"); maps.Equal(got, want) {
			break
		}
	}
	for job := range want {
		if got[job] != want[job] {
			t.Errorf("%s: Prometheus says %q, want %q", job, got[job], want[job])
		}
	}
	if len(got) != len(want) || len(got) == 0 {
		t.Errorf("Prometheus has %d series, want %d", len(got), len(want))
	}
}

// asked gives what Prometheus has of a metric: row, reach, instance and value
// of each job. It gives nothing while Prometheus starts.
func asked(t *testing.T, metric string) map[string]string {
	t.Helper()
	answer, err := http.Get("http://127.0.0.1:9090/api/v1/query?query=" + url.QueryEscape(metric))
	if err != nil {
		return nil
	}
	defer func() { _ = answer.Body.Close() }()
	var doc struct {
		Data struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	if answer.StatusCode != http.StatusOK || json.NewDecoder(answer.Body).Decode(&doc) != nil {
		return nil
	}
	out := map[string]string{}
	for _, r := range doc.Data.Result {
		out[r.Metric["job"]] = fmt.Sprintf("%s %s %s %s", r.Metric["row"], r.Metric["reach"], r.Metric["instance"], r.Value[1])
	}
	return out
}
