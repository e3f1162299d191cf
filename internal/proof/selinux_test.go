package proof

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"portpress/internal/testtool"
)

// seport judges items by the argument specification of community.general.seport,
// the module's own, and by that of the role linux-system-roles.selinux, which
// its meta/argument_specs.yml of 2025 gives for an item of selinux_ports.
const seport = `
import json, sys
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.community.general.plugins.modules import seport

class Asked(Exception):
    pass

def asked(argument_spec, **kwargs):
    raise Asked(argument_spec)

seport.AnsibleModule = asked
try:
    seport.main()
except Asked as spec:
    module = spec.args[0]
role = dict(
    ports=dict(type="list", elements="str", required=True),
    proto=dict(type="str", choices=["tcp", "udp", "dccp", "sctp"], default="tcp"),
    setype=dict(type="str", required=True),
    state=dict(type="str", choices=["present", "absent"], default="present"),
    local=dict(type="bool", default=False),
)
for spec, items in zip((module, role), json.load(sys.stdin)):
    for item in items:
        said = ArgumentSpecValidator(spec).validate(item)
        for message in said.error_messages:
            print(item, message)
        if said.validated_parameters["ports"] != item["ports"]:
            print(item, "is read as", said.validated_parameters["ports"])
`

const typed = `format = 1
product = {id = "demo", name = "Demo"}
hosts.servers.name = "Servers"
hosts.agents.name = "Agents"
[ports.web]
port = [443, "8000-8010"]
configurable = true
protocols = ["tcp", "udp"]
hosts = "servers"
from = "any"
selinux = "http_port_t"
purpose = "Web"
[ports.signal]
port = 3868
protocols = "sctp"
hosts = "servers"
from = "any"
selinux = "true"
purpose = "A type that YAML could take for something else"
`

// TestPortTypes hands the types of ports to those who read them, before and
// after a layer moves a port.
func TestPortTypes(t *testing.T) {
	testtool.Need(t, "ansible-playbook", "python3")
	for _, tc := range []struct{ name, layer, module, role string }{
		{
			"as shipped", "",
			"http_port_t tcp 443,8000-8010; http_port_t udp 443,8000-8010",
			"http_port_t tcp 443,8000-8010; http_port_t udp 443,8000-8010; true sctp 3868",
		},
		{
			"moved", "ports.web.port = 8443\nports.web.selinux = \"own_port_t\"\n",
			"own_port_t tcp 8443; own_port_t udp 8443",
			"own_port_t tcp 8443; own_port_t udp 8443; true sctp 3868",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := writeSet(t, loadText(t, typed, tc.layer))
			lists := [2][]map[string]any{
				items(t, dir, "seport", "demo_servers", "seport"),
				items(t, dir, "linux-system-roles.selinux", "demo_servers", "selinux_ports"),
			}
			for i, want := range []string{tc.module, tc.role} {
				var got []string
				for _, item := range lists[i] {
					ports := strings.Trim(strings.ReplaceAll(fmt.Sprint(item["ports"]), " ", ","), "[]")
					got = append(got, fmt.Sprintf("%v %v %s", item["setype"], item["proto"], ports))
				}
				if got := strings.Join(got, "; "); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
			if none := items(t, dir, "seport", "demo_agents", "seport"); len(none) > 0 {
				t.Errorf("agents have no types: %v", none)
			}
			input, err := json.Marshal(lists)
			if err != nil {
				t.Fatal(err)
			}
			// One that is wrong, so that the judge is known to be awake.
			for _, in := range []string{string(input), strings.Replace(string(input), `"proto":"tcp"`, `"proto":"esp"`, 1)} {
				cmd := exec.Command("/usr/bin/python3", "-c", seport)
				cmd.Stdin = strings.NewReader(in)
				out, err := cmd.CombinedOutput()
				if wrong := in != string(input); err != nil || (len(out) > 0) != wrong {
					t.Errorf("%v\n%s", err, out)
				}
			}
		})
	}
	t.Run("no types", func(t *testing.T) {
		dir := writeSet(t, loadText(t, few))
		if _, err := os.Stat(filepath.Join(dir, "ansible", "seport")); !os.IsNotExist(err) {
			t.Errorf("a table without types has no such folder: %v", err)
		}
	})
}
