# make                 build bin/portpress and press dist/
# make check           fail if dist/ is not what this checkout presses
# make test            run every test, after installing the tools they need
# make race            look for data races where goroutines run (needs a C compiler)
# make lint            vet style, imports and go.mod
# make golden          rewrite every golden file, dist/ among them
# make bench           time portpress beside a hand-written program, and as below; MEASUREFLAGS=-documents times pages only
# make bench-tree      time all exports beside those of an earlier commit; TREEFLAGS=-short takes a minute
# make fuzz            fuzz each target for a while
# make proof-newer     try the exports with the programs of newer releases
# make release-check   make a release without publishing it, and look inside
# make release-files   what a release carries beside the programs, in .build/release-files
# make clean           remove what the above built, but not dist/

SHELL       = bash
.SHELLFLAGS = -o pipefail -ec
MAKEFLAGS  += --no-print-directory

GOLANGCI_LINT_VERSION = v2.15.0
GORELEASER_VERSION    = v2.16.0
CYCLONEDX_VERSION     = v1.10.0

# Debian packages with the programs that read our exports in tests
# (internal/testtool finds them), and with the one that times. The other
# readers are built with Go, in a module of their own.
TEST_PACKAGES  = ansible ansible-lint cloud-init iproute2 iptables nftables python3 python3-yaml coreutils util-linux dbus-daemon firewalld ufw prometheus prometheus-blackbox-exporter systemd asciidoctor python3-docutils python3-sphinx nodejs pre-commit bash zsh fish man-db
BENCH_PACKAGES = hyperfine time
READERS        = internal/proof/readers
TOML_SUITE     = internal/proof/toml
SITES          = internal/proof/sites

# Each version has a folder of its own, so that a new one is built at once.
GOLANGCI_LINT = .build/golangci-lint-$(GOLANGCI_LINT_VERSION)/golangci-lint
GORELEASER    = .build/goreleaser-$(GORELEASER_VERSION)/goreleaser
CYCLONEDX    ?= .build/cyclonedx-gomod-$(CYCLONEDX_VERSION)/cyclonedx-gomod
FUZZTIME      = 10s

# What all exports are timed beside: the last commit before policy and format
# were taken out of the templates.
BEFORE         = f47db85
BEFORE_PROGRAM = .build/before-$(BEFORE)/portpress

.PHONY: all help build check test race lint golden bench bench-tree fuzz proof-newer release-check release-files clean

all: build
	bin/portpress build

help:
	@sed -n 's/^# make/make/p' Makefile

build:
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/portpress

check: build
	bin/portpress check

# The whole log stays in .build/test.log; the terminal gets failures, skipped
# tests with their reasons, one line for each package, and which tests run. The
# limit is for what hangs: on a loaded machine the longest package takes an hour.
# With GOGC the collector runs less often: an eighth less CPU for more memory.
test: export GOGC = 400
test:
	@scripts/apt-install $(TEST_PACKAGES)
	@mkdir -p .build
	-@command -v npm >/dev/null || scripts/apt-install npm
	-@scripts/npm-install $(SITES) .build/sites
	@echo "building goss and the readers in $(READERS); the first time takes some minutes"
	-@for tool in goss readers; do \
	  go -C $(READERS) tool -n $$tool >.build/readers.log 2>&1 || { cat .build/readers.log; exit 1; }; \
	done
	@go build -o .build/ ./internal/testtool/watch
	{ go test -json -timeout 4h $(TESTFLAGS) ./...; go -C $(TOML_SUITE) test -json ./...; } 2>&1 | .build/watch .build/test.log

race:
	go test -race ./cmd/portpress ./internal/dataset ./internal/render ./internal/verify ./internal/publish

lint: $(GOLANGCI_LINT)
	go mod tidy -diff
	$(GOLANGCI_LINT) run
	$(GOLANGCI_LINT) fmt --diff
	for module in $(READERS) $(TOML_SUITE); do (cd $$module && go mod tidy -diff && $(CURDIR)/$(GOLANGCI_LINT) run) || exit; done
	@sed -n 's/^\t\([^ ]*\/[^ ]*\) v[^ ]*$$/\1/p' go.mod $(READERS)/go.mod $(TOML_SUITE)/go.mod | while read -r module; do \
	  grep -qF "\`$$module\`" docs/dependencies.md || { echo "docs/dependencies.md lacks $$module"; exit 1; }; \
	done

golden: all
	go test ./cmd/portpress -update

bench: build
	@scripts/apt-install $(BENCH_PACKAGES)
	go test -run '^$$' -bench . -benchmem ./internal/bench
	CGO_ENABLED=0 go build -trimpath -o .build/bench/ ./internal/bench/yardstick ./internal/bench/measure
	.build/bench/measure $(MEASUREFLAGS)
	@$(MAKE) bench-tree

bench-tree: build
	@scripts/apt-install $(BENCH_PACKAGES)
	@if git cat-file -e '$(BEFORE)^{commit}' 2>/dev/null; then $(MAKE) $(BEFORE_PROGRAM); \
	elif ! test -e $(BEFORE_PROGRAM); then echo "this clone lacks commit $(BEFORE), so nothing is compared; git fetch --unshallow brings it"; fi
	go build -o .build/bench/ ./internal/bench/tree
	.build/bench/tree $(TREEFLAGS) -before "$$(ls $(BEFORE_PROGRAM) 2>/dev/null)"

$(BEFORE_PROGRAM):
	mkdir -p $(@D)/source
	git archive $(BEFORE) | tar -x -C $(@D)/source
	CGO_ENABLED=0 go -C $(@D)/source build -trimpath -buildvcs=false -o $(CURDIR)/$@ ./cmd/portpress
	rm -r $(@D)/source

fuzz:
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' cmd internal | while IFS=: read -r file func; do \
	  echo "$${func#func } in $${file%/*}"; \
	  go test -run '^$$' -fuzz "^$${func#func }\$$" -fuzztime $(FUZZTIME) "./$${file%/*}" || exit; \
	done

# Roots of other releases, a gigabyte each, stay in .build/roots.
proof-newer: build
	scripts/proof-newer $(RELEASES)

release-check: $(GORELEASER) $(CYCLONEDX)
	@scripts/apt-install bash zsh fish man-db dpkg
	scripts/release-check $(GORELEASER) $(CYCLONEDX)

# exports and the list of what the program is built of are uploaded as they are,
# share is what packages carry. Of the exports documents have a file of their own:
# all would be more than the 1,000 files that GitHub takes. The list says neither
# when it was made nor what its tool was built like.
release-files: build $(CYCLONEDX)
	rm -rf .build/release-files
	mkdir -p .build/release-files/share
	bin/portpress pack --out .build/release-files/exports --flat '*-ports.*' --flat '*-flows.csv' --quiet
	$(CYCLONEDX) app -json -licenses -std -noserial -notimestamp -main cmd/portpress . | \
	  sed -e '/^    "tools": \[$$/,/^    \],$$/d' >.build/release-files/portpress-sbom.cdx.json
	for shell in bash zsh fish; do bin/portpress completion $$shell >.build/release-files/share/portpress.$$shell; done
	bin/portpress man | gzip -9n >.build/release-files/share/portpress.1.gz

clean:
	rm -rf bin .build

# Tools come through the Go module proxy.
$(GOLANGCI_LINT):
	GOBIN=$(CURDIR)/$(@D) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)

$(GORELEASER):
	GOBIN=$(CURDIR)/$(@D) go install github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)

$(CYCLONEDX):
	GOBIN=$(CURDIR)/$(@D) go install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX_VERSION)
