package dataset

import (
	"strings"
	"testing"
)

// TestSELinux holds a type to what SELinux takes, and a port of a host to one.
func TestSELinux(t *testing.T) {
	const web = "[ports.site]\nport = \"8000-8010\"\nprotocols = [\"tcp\", \"udp\"]\nhosts = \"servers\"\nscopes = \"internal\"\npurpose = \"Web\"\nselinux = "
	row := func(more string) string {
		return web + "\"http_port_t\"\n[ports.other]\nscopes = \"internal\"\npurpose = \"Other\"\nrepeats = \"site\"\n" + more
	}
	for _, tc := range []struct{ name, text, want string }{
		{"a type", web + `"http_port_t"`, ""},
		{"of a namespace", web + `"apache.http_port"`, ""},
		{"two words", web + `"http port"`, `"http port" is not a type of SELinux`},
		{"a digit", web + `"1_t"`, `"1_t" is not a type of SELinux`},
		{"a line", web + `"a_t\nb"`, `"a_t\nb" is not a type of SELinux`},
		{"no text", web + "3", "selinux must be text, not the number 3"},
		{"no ports", row("protocols = \"icmp\"\nhosts = \"servers\"\nselinux = \"a_t\""), "SELinux has no types for ports of ICMP"},
		{"UDP-Lite", row("protocols = \"udplite\"\nport = 1\nhosts = \"servers\"\nselinux = \"a_t\""), "SELinux has no types for ports of UDP-Lite"},
		{"socket", "[ports.s]\nsocket = \"/run/x\"\nhosts = \"servers\"\npurpose = \"S\"\nselinux = \"a_t\"", "a unix socket has no selinux"},
		{"the same", row("protocols = \"tcp\"\nport = 8005\nhosts = \"servers\"\nselinux = \"http_port_t\""), ""},
		{"another", row("protocols = \"tcp\"\nport = 8005\nhosts = \"servers\"\nselinux = \"a_t\""), `"other" gives TCP 8005 the type a_t, and "site" gives it http_port_t`},
		{"another of UDP", row("protocols = \"udp\"\nport = \"7950-8000\"\nhosts = \"servers\"\nselinux = \"a_t\""), `"other" gives UDP 8000 the type a_t, and "site" gives it http_port_t`},
		{"another that is off", row("protocols = \"tcp\"\nport = 8005\nhosts = \"servers\"\nselinux = \"a_t\"\noptions = \"off\"\n[options.off]\nname = \"Off\""), ""},
		{"beside it", row("protocols = \"tcp\"\nport = 8011\nhosts = \"servers\"\nselinux = \"a_t\""), ""},
		{"no type", row("protocols = \"tcp\"\nport = 8005\nhosts = \"servers\""), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, problems := loaded(t, sample+"\n"+tc.text+"\n")
			var said []string
			for _, p := range problems {
				said = append(said, p.Text)
			}
			if got := strings.Join(said, "\n"); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// TestSELinuxOfALayer reports two types at the layer that makes them meet.
func TestSELinuxOfALayer(t *testing.T) {
	const rows = `
[ports.site]
port = 8000
configurable = true
protocols = "tcp"
hosts = "servers"
scopes = "internal"
selinux = "http_port_t"
purpose = "Web"

[ports.cache]
port = 9000
protocols = "tcp"
hosts = "servers"
scopes = "internal"
selinux = "cache_port_t"
purpose = "Cache"
repeats = "web"
`
	_, problems := loaded(t, sample+rows, "ports.site.port = 9000\n")
	last := len(problems) - 1 // behind the warning that both open it
	if last != 1 || problems[last].File != "site.toml" || !strings.Contains(problems[last].Text, `"site" gives TCP 9000 the type http_port_t`) {
		t.Errorf("%v", problems)
	}
}
