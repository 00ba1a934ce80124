# Krachtlijn: each target makes the virtual environment it needs, so any of them is the only command on a fresh machine.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help run test lint types browser fmt openapi revision bench lock soak

help:  ## say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

.venv/run: requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@printf '#!/bin/sh\nexec "%s/python" "%s/krachtlijn.py" "$$@"\n' "$(CURDIR)/$(BIN)" "$(CURDIR)" > $(BIN)/krachtlijn
	@chmod +x $(BIN)/krachtlijn && touch $@

.venv/dev: .venv/run requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: .venv/run  ## install, start the database, migrate, load the demonstration practice, serve API and scheduler
	@exec $(BIN)/python krachtlijn.py serve --demo

test: .venv/dev  ## install, lint, check contracts and types, run every test on a throw-away database
	@$(MAKE) --no-print-directory -j2 --output-sync=target lint types browser
	@$(BIN)/pytest

lint: .venv/dev  ## style and architecture
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

types: .venv/dev  ## types, strict
	@$(BIN)/basedpyright

browser: .venv/dev  ## fetch Chromium for the tests in a real browser, where it is missing
	@$(BIN)/python -m tests.browser.install

fmt: .venv/dev  ## format and fix
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

openapi: .venv/dev  ## write the OpenAPI document and the list of problems as the code serves them
	@$(BIN)/python krachtlijn.py openapi --write

revision: .venv/dev  ## draft a migration from the models: make revision m="what it does"
	@$(BIN)/python krachtlijn.py migrate --revision "$(m)"

bench: .venv/dev  ## measure; one JSON line a figure, each beside its limit or peer
	@$(BIN)/python -m bench

soak: .venv/dev  ## the long versions of the race, kill and fuzz tests, and new random cases
	@KRACHTLIJN_SOAK=1 $(BIN)/pytest -m "soak or hypothesis"

lock: .venv/dev  ## resolve the dependencies anew
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -c requirements.lock -o requirements-dev.lock
