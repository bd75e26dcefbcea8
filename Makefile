# Everything a developer and CI runs. Start with `make setup`; `make check` is the whole gate.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
TOOLS := node_modules/.bin
# What mypy and ruff read; a folder that is not there yet is left out.
CODE := $(wildcard commentbox tests bench wsgi.py)
WORKERS ?= 4
BROWSERS ?= 3
PYTEST := $(BIN)/python -m pytest --dist loadfile --max-worker-restart=0
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
NODE := node_modules/.installed
# With their extras: for `coverage[toml]` pip would take a newer release than the `coverage` locked.
COMPILE := $(BIN)/uv pip compile --quiet --no-strip-extras --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

.PHONY: help setup demo test check browser lock format clean

help:
	@echo "make setup | demo | test | check | lock | format | clean"

# The environment for running and developing; nothing is started.
setup: $(DEVELOPMENT)

# Needs Python alone: no Node, no system package.
demo: $(RUNTIME)
	$(BIN)/python -m commentbox demo

# Every suite in random order. One file alone: .venv/bin/pytest tests/unit/test_x.py
# The second part runs whatever became of the first. To measure takes half as long again: so
# what browsers and real servers run is not, nor is the second database, which runs the lines
# of the first. A test that waits for ever ends its process, and so its part.
test: $(DEVELOPMENT) $(NODE) browser
	mkdir -p .cache/coverage
	rm -f .cache/coverage/data*
	status=0; \
	$(PYTEST) -n $(WORKERS) -m "not unmeasured" --cov=commentbox $(PYTEST_ARGS) || status=$$?; \
	$(PYTEST) -n $(BROWSERS) -m unmeasured $(PYTEST_ARGS) || status=$$?; \
	exit $$status

# What CI runs: the quick checks first, all tests last.
check: $(DEVELOPMENT) $(NODE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --cache-dir .cache/import-linter
	$(BIN)/djlint templates --lint --quiet
	$(TOOLS)/tsc --project tsconfig.json
	$(TOOLS)/biome check --error-on-warnings
	$(if $(wildcard bench/weigh.py),$(BIN)/python bench/weigh.py --budgets)
	$(MAKE) test

format: $(DEVELOPMENT) $(NODE)
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(TOOLS)/biome check --write

# `make lock` keeps what is locked; `make lock UPGRADE=--upgrade` takes the newest.
lock: $(DEVELOPMENT)
	$(COMPILE) $(UPGRADE) --all-extras --group dev pyproject.toml -o requirements/dev.txt
	$(COMPILE) --all-extras -c requirements/dev.txt pyproject.toml -o requirements/run.txt
	$(COMPILE) -c requirements/dev.txt --group build -o requirements/build.txt
	npm install --package-lock-only --ignore-scripts

clean:
	rm -rf .venv node_modules .cache build dist htmlcov .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamp files: a step runs again only when what it installs from has changed.
$(BIN)/python:
	$(PYTHON) -m venv .venv

$(RUNTIME): requirements/run.txt requirements/build.txt pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements/run.txt -r requirements/build.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(DEVELOPMENT): requirements/dev.txt $(RUNTIME)
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	touch $@

$(NODE): package.json package-lock.json
	npm ci --ignore-scripts
	touch $@

# The browser that the end-to-end tests drive, and the letters and emoji it draws.
browser:
	@command -v chromium >/dev/null || { \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get -qq update; \
		apt-get -qq install -y --no-install-recommends \
			chromium fonts-dejavu-core fonts-noto-color-emoji >/dev/null; }
