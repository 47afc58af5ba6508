# Every target installs what it needs. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test simulate bench check golden lock build deploy clean

PYTHON := .venv/bin/python
SAM := .tools/sam/bin/sam
TYPED := layers/common/daybook $(wildcard functions cli local benchmarks tests)
# One more than there are cores: some tests wait for a server more than they compute.
WORKERS := $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
export PYTHONPATH := $(CURDIR):$(CURDIR)/layers/common
export SAM_CLI_TELEMETRY := 0

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

setup: .venv/.installed ## the environment: uv, Python 3.13, .venv, the command daybook

.venv/.installed: requirements-dev.txt scripts/bootstrap.sh
	@sh scripts/bootstrap.sh dev

.tools/sam/.installed: requirements-tools.txt scripts/bootstrap.sh
	@sh scripts/bootstrap.sh tools

demo: .venv/.installed ## a day's deliveries through the whole path, entries printed
	@$(PYTHON) -m local.demo

serve: .venv/.installed ## the local stack, left running; PORT sets the first port
	@$(PYTHON) -m local.serve

test: .venv/.installed ## every test but the long simulation
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile

simulate: .venv/.installed ## the long run: 2,000 seeds, every pair of deaths, properties with 2,000 examples
	$(PYTHON) -m tests.simulation --long
	DAYBOOK_EXAMPLES=2000 $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile tests/property

bench: .venv/.installed ## the benchmarks, into build/bench/
	@ls benchmarks/*.py >/dev/null 2>&1 || { echo "there are no benchmarks"; exit 1; }
	@set -e; for file in benchmarks/[a-z]*.py; do $(PYTHON) $$file; done

check: .venv/.installed .tools/sam/.installed ## lint, types, template, house rules
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy --strict $(TYPED)
	.venv/bin/cfn-lint template.yaml
	AWS_DEFAULT_REGION=us-east-1 $(SAM) validate --lint
	$(PYTHON) -m pytest -q tests/house

golden: .venv/.installed ## rewrite the golden files; read the difference before you commit it
	$(PYTHON) -m tests.golden.rewrite

lock: ## resolve pyproject.toml into the locks; LOCK=--upgrade takes newer releases
	@sh scripts/lock.sh $(LOCK)

build: .venv/.installed .tools/sam/.installed ## what Lambda gets, into .aws-sam/
	PATH="$(CURDIR)/.venv/bin:$$PATH" $(SAM) build

deploy: build ## to AWS; STAGE=prod for the other stage
	$(SAM) deploy --config-env $(or $(STAGE),dev)

clean: ## everything that can be made again, environments apart
	rm -rf build .aws-sam .mypy_cache .pytest_cache .ruff_cache .hypothesis
