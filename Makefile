# Needs Python 3.11 or newer and make; every target sets up .venv by itself. `make PYTHON=/path/to/python3` names another.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PYTHON_WANTED = Toad Lane needs Python 3.11 or newer with its venv module (Debian: apt install python3-venv); name one with: make PYTHON=/path/to/python3
LOCK = .venv/bin/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate --strip-extras --allow-unsafe --all-build-deps
# One test process for each processor; ARGS="-n 0" runs all in one, as a debugger wants it.
WORKERS = --numprocesses logical --maxprocesses 4 --dist loadscope --no-loadscope-reorder
export PIP_DISABLE_PIP_VERSION_CHECK = 1
.DEFAULT_GOAL := help
.PHONY: help run stop demo test check types walls bench fmt lock clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

run: .venv/.locked ## Open the marketplace in demo mode on this machine; its address and sign-ins are printed (ARGS="--processes 2")
	@.venv/bin/toadlane run $(ARGS)

stop: .venv/.locked ## Close the marketplace; its data stay in .data
	@.venv/bin/toadlane stop $(ARGS)

demo: .venv/.locked ## Play the first sale over HTTP against a box of its own, and end with the ledger
	@.venv/bin/toadlane demo $(ARGS)

test: .venv/.locked-dev ## Run every test this machine can (ARGS="-k stock"); TOADLANE_REQUIRE=postgres,browser,kafka,s3 forbids skipping those
	@.venv/bin/python -m pytest $(WORKERS) $(ARGS)

check: .venv/.locked-dev ## Lint, format, types, import contracts, and the walls
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@$(MAKE) --no-print-directory --jobs=2 types walls

types: .venv/.locked-dev
	.venv/bin/mypy

walls: .venv/.locked-dev
	.venv/bin/lint-imports
	.venv/bin/python -m pytest -q tests/walls

bench: .venv/.locked-dev ## Measure the speeds we claim; results and the machine's facts go to benchmarks/results
	@.venv/bin/python -m benchmarks $(ARGS)

fmt: .venv/.locked-dev ## Mend what the linter can, and format
	.venv/bin/ruff check --fix-only . && .venv/bin/ruff format .

lock: .venv/.locked-dev ## Resolve the dependencies of pyproject.toml anew into both lock files (ARGS="--upgrade")
	$(LOCK) $(ARGS) --output-file requirements.txt pyproject.toml
	$(LOCK) $(ARGS) --extra dev --output-file requirements-dev.txt pyproject.toml

clean: ## Remove .venv, caches and artifacts; the data folder stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis artifacts build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.locked: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo '$(PYTHON_WANTED)' >&2; exit 1; }
	@echo 'Setting up .venv from requirements.txt (once; a minute or two)' && $(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --require-hashes -r requirements.txt
	@.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.locked-dev: requirements-dev.txt .venv/.locked
	@echo 'Adding the tools of requirements-dev.txt to .venv' && .venv/bin/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@
