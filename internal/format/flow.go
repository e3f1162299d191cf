package format

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"portpress/internal/dataset"
	"portpress/internal/problem"
)

// A table has several flows for each row, and each field that a template names
// costs it more than writing it. So a flow is written by one call, which is told
// the names.

// flowFields are what exports call the fields of a flow.
var flowFields = map[string]func(f *dataset.Flow) any{
	"direction":  func(f *dataset.Flow) any { return f.Direction },
	"host":       func(f *dataset.Flow) any { return f.Host.ID },
	"protocol":   func(f *dataset.Flow) any { return f.Protocol.ID },
	"first_port": func(f *dataset.Flow) any { return f.Range.From },
	"last_port":  func(f *dataset.Flow) any { return f.Range.To },
	"scope":      func(f *dataset.Flow) any { return f.Scope.ID },
	"peer":       func(f *dataset.Flow) any { return f.Peer.ID },
	"id":         func(f *dataset.Flow) any { return f.Port.ID },
	"also":       func(f *dataset.Flow) any { return f.AlsoIDs() },
	"assumption": func(f *dataset.Flow) any { return f.Assumption() },
}

// rareFields are those that only flows have of which there is something to say.
var rareFields = map[string]func(f *dataset.Flow) bool{
	"also":       func(f *dataset.Flow) bool { return len(f.Also) > 0 },
	"assumption": func(f *dataset.Flow) bool { return f.Assumption() != "" },
}

// JSONFlow writes a flow as a JSON object of the fields that are named, in that
// order.
func JSONFlow(args ...any) (string, error) {
	var f *dataset.Flow
	if len(args) > 0 {
		f, _ = args[0].(*dataset.Flow)
	}
	if f == nil {
		return "", problem.Hintf("write {{ range .Flows }}{{ jsonFlow . NAME … }}{{ end }}", "it takes a flow and names")
	}
	return build(func(b []byte) ([]byte, error) {
		b = append(b, '{')
		begun := false
		for _, arg := range args[1:] {
			name, _ := arg.(string)
			field, known := flowFields[name]
			if !known {
				names := slices.Sorted(maps.Keys(flowFields))
				return b, problem.Hintf("the names are: "+strings.Join(names, ", "), "a flow has no field %s", fmt.Sprintf("%q", fmt.Sprint(arg)))
			}
			if says := rareFields[name]; says != nil && !says(f) {
				continue
			}
			if begun {
				b = append(b, ", "...)
			}
			begun = true
			b = append(append(append(b, '"'), name...), `": `...)
			var err error
			if b, err = jsonNotation.value(b, field(f), 0); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	})
}
