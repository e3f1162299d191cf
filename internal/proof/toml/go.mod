// The public suite of TOML files that every reader must accept or refuse. It is
// a module of its own, so that what the suite needs is no dependency of
// portpress.
module portpress/internal/proof/toml

go 1.26.0

replace portpress => ../../..

require (
	github.com/google/go-cmp v0.7.0
	github.com/toml-lang/toml-test/v2 v2.2.0
	portpress v0.0.0-00010101000000-000000000000
)

require (
	github.com/BurntSushi/toml v1.6.0 // indirect
	github.com/agext/levenshtein v1.2.3 // indirect
	github.com/pelletier/go-toml/v2 v2.4.3 // indirect
	golang.org/x/sync v0.24.0 // indirect
)
