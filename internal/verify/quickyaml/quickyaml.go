// Package quickyaml knows the YAML that templates press at once, and leaves all
// other to the full reader. Verifying by it takes a seventh off the CPU time of
// a default build, and a fifth off one of 1,000 rows.
package quickyaml

import (
	"bytes"

	"portpress/internal/verify/keyset"
)

// Building a node tree costs a YAML export more than rendering it did. The
// quick reader knows only the plain block style that templates press, in
// which every line tells where it belongs by itself, and makes one pass over
// it. It never says that a text is wrong: what it doesn't know, the full
// reader judges.

// MaxDepth bounds the collections that the quick reader keeps open.
const MaxDepth = 64

// maxQuickKey is well below the 1024 characters after which YAML no longer
// takes a scalar for a key.
const maxQuickKey = 512

// quickFrame is a block collection that is open.
type quickFrame struct {
	indent  int  // column of its keys or dashes, from 0
	seq     bool // a sequence; otherwise a mapping
	waiting bool // its last key or dash had no value on the line
}

// quickReader reads one text. The methods take and return offsets into it;
// a negative one means not sure.
type quickReader struct {
	text   []byte
	frames []quickFrame
	keys   keyset.Set // of the mappings among frames, and of flow mappings
	rooted bool       // the document's root has begun
}

// notSure is the offset that stands for no answer.
const notSure = -1

// Sure reports whether text is certainly valid YAML, with unique keys in
// every mapping, in which readers of YAML 1.1 and 1.2 see the same. False
// means only that it isn't sure. It expects text that checkText has passed.
func Sure(text []byte) bool {
	// A carriage return may or may not be a line's end, a mark may or may
	// not be skipped, and the separators end a line in YAML 1.1.
	if bytes.IndexByte(text, '\r') >= 0 || oddCharacter(text) {
		return false
	}
	var room [MaxDepth]quickFrame
	q := quickReader{text: text, frames: room[:0]}
	for p := 0; p < len(text); {
		if p = q.line(p); p == notSure {
			return false
		}
	}
	return true
}

// oddCharacter finds U+2028, U+2029, U+FEFF, U+FFFE or U+FFFF.
func oddCharacter(text []byte) bool {
	return holds(text, 0xE2, func(b, c byte) bool { return b == 0x80 && (c == 0xA8 || c == 0xA9) }) ||
		holds(text, 0xEF, func(b, c byte) bool { return b == 0xBB && c == 0xBF || b == 0xBF && c >= 0xBE })
}

// holds finds a character of three bytes, of which odd judges the last two.
func holds(text []byte, lead byte, odd func(b, c byte) bool) bool {
	for {
		n := bytes.IndexByte(text, lead)
		if n < 0 || len(text) < n+3 {
			return false
		}
		if odd(text[n+1], text[n+2]) {
			return true
		}
		text = text[n+1:]
	}
}

// line reads the line at start, with any block scalar that begins in it, and
// returns where the next begins.
func (q *quickReader) line(start int) int {
	p := q.spaces(start)
	if p == len(q.text) {
		return p
	}
	switch c := q.text[p]; {
	case c == '\n':
		return p + 1
	case c == '#':
		return q.nextLine(p)
	case p == start && (c == '%' || c == '.'):
		return notSure // a directive, or the end of a document
	case p == start && c == '-' && bytes.HasPrefix(q.text[p:], []byte("---")) && q.blank(p+3):
		q.frames, q.rooted = q.frames[:0], false
		q.keys.Reset()
		return q.rest(p + 3)
	}
	fresh, ok := q.settle(p-start, q.dash(p))
	if !ok {
		return notSure
	}
	return q.entry(start, p, fresh)
}

// settle closes the collections that a line at this indent is not part of.
// It reports whether the line begins a collection of its own, or a scalar;
// otherwise it goes on with the innermost open one. ok is false when the line
// fits nowhere, or may continue a scalar of the line before.
func (q *quickReader) settle(indent int, dash bool) (fresh, ok bool) {
	for len(q.frames) > 0 {
		top := &q.frames[len(q.frames)-1]
		switch {
		case indent > top.indent:
			ok = top.waiting
			top.waiting = false
			return true, ok
		case indent < top.indent:
			q.pop()
		case top.seq == dash:
			top.waiting = false // for the key or dash before, which is null
			return false, true
		case dash && top.waiting:
			// A key's sequence may stand at the key's own indent.
			top.waiting = false
			return true, true
		case top.seq:
			q.pop() // such a sequence, and the mapping goes on
		default:
			return false, false
		}
	}
	ok = !q.rooted
	q.rooted = true
	return true, ok
}

// entry reads what stands at p in the line that begins at start: any number
// of dashes, then a key or a value. fresh says that it begins a collection.
func (q *quickReader) entry(start, p int, fresh bool) int {
	for q.dash(p) {
		if fresh && !q.push(p-start, true) {
			return notSure
		}
		next := q.spaces(p + 1)
		if q.blank(next) || q.comment(next) {
			q.frames[len(q.frames)-1].waiting = true
			return q.rest(p + 1)
		}
		p, fresh = next, true
	}
	end, key := q.keyAt(p)
	if end == notSure {
		if !fresh {
			return notSure // a mapping's line without a key
		}
		return q.value(p)
	}
	if fresh && !q.push(p-start, false) {
		return notSure
	}
	if _, seen := q.keys.Add(key, p); seen {
		return notSure // the full reader says which
	}
	next := q.spaces(end)
	if q.blank(next) || q.comment(next) {
		q.frames[len(q.frames)-1].waiting = true
		return q.rest(end)
	}
	return q.value(next)
}

// keyAt returns the key at p and the offset after its colon.
func (q *quickReader) keyAt(p int) (end int, key []byte) {
	text := q.text
	switch text[p] {
	case '"', '\'':
		stop, escaped := q.quoted(p)
		if stop == notSure || escaped || stop+1 >= len(text) || text[stop+1] != ':' {
			return notSure, nil
		}
		key, end = text[p+1:stop], stop+2
	default:
		stop := q.plain(p)
		if stop == notSure || stop >= len(text) || text[stop] != ':' {
			return notSure, nil
		}
		key, end = text[p:stop], stop+1
		if key[len(key)-1] == ' ' || !certainKey(key) {
			return notSure, nil
		}
	}
	if len(key) > maxQuickKey || !q.blank(end) {
		return notSure, nil
	}
	return end, key
}

// value reads a value that begins at p and ends with its line, or with the
// last line of a block scalar.
func (q *quickReader) value(p int) int {
	end := notSure
	switch q.text[p] {
	case '"', '\'':
		if end, _ = q.quoted(p); end != notSure {
			end++
		}
	case '[', '{':
		end = q.flow(p, 0)
	case '|', '>':
		return q.block(p)
	default:
		stop := q.plain(p)
		if stop == notSure || stop < len(q.text) && q.text[stop] == ':' {
			return notSure
		}
		end = p + len(bytes.TrimRight(q.text[p:stop], " "))
		if !CertainPlain(q.text[p:end]) {
			return notSure
		}
	}
	if end == notSure {
		return notSure
	}
	return q.rest(end)
}

// block reads a literal or folded scalar whose header is at p. The first line
// with anything on it sets the indent; the scalar ends before the first line
// indented less, which must not stand deeper than the scalar's parent.
func (q *quickReader) block(p int) int {
	if len(q.frames) == 0 {
		return notSure
	}
	parent := q.frames[len(q.frames)-1].indent
	p++
	if p < len(q.text) && (q.text[p] == '-' || q.text[p] == '+') {
		p++
	}
	p = q.spaces(p)
	if p >= len(q.text) || q.text[p] != '\n' {
		return notSure
	}
	indent, deepest := 0, 0 // deepest: of the blank lines before the first
	for p++; p < len(q.text); {
		first := q.spaces(p)
		switch column := first - p; {
		case first == len(q.text):
			return notSure // see trailingSpace
		case q.text[first] == '\n':
			deepest = max(deepest, column)
			p = first + 1
			continue
		case indent == 0:
			if column <= parent || column < deepest || q.text[first] == '\t' {
				return notSure
			}
			indent = column
		case column < indent:
			if column > parent || q.text[first] == '\t' {
				return notSure
			}
			return p
		}
		p = q.nextLine(first)
	}
	if q.text[p-1] != '\n' {
		return notSure // see trailingSpace
	}
	if indent == 0 {
		return notSure // an empty scalar is most likely a mistake
	}
	return p
}

// push opens a collection.
func (q *quickReader) push(indent int, seq bool) bool {
	if len(q.frames) == MaxDepth {
		return false
	}
	q.frames = append(q.frames, quickFrame{indent: indent, seq: seq})
	if !seq {
		q.keys.Open()
	}
	return true
}

// pop closes the innermost collection. A key or dash that still waits for a
// value holds null, for every reader.
func (q *quickReader) pop() {
	last := len(q.frames) - 1
	if !q.frames[last].seq {
		q.keys.Close()
	}
	q.frames = q.frames[:last]
}
