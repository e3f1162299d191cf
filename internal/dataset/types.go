package dataset

import "slices"

// Type is what a key takes. It says what a program can tell of one value
// without the rest of a dataset; reading a key says the rest.
type Type struct {
	Name   string  // what documents call it
	Of     []Value // what one may be
	Many   bool    // whether a list of these may stand in the place of one
	Once   bool    // of a list: whether nothing may be in it twice
	Refers string  // the section whose ids it names; "peers" are host types and reserved peers too
}

// Value is one kind of value.
type Value struct {
	Kind     Kind
	Words    []string // of text: the only ones, if not all
	Pattern  string   // of text: a regular expression, if not all
	Each     []Value  // of a table: what its values are
	Lists    bool     // of a table: whether its values may be lists of these
	Min, Max int      // of a number; Max of text: how long it may be, if not without end
}

// Kind is what TOML calls a value.
type Kind string

// The kinds.
const (
	KindText   Kind = "text"
	KindNumber Kind = "number"
	KindTruth  Kind = "true or false"
	KindTexts  Kind = "table of texts"
	KindTable  Kind = "table" // whose values are Each
)

// NotBlank is the pattern of a text that may be any but a blank one.
const NotBlank = `\S`

var (
	anyText    = Value{Kind: KindText}
	truth      = Value{Kind: KindTruth}
	someText   = Value{Kind: KindText, Pattern: NotBlank}
	idText     = Value{Kind: KindText, Pattern: `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`, Max: maxID}
	portNumber = Value{Kind: KindNumber, Min: 1, Max: 65535}
	portRange  = Value{Kind: KindText, Pattern: `^[0-9]+(-[0-9]+)?$`}
	portWord   = Value{Kind: KindText, Words: []string{wordAll, portDynamic, portUnknown}}
	everyHost  = Value{Kind: KindText, Words: []string{allHosts, wordUnstated}}
)

// The types of keys.
var (
	// An inventory group, a network device, a type of SELinux and an address are
	// texts of a form.
	typeGroup  = Type{Name: "text", Of: []Value{{Kind: KindText, Pattern: `^[A-Za-z_][A-Za-z0-9_]*$`}}}
	typeDevice = Type{Name: "text", Of: []Value{{Kind: KindText, Pattern: `^[A-Za-z0-9._@:-]{0,15}$`}}}
	typeZone   = Type{Name: "text", Of: []Value{{Kind: KindText, Pattern: `^[A-Za-z0-9_-]{0,17}$`}}}

	typeSELinux = Type{Name: "text", Of: []Value{{Kind: KindText, Pattern: selinuxPattern}}}

	typeOS          = Type{Name: "text", Of: []Value{{Kind: KindText, Words: []string{Linux, Windows}}}}
	typeText        = Type{Name: "text", Of: []Value{anyText}}
	typeSomeText    = Type{Name: "text", Of: []Value{someText}}
	typeTexts       = Type{Name: "texts", Of: []Value{someText}, Many: true}
	typeID          = Type{Name: "id", Of: []Value{idText}}
	typeTruth       = Type{Name: "true or false", Of: []Value{truth}}
	typeTruthOrText = Type{Name: "true, false or text", Of: []Value{truth, someText}}
	typeFormat      = Type{Name: "number", Of: []Value{{Kind: KindNumber, Min: 1, Max: Format}}}
	typeLabels      = Type{Name: "labels", Of: []Value{{Kind: KindTexts}}}
	typeColumns     = Type{Name: "texts by column", Of: []Value{{Kind: KindTexts}}, Refers: "columns"}
	typePort        = Type{Name: "port", Of: []Value{portNumber, portRange}}
	typePorts       = Type{Name: "ports", Of: []Value{portNumber, portRange}, Many: true, Once: true}
	typeRowPorts    = Type{Name: "ports", Of: []Value{portNumber, portRange, portWord, {Kind: KindTable, Each: []Value{portNumber, portRange}, Lists: true}}, Many: true, Once: true}
	typeWhen        = Type{Name: "ports by option", Of: []Value{{Kind: KindTable, Each: []Value{portNumber, portRange}}}, Refers: "options"}
	typeCount       = Type{Name: "number", Of: []Value{{Kind: KindNumber, Min: 1, Max: 65535}}}
	typeICMP        = Type{Name: "numbers or texts", Of: []Value{{Kind: KindNumber, Min: 0, Max: 255}, {Kind: KindText, Pattern: `^[0-9]+/[0-9]+$`}}, Many: true, Once: true}
	typeAddresses   = Type{Name: "addresses", Of: []Value{{Kind: KindText, Pattern: `^[0-9A-Fa-f:.]+$`}}, Many: true, Once: true}
	typeNetworks    = Type{Name: "networks", Of: []Value{{Kind: KindText, Pattern: `^[0-9A-Fa-f:.]+/[0-9]+$`}}, Many: true, Once: true}

	typeHosts      = Type{Name: "hosts", Of: []Value{idText, everyHost}, Many: true, Once: true, Refers: "hosts"}
	typePeers      = Type{Name: "peers", Of: []Value{idText}, Many: true, Once: true, Refers: "peers"}
	typeScopes     = Type{Name: "scopes", Of: []Value{idText}, Many: true, Once: true, Refers: "scopes"}
	typeOptions    = Type{Name: "options", Of: []Value{idText}, Many: true, Once: true, Refers: "options"}
	typeInterfaces = Type{Name: "interfaces", Of: []Value{idText}, Many: true, Once: true, Refers: "interfaces"}
	typeRows       = Type{Name: "rows", Of: []Value{idText}, Many: true, Refers: "ports"}
	typeNeeds      = Type{Name: "words", Of: []Value{{Kind: KindText, Words: needIDs()}}, Many: true, Once: true}
	typeProtocols  = Type{Name: "protocols", Of: []Value{{Kind: KindText, Words: protocolIDs(func(*Protocol) bool { return true })}}, Many: true, Once: true}
	typeWithPorts  = Type{Name: "protocols", Of: []Value{{Kind: KindText, Words: protocolIDs(func(p *Protocol) bool { return p.HasPorts && p != unstatedProtocol })}}, Many: true, Once: true}
)

// IDs is what names an entry of a section.
func IDs() Value { return idText }

func protocolIDs(which func(*Protocol) bool) []string {
	var ids []string
	for _, p := range protocols {
		if which(p) {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
