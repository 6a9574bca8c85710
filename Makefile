# Two commands matter: `make up` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV ?= .venv
PY := $(VENV)/bin/python
DATA_DIR ?= var
BASE_PORT ?= 8600
JOBS ?= 3

# The stamps carry the checksum of the lock file, so that a changed lock, and nothing else, installs again.
RUN_STAMP := $(VENV)/.run-$(shell cksum < requirements.txt | tr -d ' ')
DEV_STAMP := $(VENV)/.dev-$(shell cat requirements.txt requirements-dev.txt | cksum | tr -d ' ')
NPM_STAMP := node_modules/.stamp-$(shell cat package-lock.json 2>/dev/null | cksum | tr -d ' ')
PIP := $(PY) -m pip --disable-pip-version-check --quiet install --require-hashes --no-deps

.PHONY: help up test check bench drill seed lock clean traceability environment dev-environment peers system-packages format

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: environment ## install what is missing, start everything, print where to go (Ctrl-C stops it)
	@echo "3/3 starting the stack …"
	@exec $(PY) -m stack up --data-dir $(DATA_DIR) --base-port $(BASE_PORT)

test: dev-environment peers system-packages ## set up what the tests need and run all of them
	@echo "4/4 running the tests …"
	@$(PY) -m pytest -n $(JOBS) --dist loadfile $(ARGS)

check: dev-environment ## format, lint, types, import rules, traceability
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports
	@$(PY) -m tests.traceability --check

traceability: dev-environment peers system-packages ## run the tests that name scenarios, and write docs/traceability.md
	@$(PY) -m pytest -n $(JOBS) --dist loadfile -p tests.traceability.plugin --traceability tests/traceability/results.json $(ARGS)
	@$(PY) -m tests.traceability

format: dev-environment ## let ruff lay out the code
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

bench: dev-environment ## measure, and write docs/benchmarks.md
	@$(PY) -m bench $(ARGS)

drill: dev-environment ## the long fault drill: fifty cases, processes killed at random
	@BELSENDI_DRILL_CASES=50 $(PY) -m pytest tests/faults $(ARGS)

seed: environment ## synthetic people and life events into the running stack
	@$(PY) -m stack seed --data-dir $(DATA_DIR) $(ARGS)

lock: dev-environment ## write both lock files anew from requirements*.in
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --custom-compile-command "make lock" -o requirements.txt requirements.in
	@$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --custom-compile-command "make lock" -c requirements.txt \
	    -o requirements-dev.txt requirements-dev.in

clean: ## remove the environments and caches (the data directory stays)
	@rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment: $(RUN_STAMP)
dev-environment: $(DEV_STAMP)

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11 or newer, or name one: make up PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Belsendi needs Python 3.11 or newer and $(PYTHON) is older; name another: make up PYTHON=python3.12"; exit 1; }
	@echo "1/3 creating the environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) \
	    || { rm -rf $(VENV); echo "The environment could not be created; on Debian install its part of Python first: apt-get install python3-venv"; exit 1; }

$(RUN_STAMP): | $(PY)
	@echo "2/3 installing $$(grep -c == requirements.txt) locked packages (about a minute, once) …"
	@$(PIP) -r requirements.txt || { echo "The packages could not be installed: the lines above say why; \`make up\` tries again."; exit 1; }
	@rm -f $(VENV)/.run-* && touch $@

$(DEV_STAMP): | $(PY)
	@echo "2/4 installing $$(grep -c == requirements-dev.txt) locked packages with the test tools (about a minute, once) …"
	@$(PIP) -r requirements-dev.txt || { echo "The packages could not be installed: the lines above say why; the same command tries again."; exit 1; }
	@rm -f $(VENV)/.run-* $(VENV)/.dev-* && touch $(RUN_STAMP) $@

peers: $(NPM_STAMP)
$(NPM_STAMP): $(wildcard package-lock.json)
	@command -v npm >/dev/null || { echo "npm is missing: apt-get install nodejs npm"; exit 1; }
	@echo "3/4 installing the npm peers of the protocol tests …"
	@npm ci --no-audit --no-fund --loglevel=error
	@rm -f node_modules/.stamp-* && touch $@

system-packages:
	@.ci/packages
