package change

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"portpress/internal/dataset"
)

// differ gathers the fields in which two entries differ.
type differ struct {
	was, is *view
	fields  []Field
}

// fields compares two entries by each of their keys.
func fields[T any](d *differ, keys []dataset.Key[T], a, b *T) {
	for i := range keys {
		k := &keys[i]
		d.key(&k.About, k.Ordered, k.Value(a), k.Value(b))
	}
}

// key compares two values of a key: ports as sets, ids as what they stand for,
// and other lists without regard to their order unless that means something.
func (d *differ) key(k *dataset.About, ordered bool, before, after any) {
	switch a := before.(type) { // most are equal, and comparable as they are
	case string, bool, int:
		if before == after {
			return
		}
	case []string:
		if b, same := after.([]string); same && k.Type.Refers != "peers" && slices.Equal(a, b) {
			return
		}
	case []dataset.Range:
		if b, same := after.([]dataset.Range); same && slices.Equal(a, b) {
			return
		}
	}
	was, is := texts(before), texts(after)
	old, now := was, is
	if section := k.Type.Refers; section != "" {
		old = dataset.Texts(was, func(id string) string { return d.was.entry(section, id) })
		now = dataset.Texts(is, func(id string) string { return d.is.entry(section, id) })
	}
	mark := "\n"
	if !ordered {
		old, now = slices.Sorted(slices.Values(old)), slices.Sorted(slices.Values(now))
		mark = ", "
	}
	if !slices.Equal(old, now) {
		d.fields = append(d.fields, Field{k.Name, strings.Join(was, mark), strings.Join(is, mark)})
	}
}

// texts gives the elements of a value.
func texts(value any) []string {
	switch v := value.(type) {
	case string:
		if v == "" {
			return nil
		}
	case []string:
		return v
	case []dataset.Range:
		return dataset.Texts(set(v), dataset.Range.String)
	case []int:
		return dataset.Texts(v, func(n int) string { return fmt.Sprint(n) })
	case map[string]string:
		return dataset.Texts(slices.Sorted(maps.Keys(v)), func(key string) string { return key + "=" + v[key] })
	case map[string][]string:
		return dataset.Texts(slices.Sorted(maps.Keys(v)), func(key string) string { return key + "=" + strings.Join(v[key], "+") })
	}
	return []string{fmt.Sprint(value)}
}

// entry names what an id stands for, alike on both sides.
func (v *view) entry(section, id string) string {
	switch {
	case section == "peers" && v.isHost[id]:
		return "host " + v.id("hosts", id)
	case section == "peers":
		return "peer " + v.id("peers", id)
	}
	return v.id(section, id)
}
