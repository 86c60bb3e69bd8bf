# secaudit: one command surface; CI runs nothing else (contract §2).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV   := .venv
BIN    := $(VENV)/bin
SMOKE  ?=
COVER  ?=

.PHONY: help audit test check lint types rooms docs bench bundle lock clean format test-long test-kernel

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.run: requirements/run.txt pyproject.toml scripts/setup.sh
	@scripts/setup.sh $(VENV) requirements/run.txt
	@touch $@

$(VENV)/.test: requirements/test.txt requirements/run.txt pyproject.toml scripts/setup.sh
	@scripts/setup.sh $(VENV) requirements/test.txt
	@touch $(VENV)/.run $@

audit: $(VENV)/.run ## set up with the run-time packages alone and assess everything shipped here
	@$(BIN)/secaudit check --fiscal-year all --fail-on none

test: $(VENV)/.test ## set up and pass the tests
	@if [ -n "$(COVER)" ]; then scripts/cover.sh $(BIN); else $(BIN)/python -m pytest; fi

check: lint types rooms ## everything CI runs
	@$(MAKE) --no-print-directory test COVER=1
	@$(MAKE) --no-print-directory docs
	@$(MAKE) --no-print-directory bench SMOKE=1

lint: $(VENV)/.test ## formatting and style
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: $(VENV)/.test ## mypy --strict over src, tests, tools and benchmarks
	@$(BIN)/mypy src tests tools benchmarks

rooms: $(VENV)/.test ## the rooms' contract
	@$(BIN)/lint-imports --no-cache

docs: $(VENV)/.test ## the catalogue's own check (texts, cases, teeth) and its pages; with CI=true they are only compared
	@$(BIN)/secaudit catalogue check
	@$(BIN)/secaudit catalogue pages --out docs/controls $(if $(CI),--check)

bench: $(VENV)/.test ## medians of the figures users feel (SMOKE=1: a short run)
	@$(BIN)/python benchmarks/bench.py $(if $(SMOKE),--smoke)

test-long: $(VENV)/.test ## 100 kills, 20 hash seeds, 20,000 differential examples, thousands of lists before z3 and BDDs
	@SECAUDIT_LONG=1 $(BIN)/python -m pytest tests/laws tests/reach tests/netproof --ignore tests/netproof/kernel

test-kernel: $(VENV)/.test ## 370 rulesets and 90,000 real packets against the kernel's nftables (root; scripts/system-packages.sh)
	@SECAUDIT_KERNEL=1 SECAUDIT_LONG=1 $(BIN)/python -m pytest tests/netproof/kernel -s

bundle: $(VENV)/.test ## archives that install without a network, for Windows and Linux
	@$(BIN)/python scripts/bundle.py

format: $(VENV)/.test ## format the sources
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock: $(VENV)/.test ## resolve requirements/*.in anew (needs uv)
	@scripts/lock.sh

clean: ## remove everything that make made
	@rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
