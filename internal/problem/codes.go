package problem

// Code is the stable word that names a kind of finding. Scripts may match on
// it; docs/problems.md explains each.
type Code string

// The codes, in the order of the data path.
const (
	// Reading files.
	ReadFailed   Code = "read-failed"
	FileTooBig   Code = "file-too-big"
	NotUTF8      Code = "not-utf8"
	TOMLSyntax   Code = "toml-syntax"
	TooManyFlows Code = "too-many-flows"
	TooManyRules Code = "too-many-rules"
	FormatNewer  Code = "format-newer"

	// Structure of a dataset.
	UnknownKey  Code = "unknown-key"
	MissingKey  Code = "missing-key"
	WrongType   Code = "wrong-type"
	EmptyList   Code = "empty-list"
	EmptyText   Code = "empty-text"
	BadID       Code = "bad-id"
	ControlChar Code = "control-character"
	Repeated    Code = "repeated-value"

	// Values.
	PortRange        Code = "port-range"
	RangeInverted    Code = "range-inverted"
	RangeOverlap     Code = "range-overlap"
	UnknownHost      Code = "unknown-host"
	UnknownScope     Code = "unknown-scope"
	UnknownProtocol  Code = "unknown-protocol"
	UnknownPeer      Code = "unknown-peer"
	UnknownOption    Code = "unknown-option"
	OptionsExclude   Code = "options-exclude"
	UnknownInterface Code = "unknown-interface"
	UnknownOS        Code = "unknown-os"
	UnknownRow       Code = "unknown-row"
	UnknownProduct   Code = "unknown-product"
	PortNeedless     Code = "port-needless"
	PortMissing      Code = "port-missing"
	BadCIDR          Code = "bad-cidr"
	BadAddress       Code = "bad-address"
	BadLabel         Code = "bad-label"
	UnreachableBind  Code = "unreachable-bind"
	NotOffered       Code = "not-offered"
	PortTypes        Code = "port-types"
	DuplicateFlow    Code = "duplicate-flow"
	OneSided         Code = "one-sided"
	Unused           Code = "unused"

	// Layers.
	BadSet          Code = "bad-set"
	NotConfigurable Code = "not-configurable"
	MovesSeveral    Code = "moves-several"

	// Products together.
	SharedPort     Code = "shared-port"
	ProductsDiffer Code = "products-differ"

	// Templates.
	TemplateSyntax   Code = "template-syntax"
	TemplateFailed   Code = "template-failed"
	ExportPath       Code = "export-path"
	ExportCollision  Code = "export-collision"
	TooManyExports   Code = "too-many-exports"
	NothingMatched   Code = "nothing-matched"
	NoClusterNetwork Code = "no-cluster-network"
	NotExpressible   Code = "not-expressible"
	OverLimit        Code = "over-limit"

	// A project file.
	BadPath        Code = "bad-path"
	UnknownSite    Code = "unknown-site"
	DefaultDataset Code = "default-dataset"

	// Documents.
	BadMarker      Code = "bad-marker"
	UnpairedMarker Code = "unpaired-marker"
	NestedMarker   Code = "nested-marker"
	NoMarker       Code = "no-marker"
	UnknownHeading Code = "unknown-heading"
	UnknownExport  Code = "unknown-export"
	UnknownColumn  Code = "unknown-column"

	// Verification.
	Malformed     Code = "malformed"
	YAMLAmbiguous Code = "yaml-ambiguous"

	// Publishing.
	Edited       Code = "edited"
	Foreign      Code = "foreign-file"
	NotAFile     Code = "not-a-file"
	BadSums      Code = "bad-sums"
	WriteFailed  Code = "write-failed"
	DriftMissing Code = "drift-missing"
	DriftChanged Code = "drift-changed"
	DriftStale   Code = "drift-stale"
	LineEnds     Code = "line-ends"
	DriftSource  Code = "drift-source"

	// Comparing datasets.
	OpensMore Code = "opens-more"
	Differs   Code = "differs"
	NoBase    Code = "no-base"
)
