// Package keyset tells which keys a reader of nested mappings saw before.
package keyset

import "bytes"

// fewKeys is how many keys of a mapping are compared one by one. Rows have
// about seven; a table of a thousand hosts needs a hash.
const fewKeys = 16

// Set tells whether a key was given before in the innermost open mapping.
// It keeps its memory from one mapping to the next, since a file of a
// thousand rows opens a thousand of them.
type Set struct {
	keys  []seenKey // of all open mappings, the innermost last
	opens []openMapping
	spare []map[string]int
}

type seenKey struct {
	text  []byte
	place int
}

type openMapping struct {
	first int            // where its keys begin in Set.keys
	index map[string]int // key to place, once there are more than fewKeys
}

// Open begins a mapping inside the one that is open now.
func (s *Set) Open() {
	s.opens = append(s.opens, openMapping{first: len(s.keys)})
}

// Close ends the innermost mapping.
func (s *Set) Close() {
	last := len(s.opens) - 1
	top := s.opens[last]
	if top.index != nil {
		clear(top.index)
		s.spare = append(s.spare, top.index)
	}
	s.keys = s.keys[:top.first]
	s.opens = s.opens[:last]
}

// Reset ends every mapping.
func (s *Set) Reset() {
	for len(s.opens) > 0 {
		s.Close()
	}
}

// Add notes a key of the innermost mapping, and its place (an offset or a
// line). When the mapping has it already, it returns where and true. The caller leaves key's bytes alone until the
// mapping is closed.
func (s *Set) Add(key []byte, place int) (before int, seen bool) {
	top := &s.opens[len(s.opens)-1]
	if top.index != nil {
		if before, seen = top.index[string(key)]; !seen {
			top.index[string(key)] = place
		}
		return before, seen
	}
	mine := s.keys[top.first:]
	for i := range mine {
		if bytes.Equal(mine[i].text, key) {
			return mine[i].place, true
		}
	}
	s.keys = append(s.keys, seenKey{key, place})
	if len(mine) == fewKeys {
		top.index = s.hash(s.keys[top.first:])
	}
	return 0, false
}

// hash moves keys into a map, one that served before if there is any.
func (s *Set) hash(keys []seenKey) map[string]int {
	var index map[string]int
	if n := len(s.spare); n > 0 {
		index, s.spare = s.spare[n-1], s.spare[:n-1]
	} else {
		index = make(map[string]int, 4*fewKeys)
	}
	for _, key := range keys {
		index[string(key.text)] = key.place
	}
	return index
}
