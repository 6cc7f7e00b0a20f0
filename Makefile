# Needs Python >= 3.11, make and a package index; everything is installed into .venv. `make help` lists what there is.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8080
TESTS ?=
STORY ?=
QUICK := $(addprefix tests/,dialog flows handlers locales messenger orders store workers)
FEW := handlers,store,workers
# pytest-xdist workers: one a core, four at most (each may run a browser), and where whole processes are tested one
# more, which works while others wait for them
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
JOBS ?= $(shell [ $(CORES) -ge 4 ] && echo 4 || echo $$(($(CORES) + 1)))

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --disable-pip-version-check --quiet
INSTALL := $(PIP) --require-hashes
# the command `medrelay` in .venv/bin; what builds it is locked and installed already, so nothing is fetched
COMMAND := $(PIP) --no-deps --no-index --no-build-isolation --editable .
PYTEST := $(PY) -m pytest
SHARED := -n $(JOBS) --dist worksteal
# Tests start dozens of processes: where this is set, as in many containers, each compiles the whole house anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo story test quick trial check format lint types contracts coverage bench messages lock clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

# ---------------------------------------------------------------- run it

demo: $(VENV)/.run ## the whole house on http://127.0.0.1:8080 (PORT=... for another port)
	@$(PY) -c 'import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); \
	s.bind(("127.0.0.1", int(sys.argv[1])))' "$(PORT)" 2>/dev/null \
	|| { echo "Port $(PORT) is taken (or no port): stop what uses it, or choose another: make demo PORT=8090" >&2; exit 1; }
	@$(PY) -m bot demo --port $(PORT)

story: $(VENV)/.run ## the acceptance day, played by people on the real processes (STORY=two-names for another)
	@$(PY) -m bot story $(STORY)

messages: $(VENV)/.run ## every message in every language, as a page
	@$(PY) -m bot messages

# ---------------------------------------------------------------- try it

test: $(VENV)/.test ## all tests but the trials (TESTS=tests/store for some)
	$(PYTEST) $(SHARED) $(TESTS)

quick: $(VENV)/.test ## the bot's own logic, and two tests of each file on a real store; half a minute
	$(PYTEST) -n $(or $(filter 1 2 3,$(CORES)),4) --dist worksteal -q -m "not slow and not trial" --few $(FEW) $(or $(TESTS),$(QUICK))

trial: $(VENV)/.test ## what takes minutes by nature: many seeds, kills, days in every form; ends with a table
	$(PYTEST) $(SHARED) -v -m "trial or hypothesis" --hypothesis-profile=many $(TESTS)

.PHONY: days
days: $(VENV)/.test ## quick and story on other days and in another zone (MOMENTS="leap-day midnight" for some)
	@WHAT="$(WHAT)" tests/days.sh $(MOMENTS)

check: format lint types test ## what CI runs: format, lint, types, contracts and tests

format: $(VENV)/.dev ## is everything formatted? (.venv/bin/ruff format does it)
	$(VENV)/bin/ruff format --check --quiet .

lint: $(VENV)/.dev
	$(VENV)/bin/ruff check --quiet .

types: $(VENV)/.dev
	$(VENV)/bin/pyright

contracts: $(VENV)/.test ## who may import whom
	$(PYTEST) -q tests/architecture

coverage: $(VENV)/.test ## all tests, with what they reach
	$(PYTEST) $(SHARED) --cov --cov-report=term $(TESTS)

bench: $(VENV)/.dev ## what is measured, and against whom
	$(PY) -m bench

# ---------------------------------------------------------------- the environment

$(PY):
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "MedRelay needs Python 3.11 or newer. Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV) >/dev/null 2>&1 \
	|| { "$(PYTHON)" -m venv --clear --without-pip $(VENV) && "$(PYTHON)" -m pip --python $(PY) install --quiet pip; } \
	|| { rm -rf $(VENV); echo "This Python cannot make a virtual environment: install python3-venv (Debian, Ubuntu) and try again." >&2; exit 1; }

# The photo reader has parts that not every machine can install; without it the same forms are filled in by hand.
$(VENV)/.run: requirements.txt requirements-ocr.txt | $(PY)
	@echo "Installing into $(VENV) ..."
	@$(INSTALL) -r requirements-ocr.txt 2>/dev/null || { $(INSTALL) -r requirements.txt \
	&& echo "The photo reader cannot be installed on this machine: prescriptions are typed in by hand."; }
	@$(COMMAND)
	@touch $@

$(VENV)/.test: requirements-test.txt | $(PY)
	@echo "Installing into $(VENV) ..."
	@$(INSTALL) -r requirements-test.txt
	@$(COMMAND)
	@touch $@ $(VENV)/.run

$(VENV)/.dev: requirements-dev.txt | $(PY)
	@echo "Installing into $(VENV) ..."
	@$(INSTALL) -r requirements-dev.txt
	@$(COMMAND)
	@touch $@ $(VENV)/.test $(VENV)/.run

# requirements-dev.txt decides every version; the others are parts of it. Hashes, but never the address of an index.
# Extras are named (coverage[toml]): without them pip asks the index for the newest version and finds no hash for it.
export UV_CUSTOM_COMPILE_COMMAND := make lock
COMPILE := $(VENV)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-package medrelay --no-strip-extras --group install

lock: $(VENV)/.dev ## resolve pyproject.toml anew (UPGRADE=--upgrade for newer versions)
	$(COMPILE) $(UPGRADE) --extra dev -o requirements-dev.txt
	$(COMPILE) --no-annotate --extra test -c requirements-dev.txt -o requirements-test.txt
	$(COMPILE) --no-annotate --extra ocr -c requirements-dev.txt -o requirements-ocr.txt
	$(COMPILE) --no-annotate -c requirements-dev.txt -o requirements.txt
	$(VENV)/bin/uv pip compile tests/foreign_bots/requirements.in --quiet --universal --python-version 3.11 \
	--generate-hashes --no-annotate $(UPGRADE) -o tests/foreign_bots/requirements.txt

clean: ## remove what was made, but not var/ (the demo's data)
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .coverage* build dist
