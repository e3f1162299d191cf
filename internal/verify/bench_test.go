package verify

import (
	"fmt"
	"strings"
	"testing"

	"portpress/internal/export"
	"portpress/internal/verify/quickyaml"
)

// The exports that the benchmarks read have a thousand rows, as the shapes of
// Ansible vars, a JSON list, a table and a document would.

func benchYAML(rows int) []byte {
	var b strings.Builder
	b.WriteString("---\n# Pressed from the dataset.\nproduct: Mirantis Kubernetes Engine\nmke_ports:\n")
	for i := range rows {
		fmt.Fprintf(&b, `  - id: port-%d
    name: "Service %d: the one, %s"
    port: "%d-%d"
    first: %d
    configurable: %t
    protocols: [tcp, udp]
    hosts:
      - managers
      - workers
    source: 10.%d.0.0/16
    purpose: >-
      Used for the traffic of service number %d, which
      other hosts of the cluster send.
`, i, i, "and other", i, i+10, i+1, i%2 == 0, i%256, i)
	}
	return []byte(b.String())
}

func benchJSON(rows int) []byte {
	var b strings.Builder
	b.WriteString("{\n  \"ports\": [\n")
	for i := range rows {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `    {
      "id": "port-%d",
      "name": "Service %d: the one, and other",
      "port": [%d, %d],
      "configurable": %t,
      "protocols": ["tcp", "udp"],
      "hosts": ["managers", "workers"],
      "purpose": "Used for the traffic of service number %d, which other hosts of the cluster send"
    }`, i, i, i, i+10, i%2 == 0, i)
	}
	b.WriteString("\n  ]\n}\n")
	return []byte(b.String())
}

func benchCSV(rows int) []byte {
	var b strings.Builder
	b.WriteString("id,name,port,configurable,protocols,hosts,purpose\n")
	for i := range rows {
		fmt.Fprintf(&b, "port-%d,Service %d,%d-%d,%t,\"tcp, udp\",\"managers, workers\",Used for the traffic of service number %d which other hosts of the cluster send\n",
			i, i, i, i+10, i%2 == 0, i)
	}
	return []byte(b.String())
}

func benchTOML(rows int) []byte {
	var b strings.Builder
	for i := range rows {
		fmt.Fprintf(&b, "[ports.port-%d]\nport = %d\nprotocols = [\"tcp\", \"udp\"]\npurpose = \"Service number %d\"\n\n", i, i, i)
	}
	return []byte(b.String())
}

func benchXML(rows int) []byte {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<service>\n")
	for i := range rows {
		fmt.Fprintf(&b, "  <port protocol=\"tcp\" port=\"%d\"/>\n  <description>Service number %d &amp; its kin</description>\n", i, i)
	}
	b.WriteString("</service>\n")
	return []byte(b.String())
}

func benchFile(b *testing.B, path string, content []byte) {
	b.Helper()
	file := export.File{Path: path, Content: content, Template: "templates/" + path + ".tmpl"}
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if found := one(file); len(found) > 0 {
			b.Fatal(found)
		}
	}
}

func BenchmarkText(b *testing.B) { benchFile(b, "ports.txt", benchYAML(1000)) }
func BenchmarkYAML(b *testing.B) { benchFile(b, "ports.yml", benchYAML(1000)) }
func BenchmarkJSON(b *testing.B) { benchFile(b, "ports.json", benchJSON(1000)) }
func BenchmarkCSV(b *testing.B)  { benchFile(b, "ports.csv", benchCSV(1000)) }
func BenchmarkTOML(b *testing.B) { benchFile(b, "ports.toml", benchTOML(1000)) }
func BenchmarkXML(b *testing.B)  { benchFile(b, "ports.xml", benchXML(1000)) }

func BenchmarkYAMLQuick(b *testing.B) {
	content := benchYAML(1000)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if !quickyaml.Sure(content) {
			b.Fatal("the quick reader isn't sure of the benchmark's text")
		}
	}
}

func BenchmarkYAMLFull(b *testing.B) {
	content := benchYAML(1000)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		r := &report{file: export.File{Path: "ports.yml", Content: content}}
		if fullYAML(r); len(r.list) > 0 {
			b.Fatal(r.list)
		}
	}
}

func BenchmarkJSONNames(b *testing.B) {
	content := benchJSON(1000)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		r := &report{file: export.File{Path: "ports.json", Content: content}}
		if jsonDuplicates(r); len(r.list) > 0 {
			b.Fatal(r.list)
		}
	}
}
