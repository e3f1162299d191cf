// Package bench holds what portpress is measured with: generated datasets, a
// hand-written program that writes the same files, and the timing of both.
package bench

import (
	"bytes"
	"fmt"
	"strings"
)

// MaxRows is how many rows Dataset gives: about as many as a file may have. It
// could give len(hosts)/2*65534/2 without opening a port twice.
const MaxRows = 120_000

var hosts = [...]string{
	"managers", "workers", "gateways", "storage", "databases", "registries", "monitors", "builders",
}

var (
	scopes    = []string{`"internal"`, `"external"`, `"external", "internal"`, `"self"`, `"internal", "supply"`}
	protocols = []string{`"tcp"`, `"udp"`, `"tcp", "udp"`}
	options   = []string{"metrics", "mesh", "backup"}
	purposes  = []string{
		"BGP peers, used for networking between hosts",
		"Web UI and API",
		"Overlay networking",
		"Gossip-based clustering",
		"TLS authentication proxy that provides access to the container runtime",
		"Authentication storage back end for replication across managers",
		"Health check",
	}
)

const head = `format = 1

[product]
id = "bench"
name = "Benchmark Engine"
abbreviation = "BE"

[peers.partner]
name = "Partner"

[scopes.external]
name = "External"
description = "Traffic arrives from outside the cluster."
from = ["any"]

[scopes.internal]
name = "Internal"
description = "Traffic arrives from other hosts in the same cluster."
from = ["cluster"]

[scopes.supply]
name = "Supply"
description = "Traffic arrives from a partner's site or from the workers."
from = ["partner", "workers"]

[scopes.self]
name = "Self"
description = "Traffic arrives from processes on the same host."
from = ["self"]

[networks]
cluster = ["10.0.0.0/16", "fd00:1::/64"]
partner = ["192.0.2.0/24"]
workers = ["10.0.8.0/24"]
`

// Dataset writes a valid dataset of that many rows, the same at every call and
// without anything to warn of. Each row has all seven keys, one or two hosts,
// scopes and protocols, and a port, or every eighth row two, that no other row
// opens on the same host. It panics if rows is above MaxRows.
func Dataset(rows int) []byte {
	if rows > MaxRows {
		panic(fmt.Sprintf("bench: %d rows; no more than %d fit", rows, MaxRows))
	}
	var b bytes.Buffer
	b.WriteString(head)
	for _, host := range hosts {
		fmt.Fprintf(&b, "\n[hosts.%s]\nname = %q\n", host, strings.ToUpper(host[:1])+host[1:])
	}
	for _, option := range options {
		fmt.Fprintf(&b, "\n[options.%s]\nname = %q\ndefault = true\n", option, option)
	}
	const pairs = len(hosts) / 2
	for i := range rows {
		// A pair of hosts belongs to every fourth row; counted within its pair,
		// a row owns two numbers, of which most use the first.
		n := i / pairs
		port := fmt.Sprint(1 + 2*n)
		if i%8 == 7 {
			port = fmt.Sprintf("[%d, %d]", 1+2*n, 2+2*n)
		}
		first := i % pairs * 2
		names := []string{hosts[first], hosts[first+1]}
		if pick := n % 3; pick < 2 {
			names = names[pick : pick+1]
		}
		fmt.Fprintf(&b, "\n[ports.service-%d]\nport = %s\nconfigurable = %t\nprotocols = [%s]\n", i+1, port, i%5 == 1, protocols[i%len(protocols)])
		fmt.Fprintf(&b, "hosts = [\"%s\"]\nscopes = [%s]\n", strings.Join(names, `", "`), scopes[i%len(scopes)])
		fmt.Fprintf(&b, "options = [%q]\npurpose = %q\n", options[n%len(options)], purposes[i%len(purposes)])
	}
	return b.Bytes()
}

// Document gives a page of some length with two blocks in it, both empty.
func Document(n int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Page %d\n\n<!-- portpress:begin table hosts=managers scopes=external columns=port,purpose -->\n<!-- portpress:end -->\n", n)
	for i := range 12 {
		fmt.Fprintf(&b, "\n## Section %d\n\n%s\n", i, strings.Repeat("Prose with `code`, *emphasis* and [a link](https://example.org), as pages have it. ", 5))
	}
	b.WriteString("\n```yaml\na: b\n```\n\n<!-- portpress:begin mke-ports.md -->\n<!-- portpress:end -->\n")
	return b.Bytes()
}
