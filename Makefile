# Two commands on a fresh machine: `make memos` and `make test`. Both set up what they need first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# uv does not read pip's configuration: hand it the mirror and the certificates that pip would use.
MIRROR = index="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/pip config get global.index-url 2>/dev/null || true)}}"; \
	if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$$index"; fi; \
	if [ -n "$${PIP_CERT:-}" ]; then export SSL_CERT_FILE="$${SSL_CERT_FILE:-$$PIP_CERT}"; fi;
UV = $(BIN)/uv --quiet --no-progress

.PHONY: help memos demo test test-slow record coverage check bench lab lock clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

memos: $(VENV)/.run ## the memos of all units and of the whole, both languages, all formats, and their site, into reports/
	@$(BIN)/duzheng memo build --template district_memo,city_summary

# Five districts: the remarks and ledgers of the demonstration, a merger, the largest, the smallest. All with DEMO_UNITS=
DEMO_UNITS ?= 310104,310106,310109,310115,310151
demo: $(VENV)/.run ## simulated waves and schools into data/demo; full memos, survey reports and topics into reports/demo
	@$(BIN)/duzheng survey demo
	@$(BIN)/duzheng data demo
	@$(BIN)/duzheng memo build --demo --units "$(DEMO_UNITS)"
	@$(BIN)/duzheng memo build --demo --template city_summary
	@$(BIN)/duzheng memo build --demo --template survey_report
	@$(BIN)/duzheng memo build --demo --template topic_memo --format html

test: $(VENV)/.dev ## the tests (some minutes)
	@$(BIN)/pytest -q -n 2 --dist worksteal

coverage: $(VENV)/.dev ## the tests, with the lines that they do not reach
	@$(BIN)/pytest -q -n 2 --dist worksteal --cov --cov-report=term:skip-covered

test-slow: $(VENV)/.dev ## the slow set
	@$(BIN)/pytest -q -n 2 --dist worksteal -m slow

record: $(VENV)/.dev ## record traffic with the LimeSurvey server that LIMESURVEY_URL names, for tests without one
	@DUZHENG_RECORD=1 $(BIN)/pytest -q -m "limesurvey and not slow" tests/surveys/limesurvey

check: $(VENV)/.dev ## lint, types, layers, notebooks, figures, questionnaires
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=src $(BIN)/lint-imports
	$(BIN)/nbstripout --verify notebooks/*/*.ipynb
	$(BIN)/duzheng data check
	$(BIN)/duzheng survey check
	$(BIN)/duzheng survey lint
	$(BIN)/duzheng survey prove

bench: $(VENV)/.dev ## time and memory, beside other packages (and R, if it is here)
	@$(MIRROR) $(UV) pip install --python $(BIN)/python --target $(VENV)/peers --group bench
	@for file in means parquet raking trends city national memos; do \
	  PYTHONPATH=src:. $(BIN)/python -W ignore -m tests.benchmarks.$$file || exit 1; done

lab: $(VENV)/.run ## JupyterLab on this workspace
	@$(BIN)/jupyter lab --ServerApp.root_dir=.

lock: $(VENV)/bin/uv ## resolve the locks again
	@$(MIRROR) $(UV) pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate pyproject.toml -o requirements.lock
	@$(MIRROR) $(UV) pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove the environment and the caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage*

$(VENV)/bin/uv:
	@echo "setting up $(VENV) …" >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Duzheng needs Python 3.11 or newer, this is " + sys.version)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# The package is installed in place without dependencies: the locks have named those, with hashes.
define install
	@$(MIRROR) $(UV) pip sync --python $(BIN)/python --require-hashes --compile-bytecode $(1)
	@$(MIRROR) $(UV) pip install --python $(BIN)/python --no-deps --editable .
	@$(BIN)/python -m compileall -q src
endef

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/uv
	$(call install,requirements.lock)
	@rm -f $(VENV)/.dev
	@touch $@

$(VENV)/.dev: requirements-dev.lock requirements.lock pyproject.toml | $(VENV)/bin/uv
	$(call install,requirements-dev.lock)
	@touch $(VENV)/.run $@
