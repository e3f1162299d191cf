package change

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"portpress"
	"portpress/internal/dataset"
	"portpress/internal/report"
	"portpress/internal/source"
)

// packet is one thing that may happen: a sender knocks at one number of one
// address and interface of a host, or is knocked at.
type packet struct {
	direction, host, protocol string
	number                    int
	address, device, party    string
}

// allowed lists what the flows of a dataset let pass, one by one. It is what
// Between works out with sets, and knows nothing of those.
func allowed(ds *dataset.Dataset) map[packet]bool {
	out := map[packet]bool{}
	for _, f := range ds.Flows {
		o := Opening{
			Direction: f.Direction, Protocols: []string{f.Protocol.ID}, Hosts: []string{f.Host.ID}, Peers: []string{f.Peer.ID},
			Addresses: dataset.Texts(f.Port.Bind, netip.Addr.String), Types: dataset.Texts(f.Port.Types, func(t int) string { return fmt.Sprint(t) }),
			Interfaces: dataset.Texts(f.Port.Interfaces, func(i *dataset.Interface) string { return i.ID }),
		}
		if f.Range.From > 0 {
			o.Ports = []string{f.Range.String()}
		}
		packets(&o, out)
	}
	return out
}

// packets takes an opening apart. Where it names no address or interface, one
// that no row names stands for the rest.
func packets(o *Opening, out map[packet]bool) {
	orElse := func(list []string, all ...string) []string {
		if len(list) == 0 {
			return all
		}
		return list
	}
	var parties []string
	for _, p := range o.Peers {
		switch p {
		case "any":
			parties = append(parties, "servers", "agents", "office", "branch", "stranger")
		case "cluster":
			parties = append(parties, "servers", "agents")
		case "self":
		default:
			parties = append(parties, p)
		}
	}
	var numbers []int
	for _, text := range slices.Concat(o.Ports, o.Types) {
		var from, to int
		if n, _ := fmt.Sscanf(text, "%d-%d", &from, &to); n < 2 {
			to = from
		}
		for n := from; n <= to; n++ {
			numbers = append(numbers, n)
		}
	}
	protocols := o.Protocols
	if slices.Contains(protocols, "any") {
		for _, protocol := range []string{"tcp", "udp", "icmp", "esp", "gre"} {
			rest := *o
			rest.Protocols = []string{protocol}
			if protocol == "tcp" || protocol == "udp" {
				rest.Ports = []string{"1-10"} // all that randomRows has, and one
			}
			packets(&rest, out)
		}
		protocols = slices.DeleteFunc(slices.Clone(protocols), func(p string) bool { return p == "any" })
	}
	for _, protocol := range protocols {
		which := numbers
		switch {
		case protocol == "esp", protocol == "gre":
			which = []int{0}
		case protocol == "icmp" && len(o.Types) == 0:
			which = []int{0, 1, 2, 3, 4, 5, 255}
		}
		for _, host := range o.Hosts {
			for _, n := range which {
				if protocol == "icmp" && n > 5 && n < 255 {
					continue // as good as 255
				}
				for _, address := range orElse(o.Addresses, "192.0.2.1", "192.0.2.2", "other") {
					for _, device := range orElse(o.Interfaces, "storage", "other") {
						for _, party := range parties {
							out[packet{string(o.Direction), host, protocol, n, address, device, party}] = true
						}
					}
				}
			}
		}
	}
}

// randomRows writes a few rows of everything that bears on what is open.
func randomRows(random *rand.Rand) string {
	some := func(list ...string) string {
		var picked []string
		for len(picked) == 0 {
			for _, s := range list {
				if random.IntN(3) == 0 {
					picked = append(picked, `"`+s+`"`)
				}
			}
		}
		return "[" + strings.Join(picked, ", ") + "]"
	}
	var b strings.Builder
	for _, id := range []string{"a", "b", "c", "d"}[random.IntN(3):] {
		var keys []string
		switch random.IntN(6) {
		case 0:
			keys = []string{"protocols = " + some("esp", "any"), "no-port ="}
		case 1:
			keys = []string{`protocols = "icmp"`, "no-port ="}
			if random.IntN(2) == 0 {
				keys = append(keys, "types = "+strings.ReplaceAll(some("0", "3", "5"), `"`, ""))
			}
		default:
			from := 1 + random.IntN(5)
			keys = []string{"protocols = " + some("tcp", "udp"), fmt.Sprintf("port = \"%d-%d\"", from, from+random.IntN(4))}
		}
		keys = append(keys, "hosts = "+some("servers", "agents"), fmt.Sprintf("purpose = %q", []string{"x", "y"}[random.IntN(2)]))
		peers := func() string { return some("any", "cluster", "self", "servers", "agents", "office", "branch") }
		switch random.IntN(5) {
		case 0:
			keys = append(keys, "scopes = "+some("public", "inside"))
		case 1:
			keys = append(keys, "to = "+peers(), "no-scopes =")
		case 2:
			keys = append(keys, "to = "+peers(), "from = "+peers())
		default:
			keys = append(keys, "from = "+peers())
		}
		if random.IntN(4) == 0 {
			keys = append(keys, "bind = "+some("192.0.2.1", "192.0.2.2"))
		}
		if random.IntN(4) == 0 {
			keys = append(keys, `interfaces = "storage"`)
		}
		b.WriteString(row(id, keys...))
	}
	return head + b.String()
}

// TestAgainstPackets holds what Between says of random datasets to lists of
// single packets: each that is let through now and wasn't is told of, nothing
// is told that isn't let through, and nothing where there is no such packet.
func TestAgainstPackets(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	widened, same := 0, 0
	for range 1000 {
		before, after := randomRows(random), randomRows(random)
		if random.IntN(3) == 0 { // often near each other
			words := [][2]string{{"cluster", "any"}, {"tcp", "udp"}, {"office", "branch"}, {`"1-`, `"2-`}, {"servers", "agents"}}[random.IntN(5)]
			rows, _ := strings.CutPrefix(before, head)
			after = head + strings.Replace(rows, words[0], words[1], 1+random.IntN(3))
		}
		a, ok := parse([]byte(before))
		b, alsoOK := parse([]byte(after))
		if !ok || !alsoOK { // the replacement may have put an id in a list twice
			continue
		}
		c := Between(a, b)
		old, now := allowed(a), allowed(b)
		told := map[packet]bool{}
		for _, e := range c.Entries {
			for i := range e.More {
				if e.Section == "ports" {
					packets(&e.More[i], told)
				}
			}
		}
		gain := 0
		for p := range now {
			if !old[p] {
				gain++
				if !told[p] {
					t.Fatalf("not told: %v\n%s\n→\n%s", p, before, after)
				}
			}
		}
		for p := range told {
			if !now[p] {
				t.Fatalf("told, and not open: %v\n%s\n→\n%s", p, before, after)
			}
		}
		if c.Widened() != (gain > 0) {
			t.Fatalf("widened: %t, and %d packets more are let through\n%s\n→\n%s", c.Widened(), gain, before, after)
		}
		if gain > 0 {
			widened++
		} else {
			same++
		}
		holds(t, a, b)
	}
	if widened < 300 || same < 50 {
		t.Errorf("%d datasets widened and %d didn't: the random ones prove little", widened, same)
	}
}

// holds is what is true of any two datasets.
func holds(t *testing.T, a, b *dataset.Dataset) {
	t.Helper()
	for _, ds := range []*dataset.Dataset{a, b} {
		if c := Between(ds, ds); c.Any() {
			t.Fatalf("a dataset differs from itself: %+v", c.Entries)
		}
	}
	there, back := Between(a, b), Between(b, a)
	if more, less := openings(there, true), openings(back, false); !reflect.DeepEqual(more, less) {
		t.Fatalf("opens more:\n%v\nthe other way round, opens less:\n%v", more, less)
	}
	if less, more := openings(there, false), openings(back, true); !reflect.DeepEqual(more, less) {
		t.Fatalf("opens less:\n%v\nthe other way round, opens more:\n%v", less, more)
	}
	if there.Any() != back.Any() {
		t.Fatal("one way something differs, the other way nothing does")
	}
}

// openings lists what opens more, or less, in an order that doesn't depend on
// the way.
func openings(c *Change, more bool) []string {
	var out []string
	for _, e := range c.Entries {
		list, id := e.Less, e.ID
		switch {
		case more:
			list = e.More
		case e.Was != "":
			id = e.Was
		}
		for _, o := range list {
			out = append(out, fmt.Sprintf("%s.%s %+v", e.Section, id, o))
		}
	}
	slices.Sort(out)
	return out
}

// parse loads a dataset that may be wrong.
func parse(text []byte) (*dataset.Dataset, bool) {
	file, problems := source.FromReader(bytes.NewReader(text), "test.toml")
	if problems != nil {
		return nil, false
	}
	ds, _ := dataset.Load(file)
	return ds, ds != nil
}

// FuzzBetween holds any two datasets to what is true of all.
func FuzzBetween(f *testing.F) {
	mke, err := fs.ReadFile(portpress.Data(), "mke.toml")
	if err != nil {
		f.Fatal(err)
	}
	every, err := os.ReadFile("../proof/testdata/every-key.toml")
	if err != nil {
		f.Fatal(err)
	}
	seeds := [][]byte{mke, every, []byte(head + row("web")), []byte(head + row("ui", `scopes = "public"`) + nets("office", "10.0.0.0/8"))}
	for _, a := range seeds {
		for _, b := range seeds {
			f.Add(a, b)
		}
	}
	f.Fuzz(func(t *testing.T, x, y []byte) {
		a, ok := parse(x)
		b, alsoOK := parse(y)
		if !ok || !alsoOK {
			t.Skip("no datasets")
		}
		holds(t, a, b)
		c := Between(a, b)
		for _, write := range []func(*bytes.Buffer) error{
			func(w *bytes.Buffer) error { return c.Text(w, true) },
			func(w *bytes.Buffer) error { return c.Markdown(w) },
			func(w *bytes.Buffer) error { return report.JSON(w, c.Document()) },
		} {
			var first, second bytes.Buffer
			if err := write(&first); err != nil {
				t.Fatal(err)
			}
			c = Between(a, b)
			if err := write(&second); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Fatalf("the same datasets give another text: %v\n%s\n%s", err, first.String(), second.String())
			}
		}
	})
}
