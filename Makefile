# Everything lives in .venv; a second run of any target does only what has changed.
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
HOME_DIR ?= throughline-home
PORT ?=
SECONDS ?= 180
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
# A lock names everything: nothing is left to find out of each package.
LOCKED := install --require-hashes --no-deps --only-binary :all: -r
UV := $(BIN)/uv pip compile --universal --generate-hashes --only-binary :all: \
	--no-header --no-annotate --no-emit-index-url --quiet

.PHONY: help install demo test ready tested lint types layers bench soak clean lock

help:
	@echo "make demo     the sample organisation, served (PORT=8000 HOME_DIR=throughline-home)"
	@echo "make install  .venv/bin/throughline"
	@echo "make test     formatting, rules, types, layers, tests"
	@echo "make bench    speed, beside a plain baseline"
	@echo "make soak     imports, triage and pages at once, with kills; a board of twenty people; a Jira of 20,000; checked (SECONDS=180)"
	@echo "make lint     as in test, without the tests"
	@echo "make lock     renew requirements*.lock"
	@echo "make clean    remove .venv and what was built (data folders stay)"

install: .venv/.installed .venv/.assets

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Throughline needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	@echo "Making .venv with $$($(PYTHON) --version)…"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed: .venv/.made requirements.lock pyproject.toml
	@echo "Installing Throughline and what it stands on into .venv (under a minute)…"
	@$(PIP) $(LOCKED) requirements.lock
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

.venv/.assets: .venv/.installed src/throughline/ui/assets.py
	@echo "Building the browser's files…"
	@$(BIN)/python -m throughline.ui.assets
	@touch $@

# Most of what only tests use is never read: it is compiled where something reads it.
.venv/.testable: .venv/.made requirements-test.lock
	@echo "Installing what the tests need (some minutes on a slow line)…"
	@$(PIP) $(LOCKED) requirements-test.lock --no-compile
	@touch $@

.venv/.oracle: .venv/.made requirements-oracle.lock
	@echo "Installing what counts ballots beside ours into .venv/oracle (some seconds, 310 MB)…"
	@rm -rf .venv/oracle
	@$(PIP) $(LOCKED) requirements-oracle.lock --no-compile --target .venv/oracle
	@touch $@

demo: install
	@exec $(BIN)/throughline demo --home $(HOME_DIR) $(if $(PORT),--port $(PORT))

lint: types layers

types: .venv/.installed .venv/.testable
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	@# Its Django plugin reads the settings, which must not make a data folder of somebody's.
	THROUGHLINE_HOME=.venv/types $(BIN)/mypy --no-error-summary

layers: .venv/.installed .venv/.testable
	$(BIN)/lint-imports --no-logo

test: lint tested

# All that a test needs, which `make -j2` installs side by side.
ready: install .venv/.testable .venv/.oracle

tested: ready
	$(BIN)/pytest -n 2 --dist worksteal

bench: install
	$(BIN)/python -m bench

soak: install
	$(BIN)/python -m bench.soak $(SECONDS)

lock: .venv/.made
	@$(PIP) install uv
	@echo "setuptools>=77" > .venv/build.in
	@$(UV) pyproject.toml .venv/build.in --extra reports --extra mcp -o requirements.lock
	@# What only tests need, besides Windows' own, so that both can be installed at once.
	@$(UV) pyproject.toml .venv/build.in --extra test -c requirements.lock -o requirements-test.lock \
		$$(sed -n "/'win32'/d; s/==.*//; s/^[a-z]/--no-emit-package &/p" requirements.lock)
	@$(UV) --group oracle --no-deps -o requirements-oracle.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/*.egg-info
	rm -rf src/throughline/ui/static/vendor
