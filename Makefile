# ocop-trace: what a newcomer and a developer type. `make` alone lists it.
#
# Everything is set up in .venv, once: a stamp file remembers for which lock file. Nothing here needs root, a compiler, or a package that is not
# pinned with its hash in requirements*.lock.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
SECURE_INSTALL := install --require-hashes --only-binary :all:

.DEFAULT_GOAL := help
.PHONY: help run test bench lint format lock docs screenshots clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@echo "Making $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ocop-trace needs Python 3.11 or newer; say which with: make PYTHON=python3.11 ...")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python cannot make a virtual environment here. On Debian: apt-get install python3-venv"; exit 1; }

# What the product needs to run.
$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what ocop-trace needs (once) ..."
	@$(PIP) $(SECURE_INSTALL) -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# What its tests need as well.
$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/.run
	@echo "Installing what the tests need (once) ..."
	@$(PIP) $(SECURE_INSTALL) -r requirements-dev.lock
	@touch $@

run: $(VENV)/.run ## set up, make the demo on first start, and serve it on port 8080
	@$(BIN)/ocop-trace demo || $(BIN)/ocop-trace status  # a folder with records of one's own is served as it is
	@exec $(BIN)/ocop-trace serve

test: $(VENV)/.dev ## set up, then lint, types and every test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 $(PYTEST_ARGS)

bench: $(VENV)/.dev ## run every benchmark beside its peers
	@$(BIN)/python -m bench all

lint: $(VENV)/.dev ## lint and types only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.dev ## lay out the source and mend what can be mended
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

lock: $(VENV)/.dev ## write the lock files anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --group build --output-file requirements.lock $(LOCK)
	@$(BIN)/uv pip compile pyproject.toml --group dev --extra postgres --constraint requirements.lock --output-file requirements-dev.lock $(LOCK)

LOCK := --universal --python-version 3.11 --generate-hashes --only-binary :all: --no-emit-index-url --no-header --quiet $(LOCK_ARGS)

docs: $(VENV)/.dev ## write the pages that repeat what the code says: settings, commands, pages
	@$(BIN)/python docs/reference.py

screenshots: $(VENV)/.dev ## take the pictures in docs/images anew from the demo
	@$(BIN)/python docs/screenshots.py

clean: ## remove what tests and builds leave behind; the data folder stays
	@rm -rf build dist test-results .pytest_cache .mypy_cache .ruff_cache .hypothesis contracts/out contracts/cache
	@find bench docs tests traceability webapp -name __pycache__ -prune -exec rm -rf {} +
