# The two commands to know: `make demo` and `make test`. The rest is what they are made of.
SHELL := bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

GO    ?= go
SIZE  ?= province
DEMO  ?= demo-data
FLAGS ?=

.PHONY: help
help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: build ## a demo database in demo-data/, the server, its address and sign-in (SIZE=commune|province|nation)
	bin/ketnap demo --size=$(SIZE) --dir=$(DEMO) $(FLAGS)

.PHONY: test
test: ## everything that must hold: format, vet, lint, house, all tests on both engines, browser
	@scripts/test.sh

.PHONY: build
build: vendor ## bin/ketnap, with the front-end libraries inside
	$(GO) build -trimpath -o bin/ketnap .

.PHONY: container
container: vendor ## an image of the program alone, without a shell (TOOL=podman|docker)
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/ketnap .
	$(or $(TOOL),podman) build -t ketnap -f deploy/Containerfile .

.PHONY: litestream
litestream: ## build/litestream, the tool of the continuous copy, at the version that was tested
	@scripts/litestream.sh

.PHONY: vendor
vendor: ## htmx and the font from npm into the embedded assets
	@scripts/vendor.sh

.PHONY: lint
lint: ## format, vet, golangci-lint (with staticcheck), shellcheck
	@scripts/lint.sh

.PHONY: vuln
vuln: ## known vulnerabilities in what is linked (needs the Go vulnerability database)
	@scripts/vuln.sh

.PHONY: sbom
sbom: build ## build/sbom.cdx.json: what is in the program (CycloneDX), and the licences
	@scripts/sbom.sh

.PHONY: reproduce
reproduce: ## build twice from empty caches and compare the bytes
	@scripts/reproduce.sh

.PHONY: asvs
asvs: ## doc/asvs.md from doc/asvs.csv
	@scripts/asvs.sh

.PHONY: torture
torture: ## the long sizes of the suites (SUITE=all|tamper|powercut|kill|drill|foreign|replay|rows|parallel, N=size)
	KETNAP_SEED=random KETNAP_TORTURE=$(or $(SUITE),all) KETNAP_TORTURE_N=$(N) $(GO) test -count=1 -timeout 600m -v \
		-run 'TestTampering|TestPowerCut|TestKillMixed|TestDrill|TestForeignIDs|TestReplay$$|TestBadRows|TestParallelUse' \
		./internal/db ./internal/store ./internal/cli ./internal/web ./internal/transfer ./internal/users 2>&1 | grep -E 'tried|planted|^(---|ok|FAIL|panic)'

.PHONY: sqlmap
sqlmap: ## sqlmap on every address and form of the demo commune (ENGINE=sqlite|postgres, MINUTES=60, ONLY=pattern)
	@ENGINE="$(ENGINE)" MINUTES="$(MINUTES)" ONLY="$(ONLY)" scripts/sqlmap.sh

.PHONY: fmt
fmt: ## gofmt everything
	gofmt -w ./*.go internal scripts

.PHONY: race
race: ## race detector on the packages named by PKG (default: storage)
	$(GO) test -race -count=1 $(or $(PKG),./internal/db/... ./internal/store/...)

.PHONY: picture
picture: vendor ## doc/img/pilot.png, the picture in README.md, taken anew from the demo of a province
	KETNAP_TEST_CHROMIUM=$$(scripts/chromium.sh) KETNAP_WEBTEST_SIZE=province KETNAP_PICTURE=$(CURDIR)/doc/img/pilot.png \
		$(GO) test -count=1 -run 'TestPicture$$' ./internal/web/webtest

.PHONY: clean
clean: ## remove what was built (keeps demo-data)
	rm -rf bin build
