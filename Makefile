# What one does with this project. `make` alone lists it.

.DEFAULT_GOAL := help
.PHONY: help setup run check test lint types style bench faults clean

PYTHON_OF_VENV := .venv/bin/python
# Containers often set it; the many short processes of tests, benchmarks and workers would compile all anew.
unexport PYTHONDONTWRITEBYTECODE
# One test more at once than there are processors, as many wait for a server or a browser; JOBS=1 for one by one.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# Whoever is done takes over from the others, so that the end is not one long test.
PYTEST := $(PYTHON_OF_VENV) -m pytest -n $(JOBS) --dist worksteal

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
	|| sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1    \2/p' $(MAKEFILE_LIST)

setup: ## The environment (.venv) from the lock file; the others call it
	@bin/setup

run: setup ## The whole app on this machine, with a simulated Zoom and demo data; Ctrl-C stops it
	@$(PYTHON_OF_VENV) manage.py start

check: lint ## Quick: lint, and the tests that need no server, process or browser, on SQLite
	$(PYTEST) --database=sqlite --without-services

test: lint ## Lint, types, import contract, then every test on SQLite and on PostgreSQL
	$(PYTEST) --database=sqlite
	$(PYTEST) --database=postgresql --only-with-database -m "not browser"

lint: setup ## Style, types, import contract, migrations
	@$(MAKE) --no-print-directory -j2 types style tests/__pycache__

types:
	.venv/bin/mypy

style:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	$(PYTHON_OF_VENV) manage.py makemigrations --check --dry-run

# On a new machine pytest compiles the tests: here once, beside mypy, and not in each of its processes.
tests/__pycache__:
	@$(PYTHON_OF_VENV) -m pytest --collect-only -qq >/dev/null 2>&1 || true

bench: ## The benchmarks: tables on the screen, JSON in bench-results/
	@bin/setup bench
	$(PYTHON_OF_VENV) -m bench

faults: setup ## Kills, stops and cuts off real servers, and measures how each fault heals (half an hour); FAULTS=… for some
	$(PYTHON_OF_VENV) -m bench.faults $(FAULTS)

clean: ## Takes away the environment, caches, and the demo's data (var/)
	rm -rf .venv .tools var bench-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
