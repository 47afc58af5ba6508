# Every target installs what it needs. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo serve till screenshots test simulate bench check audit sbom golden lock build deploy smoke clean
.PHONY: check-types check-house check-policies check-template check-sam check-audit check-lint

PYTHON := .venv/bin/python
SAM := .tools/sam/bin/sam
AUDIT := .tools/audit/bin
TYPED := layers/common/daybook $(wildcard functions cli local benchmarks tests)
CORES := $(shell getconf _NPROCESSORS_ONLN)
# One more than there are cores: some tests wait for a server more than they compute.
WORKERS := $(shell echo $$(($(CORES) + 1)))
# The longest first. CI leaves check-house out: `make test` has these tests too.
CHECKS := check-types check-house check-policies check-template check-sam check-audit check-lint
export PYTHONPATH := $(CURDIR):$(CURDIR)/layers/common
export SAM_CLI_TELEMETRY := 0

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

setup: .venv/.installed ## the environment: uv, Python 3.13, .venv, the command daybook

.venv/.installed: requirements-dev.txt scripts/bootstrap.sh
	@sh scripts/bootstrap.sh dev

.tools/sam/.installed: requirements-tools.txt scripts/bootstrap.sh
	@sh scripts/bootstrap.sh tools

.tools/audit/.installed: requirements-audit.txt scripts/bootstrap.sh
	@sh scripts/bootstrap.sh audit

demo: .venv/.installed ## a day's deliveries through the whole path, entries printed
	@$(PYTHON) -m local.demo

serve: .venv/.installed ## the local stack, left running; PORT sets the first port
	@$(PYTHON) -m local.serve

till: .venv/.installed ## a till that sends to CONNECTION of what `make serve` runs; DEAD=1: one dead letter
	@. build/serve/env && $(PYTHON) -m local.till $(CONNECTION) $(if $(DEAD),dead)

screenshots: .venv/.installed ## the pictures of the console, into docs/images/console/
	@$(PYTHON) -m local.screenshots

test: .venv/.installed ## every test but the long simulation
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

simulate: .venv/.installed ## the long run: 2,000 seeds, every pair of deaths, properties with 2,000 examples
	$(PYTHON) -m tests.simulation --long
	$(PYTHON) -m tests.simulation.webhook_fuzz --bodies 100000
	DAYBOOK_EXAMPLES=2000 $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile tests/property

bench: .venv/.installed ## the benchmarks, into build/bench/; ONLY="cost latency" runs some
	@$(PYTHON) -m benchmarks._all $(ONLY)

check: .venv/.installed .tools/sam/.installed .tools/audit/.installed ## lint, types, template, house rules, known holes
	@$(MAKE) --no-print-directory --jobs=$(CORES) --output-sync $(CHECKS)

check-types:
	$(PYTHON) -m mypy --strict $(TYPED)

check-house:
	$(PYTHON) -m pytest -q tests/house

check-policies:
	$(AUDIT)/checkov -f template.yaml

check-template:
	.venv/bin/cfn-lint template.yaml

check-sam:
	AWS_DEFAULT_REGION=us-east-1 $(SAM) validate --lint

check-lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

# Without network this says so, and fails only with STRICT=1 or by `make audit`.
check-audit:
	$(PYTHON) scripts/audit.py $(AUDIT)/pip-audit layers/common/requirements.txt $(if $(STRICT),--strict)

audit: .venv/.installed .tools/audit/.installed ## known holes in what Lambda ships; fails without network
	@$(MAKE) --no-print-directory check-audit STRICT=1

sbom: .tools/audit/.installed ## what the layer is made of, into build/sbom.json
	@mkdir -p build
	$(AUDIT)/cyclonedx-py requirements layers/common/requirements.txt -i urn:package-index \
		--output-reproducible --sv 1.6 --validate -o build/sbom.json

golden: .venv/.installed ## rewrite the golden files; read the difference before you commit it
	$(PYTHON) -m tests.golden.rewrite

lock: ## resolve pyproject.toml into the locks; LOCK=--upgrade takes newer releases
	@sh scripts/lock.sh $(LOCK)

build: .venv/.installed .tools/sam/.installed ## what Lambda gets, into .aws-sam/
	PATH="$(CURDIR)/.venv/bin:$$PATH" $(SAM) build
	$(PYTHON) scripts/compile_bytecode.py .aws-sam/build

deploy: build ## to AWS; STAGE=prod for the other stage
	$(SAM) deploy --config-env $(or $(STAGE),dev)

smoke: .venv/.installed ## is the deployed stack well? STACK=daybook-dev; posts nothing
	@$(if $(STACK),DAYBOOK_STACK=$(STACK)) .venv/bin/daybook smoke

clean: ## everything that can be made again, environments apart
	rm -rf build .aws-sam .mypy_cache .pytest_cache .ruff_cache .hypothesis
