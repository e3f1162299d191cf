package main

import (
	"bufio"
	"strconv"
	"strings"
)

func json(doc *document, w *bufio.Writer) {
	p := &doc.Product
	abbreviation := p.Abbreviation
	if abbreviation == "" {
		abbreviation = p.Name
	}
	w.WriteString("{\n  \"format\": 1,\n  \"product\": {")
	fields(w, "id", p.ID, "name", p.Name, "abbreviation", abbreviation, "version", p.Version, "source", p.Source)
	list(w, "notes", nil)
	w.WriteString("},\n  \"hosts\": [")
	for i, id := range doc.hosts {
		item(w, i)
		fields(w, "id", id, "name", doc.Hosts[id].Name)
		w.WriteByte('}')
	}
	w.WriteString("\n  ],\n  \"peers\": [")
	for i, id := range doc.peers {
		item(w, i)
		fields(w, "id", id, "name", doc.Peers[id].Name, "description", doc.Peers[id].Description)
		list(w, "addresses", doc.Peers[id].Addresses)
		w.WriteByte('}')
	}
	w.WriteString("\n  ],\n  \"scopes\": [")
	for i, id := range doc.scopes {
		s := doc.Scopes[id]
		item(w, i)
		fields(w, "id", id, "name", s.Name, "description", s.Description)
		list(w, "from", s.From)
		w.WriteByte('}')
	}
	w.WriteString("\n  ],\n  \"options\": [")
	for i, id := range doc.options {
		o := doc.Options[id]
		item(w, i)
		fields(w, "id", id, "name", o.Name, "description", o.Description, "group", o.Group)
		w.WriteString(`, "on": ` + strconv.FormatBool(o.Default) + "}")
	}
	w.WriteString("\n  ],\n  \"interfaces\": [\n  ],\n  \"networks\": [")
	for i, id := range doc.networks {
		item(w, i)
		fields(w, "peer", id)
		list(w, "prefixes", doc.Networks[id])
		w.WriteByte('}')
	}
	w.WriteString("\n  ],\n  \"ports\": [")
	for i := range doc.rows {
		r := &doc.rows[i]
		item(w, i)
		fields(w, "id", r.id)
		list(w, "protocols", r.Protocols)
		list(w, "port", r.numbers)
		list(w, "hosts", r.Hosts)
		list(w, "scopes", r.Scopes)
		w.WriteString(`, "configurable": ` + strconv.FormatBool(r.Configurable))
		list(w, "options", r.Options)
		w.WriteString(`, "on": ` + strconv.FormatBool(r.on) + ", ")
		fields(w, "purpose", r.Purpose)
		w.WriteByte('}')
	}
	w.WriteString("\n  ],\n  \"flows\": [")
	flows(doc, w)
	w.WriteString("\n  ]\n}\n")
}

// flows writes one item for each host, protocol, range, scope and source of
// each row that is on.
func flows(doc *document, w *bufio.Writer) {
	n := 0
	for i := range doc.rows {
		r := &doc.rows[i]
		if !r.on {
			continue
		}
		for _, host := range r.Hosts {
			for _, protocol := range r.Protocols {
				for _, number := range r.numbers {
					first, last, isRange := strings.Cut(number, "-")
					if !isRange {
						last = first
					}
					for _, scope := range r.Scopes {
						for _, peer := range doc.Scopes[scope].From {
							item(w, n)
							n++
							fields(w, "direction", "in", "host", host, "protocol", protocol)
							w.WriteString(`, "first_port": ` + first + `, "last_port": ` + last + ", ")
							fields(w, "scope", scope, "peer", peer, "id", r.id)
							w.WriteByte('}')
						}
					}
				}
			}
		}
	}
}

// item begins the object number i of a list.
func item(w *bufio.Writer, i int) {
	if i > 0 {
		w.WriteByte(',')
	}
	w.WriteString("\n    {")
}

// fields writes pairs of a key and a text.
func fields(w *bufio.Writer, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			w.WriteString(", ")
		}
		quote(w, pairs[i])
		w.WriteString(": ")
		quote(w, pairs[i+1])
	}
}

// list writes a further key with a list of texts.
func list(w *bufio.Writer, key string, values []string) {
	w.WriteString(", ")
	quote(w, key)
	w.WriteString(": [")
	for i, v := range values {
		if i > 0 {
			w.WriteString(", ")
		}
		quote(w, v)
	}
	w.WriteByte(']')
}
