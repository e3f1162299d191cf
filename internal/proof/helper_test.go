package proof

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"portpress/internal/testtool"
)

// role, in the environment, makes this test binary one of the programs that
// run inside a namespace. A namespace needs processes of its own, and so
// nothing besides the binary has to be built or found.
const role = "PORTPRESS_PROOF_ROLE"

func TestMain(m *testing.M) {
	config, err := filepath.Abs("testdata/ansible.cfg")
	if err == nil {
		err = os.Setenv("ANSIBLE_CONFIG", config)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	switch os.Getenv(role) {
	case "listen":
		err = listen(os.Stdin, os.Stdout)
	case "connect":
		err = connectAll(os.Stdin, os.Stdout)
	case "alone":
		go func() { // the pipe breaks when the test that started this one ends, however it ends
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(1)
		}()
		os.Exit(common.run(m))
	default:
		os.Exit(common.run(m))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// alone runs a test once more, in namespaces of its own for networks, mounts
// and processes, and says whether this is that run. When it ends, even killed,
// the kernel ends whatever it started and takes back all that it made.
func alone(t *testing.T, tools ...string) bool {
	t.Helper()
	unshare := testtool.Need(t, append([]string{"unshare"}, tools...)...)[0]
	if os.Getenv(role) == "alone" {
		// Programs keep locks and the names of namespaces below /run.
		run(t, "", "mount", "-t", "tmpfs", "tmpfs", "/run")
		return true
	}
	testtool.NeedRoot(t, "making namespaces")
	cmd := exec.CommandContext(t.Context(), unshare, "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
		os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=30m")
	cmd.Env = append(os.Environ(), role+"=alone")
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()+" ") {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	return false
}

// listen answers on every port of a list, over TCP and UDP, IPv4 and IPv6,
// until it is killed. It says "ready" once all of them are open.
func listen(in io.Reader, out io.Writer) error {
	var ports []int
	if err := json.NewDecoder(in).Decode(&ports); err != nil {
		return err
	}
	for _, port := range ports {
		tcp, err := net.Listen("tcp", fmt.Sprintf(":%d", port))
		if err != nil {
			return err
		}
		go func() {
			for {
				c, err := tcp.Accept()
				if err != nil {
					return
				}
				_ = c.Close()
			}
		}()
		udp, err := net.ListenPacket("udp", fmt.Sprintf(":%d", port))
		if err != nil {
			return err
		}
		go func() {
			b := make([]byte, 64)
			for {
				n, from, err := udp.ReadFrom(b)
				if err == nil {
					_, _ = udp.WriteTo(b[:n], from)
				}
			}
		}()
	}
	if _, err := fmt.Fprintln(out, "ready"); err != nil {
		return err
	}
	select {}
}

// probe is one connection to try.
type probe struct{ Network, Address string }

// patience is how long a probe waits. TCP sends its first packet again after
// one second.
const patience = 1800 * time.Millisecond

// connectAll tries a list of probes at once, and writes which were answered.
func connectAll(in io.Reader, out io.Writer) error {
	var probes []probe
	if err := json.NewDecoder(in).Decode(&probes); err != nil {
		return err
	}
	answered := make([]bool, len(probes))
	var wg sync.WaitGroup
	for i, p := range probes {
		wg.Go(func() { answered[i] = connect(p) })
	}
	wg.Wait()
	return json.NewEncoder(out).Encode(answered)
}

// connect tells whether a TCP handshake is done, or a datagram comes back.
func connect(p probe) bool {
	c, err := net.DialTimeout(p.Network, p.Address, patience)
	if err != nil {
		return false
	}
	defer func() { _ = c.Close() }()
	if p.Network == "tcp" {
		return true
	}
	sent, got := []byte(p.Address), make([]byte, 64)
	for range 3 { // a datagram may get lost
		if _, err := c.Write(sent); err != nil {
			return false
		}
		_ = c.SetReadDeadline(time.Now().Add(patience / 3))
		if n, err := c.Read(got); err == nil {
			return bytes.Equal(got[:n], sent)
		}
	}
	return false
}
