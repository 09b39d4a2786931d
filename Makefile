# One command each; `make` alone lists them. The scripts behind are in .ci/.
.DEFAULT_GOAL := help
.PHONY: help run test test-long check format bench requirements
SHELL := /bin/bash
PYTHON := .venv/bin/python

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start the whole desk on this machine; Ctrl-C stops it
	@.ci/environment local
	@exec $(PYTHON) manage.py run

test: ## all that a change must pass, browser journeys included
	@.ci/environment dev
	@.ci/browser
	$(PYTHON) -m pytest -n 2 --dist worksteal $(ARGS)

test-long: ## kills, fuzzing, matrices, long properties
	@.ci/environment dev
	@.ci/browser
	$(PYTHON) -m pytest -m long $(ARGS)

check: ## linters, types, import rules, migrations, the served schema
	@.ci/environment dev
	@.ci/check

format: ## put the code into its usual form
	@.ci/environment dev
	.venv/bin/ruff check --fix --quiet .
	.venv/bin/ruff format .

bench: ## measure a desk of this machine's size: pushes, claims, queue page, sweep
	@.ci/environment dev
	$(PYTHON) -m tests.bench $(ARGS)

requirements: ## pin again what requirements/*.in ask for, by hash
	@.ci/environment dev
	@for name in prod local image dev; do \
	  echo "requirements/$$name.txt"; \
	  .venv/bin/uv pip compile --quiet requirements/$$name.in --output-file requirements/$$name.txt --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --python-version 3.11 --custom-compile-command "make requirements" $(ARGS) \
	    || exit 1; \
	done
