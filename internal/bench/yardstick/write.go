package main

import (
	"bufio"
	"strconv"
	"strings"
)

func markdown(doc *document, w *bufio.Writer) {
	w.WriteString("# " + doc.Product.Name + ": open ports\n\n")
	w.WriteString("Each port listens for incoming traffic from a particular set of hosts, its scope.\n\n")
	w.WriteString("| Scope | Description |\n| --- | --- |\n")
	for _, id := range doc.scopes {
		cells(w, doc.Scopes[id].Name, doc.Scopes[id].Description)
	}
	if len(doc.peers) > 0 {
		w.WriteString("\n| Outside party | Description | Addresses |\n| --- | --- | --- |\n")
		for _, id := range doc.peers {
			p := doc.Peers[id]
			cells(w, p.Name, p.Description, strings.Join(p.Addresses, ", "))
		}
	}
	if len(doc.options) > 0 {
		w.WriteString("\n| Option | Description | One of | Chosen |\n| --- | --- | --- | --- |\n")
		for _, id := range doc.options {
			o, chosen := doc.Options[id], "no"
			if o.Default {
				chosen = "yes"
			}
			cells(w, o.Name, o.Description, o.Group, chosen)
		}
	}
	if doc.remarked {
		w.WriteString("\n| Hosts | Port | Scope | Purpose | Remarks |\n| --- | --- | --- | --- | --- |\n")
	} else {
		w.WriteString("\n| Hosts | Port | Scope | Purpose |\n| --- | --- | --- | --- |\n")
	}
	for i := range doc.rows {
		r := &doc.rows[i]
		port := strings.ToUpper(strings.Join(r.Protocols, ", ")) + " " + strings.Join(r.numbers, ", ")
		if r.Configurable {
			port += " (configurable)"
		}
		if doc.remarked {
			cells(w, title(r.Hosts, doc.Hosts), port, title(r.Scopes, doc.Scopes), r.Purpose, r.remarks)
		} else {
			cells(w, title(r.Hosts, doc.Hosts), port, title(r.Scopes, doc.Scopes), r.Purpose)
		}
	}
}

func cells(w *bufio.Writer, list ...string) {
	w.WriteByte('|')
	for _, cell := range list {
		if cell != "" {
			w.WriteByte(' ')
			w.WriteString(strings.ReplaceAll(cell, "|", `\|`))
		}
		w.WriteString(" |")
	}
	w.WriteByte('\n')
}

func csv(doc *document, w *bufio.Writer) {
	w.WriteString("id,protocols,port,hosts,scopes,configurable,options,purpose,component,to,remarks\r\n")
	for i := range doc.rows {
		r := &doc.rows[i]
		for _, field := range []string{
			r.id, strings.Join(r.Protocols, ";"), strings.Join(r.numbers, ", "), strings.Join(r.Hosts, ";"),
			strings.Join(r.Scopes, ";"), strconv.FormatBool(r.Configurable), strings.Join(r.Options, ";"),
		} {
			csvField(w, field)
			w.WriteByte(',')
		}
		csvField(w, r.Purpose)
		w.WriteString(",,,") // no component, no destinations
		csvField(w, r.remarks)
		w.WriteString("\r\n")
	}
}

func csvField(w *bufio.Writer, s string) {
	if !strings.ContainsAny(s, ",\"\r\n") {
		w.WriteString(s)
		return
	}
	w.WriteByte('"')
	w.WriteString(strings.ReplaceAll(s, `"`, `""`))
	w.WriteByte('"')
}

func yaml(doc *document, w *bufio.Writer) {
	product := strings.ReplaceAll(doc.Product.ID, "-", "_")
	w.WriteString("---\n# Ports of " + doc.Product.Name + ", one item for each row of its table.\n" +
		"# Ports are text, since YAML 1.1 reads an unquoted 20:21 as a number.\n" + product + "_ports:\n")
	for i := range doc.rows {
		r := &doc.rows[i]
		w.WriteString("  - id: ")
		yamlText(w, r.id)
		w.WriteString("\n    protocols: ")
		yamlList(w, r.Protocols)
		w.WriteString("\n    port: ")
		quote(w, strings.Join(r.numbers, ", "))
		w.WriteString("\n    hosts: ")
		yamlList(w, r.Hosts)
		w.WriteString("\n    scopes: ")
		yamlList(w, r.Scopes)
		w.WriteString("\n    configurable: " + strconv.FormatBool(r.Configurable))
		w.WriteString("\n    enabled: " + strconv.FormatBool(r.on))
		w.WriteString("\n    purpose: ")
		yamlText(w, r.Purpose)
		w.WriteByte('\n')
	}
	w.WriteString("\n# The flows of this host, whatever host types it is: those of each group that\n" +
		"# it is in, from group_vars, each once.\n" + product + "_flows: >-\n  {{ ([]")
	for _, id := range doc.hosts {
		w.WriteString("\n  + " + product + "_" + strings.ReplaceAll(id, "-", "_") + "_flows | default([])")
	}
	w.WriteString(") | unique }}\n")
}

func yamlList(w *bufio.Writer, list []string) {
	w.WriteByte('[')
	for i, s := range list {
		if i > 0 {
			w.WriteString(", ")
		}
		yamlText(w, s)
	}
	w.WriteByte(']')
}

// yamlText writes text plainly where words are all that it holds.
func yamlText(w *bufio.Writer, s string) {
	switch strings.ToLower(s) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		quote(w, s)
		return
	}
	for i := range len(s) {
		c := s[i] | 0x20
		if letter := c >= 'a' && c <= 'z'; !letter && (i == 0 || !strings.ContainsRune(" -0123456789", rune(s[i]))) {
			quote(w, s)
			return
		}
	}
	w.WriteString(s)
}

// quote writes text as JSON and YAML both read it.
func quote(w *bufio.Writer, s string) {
	w.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\':
			w.WriteByte('\\')
			w.WriteByte(c)
		case '\n':
			w.WriteString(`\n`)
		case '\t':
			w.WriteString(`\t`)
		default:
			w.WriteByte(c)
		}
	}
	w.WriteByte('"')
}
