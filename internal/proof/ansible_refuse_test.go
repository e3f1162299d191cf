package proof

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"portpress/internal/testtool"
)

// faulty has hosts whose inventory gives addresses that are none, and one whose
// are good.
const faulty = `
[every_key_servers]
text every_key_cluster_addresses=10.0.0.0/24
name every_key_cluster_addresses='["10.0.0.0/24", "node1.example.com"]'
octet every_key_cluster_addresses='["10.0.0.256"]'
length every_key_cluster_addresses='["fd00::/129"]'
colons every_key_cluster_addresses='["fd00::1::2"]'
own every_key_cluster_addresses='["10.0.0.1"]' every_key_self_addresses=10.0.0.1
fine every_key_cluster_addresses='["10.0.0.7/24", "fd00::7/64", "10.0.0.0/24", "10.0.0.5", "fd00::/64", "::", "1:2:3:4:5:6:7:8", "0.0.0.0/0"]'

`

// unsure has a host with a name only.
const unsure = `
[every_key_servers]
unsure
`

const local = `
[all:vars]
ansible_connection=local
ansible_python_interpreter=/usr/bin/python3
ansible_become=false
`

// TestPlaybooksRefuse plays the playbooks where they must stop before their
// first change, and say why: a list of addresses that is none, a host with
// several addresses of which the inventory gives none, a port that isn't ssh's.
func TestPlaybooksRefuse(t *testing.T) {
	tools := testtool.Need(t, "unshare", "ansible-playbook", "firewalld", "ufw", "iptables", "ip")
	testtool.NeedRoot(t, "setting up a firewall")
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"lists.ini": faulty + local, "cards.ini": unsure + local} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	playbooks := filepath.Join(writeSet(t, loadText(t, few)), "ansible", "playbooks")
	other := filepath.Join(writeSet(t, loadText(t, few, "ssh.port = 2222")), "ansible", "playbooks")
	script := `
export ANSIBLE_STRATEGY=free
# Two cards; the world is behind the public one.
for card in public:203.0.113.5/24 private:10.1.0.5/24; do
  ip link add ${card%:*} type veth peer name ${card%:*}-end
  ip link set ${card%:*}-end up
  ip address add ${card#*:} dev ${card%:*}
  ip link set ${card%:*} up
done
mount -t sysfs sysfs /sys
ip route add default via 203.0.113.1
play() { echo "== $1 $2"; ansible-playbook -i "$1.ini" --diff "${@:3}" "$2" 2>&1 || true; }
`
	for _, backend := range []string{"firewalld", "ufw", "iptables"} {
		script += fmt.Sprintf("play lists %s/every-key-%s.yml --check\n", playbooks, backend)
		script += fmt.Sprintf("play cards %s/every-key-%s.yml\n", playbooks, backend)
	}
	script += fmt.Sprintf("play cards %s/every-key-firewalld.yml -e '{\"ansible_connection\": \"ssh\", \"every_key_cluster_addresses\": []}'\n", other)
	script += fmt.Sprintf(`play cards %s/every-key-firewalld.yml --check -e '{"every_key_self_addresses": ["10.1.0.5"]}'`+"\n", playbooks)
	script += "ls /etc/firewalld; iptables -S; ufw status"
	out := inARoot(t, dir, tools[0], script)
	plays := strings.Split(out, "\n== ")
	if len(plays) != 8 {
		t.Fatalf("%d plays:\n%s", len(plays), out)
	}
	for _, play := range plays {
		if strings.Contains(play, "[WARNING]: Using run_once") {
			t.Errorf("a warning of run_once:\n%s", play)
		}
	}
	stopped := `changed=0 .*failed=1`
	for i, play := range plays[:6] {
		want := map[string]string{"unsure": stopped}
		says := []string{"Which address unsure has", "every_key_self_addresses"}
		if i%2 == 0 {
			want = map[string]string{"text": stopped, "name": stopped, "octet": stopped, "length": stopped, "colons": stopped, "own": stopped, "fine": `changed=[1-9].*failed=0`}
			says = []string{"every_key_cluster_addresses must be a list of addresses and networks, not 10.0.0.0/24", "every_key_self_addresses must be a list"}
		}
		for host, counts := range want {
			if !regexp.MustCompile(`(?m)^` + host + ` .*` + counts).MatchString(play) {
				t.Errorf("%s should have %s:\n%s", host, counts, play)
			}
		}
		for _, text := range says {
			if !strings.Contains(strings.Join(strings.Fields(play), " "), text) {
				t.Errorf("nobody says %q:\n%s", text, play)
			}
		}
	}
	if strings.Contains(plays[0], "conflict") || !strings.Contains(plays[0], "set every-key-cluster-ipv4: 0.0.0.0/1, 128.0.0.0/1") {
		t.Errorf("overlapping networks aren't reduced:\n%s", plays[0])
	}
	if !strings.Contains(plays[6], "Ansible comes in by port 22, it seems") || !strings.Contains(plays[6], "failed=1") {
		t.Errorf("a port that isn't the site's is passed over:\n%s", plays[6])
	}
	if !strings.Contains(plays[7], "set every-key-cluster-ipv4: 10.1.0.5\n") || strings.Contains(plays[7], "203.0.113.5") {
		t.Errorf("the address that the inventory gives isn't taken:\n%s", plays[7])
	}
	if strings.Contains(plays[7], "portpress") || strings.Contains(plays[7], "Status: active") {
		t.Errorf("something was changed:\n%s", plays[7])
	}
}
