# Everything a developer and CI runs. Start with `make setup`; `make check` is the whole gate.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
NODE := node_modules/.installed
COMPILE := $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.PHONY: help setup demo test check lock format clean

help:
	@echo "make setup | demo | test | check | lock | format | clean"

setup: $(DEVELOPMENT)

demo: $(RUNTIME)
	$(BIN)/python -m commentbox demo

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
