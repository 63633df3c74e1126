# make demo   the whole city in this terminal and at http://127.0.0.1:8080, playing a real flood
# make test   every test that this machine can run
# make check  style, types, import contracts
# make soak   the long tests; the last line is one JSON object
# make bench  figures beside a reference, NAME=pipeline; the last line is one JSON object
# make lock   choose the newest dependencies and write their hashes

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

# nameko's own plug-in for pytest changes threads and sockets; these tests want the real ones.
PLAIN := -p no:pytest_nameko -o addopts="--import-mode=importlib --strict-markers --strict-config -ra"
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links
PARTS_OF_CITY := tests/component/console tests/component/test_kill.py tests/component/test_bad_input.py

# SQLite files of tests are thrown away, and no test cuts the power: where memory has room, no commit waits for a disk.
SHM_MB := $(shell df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 { print $$4 }')
SCRATCH := $(shell [ "0$(SHM_MB)" -ge 4096 ] && [ -w /dev/shm ] && echo /dev/shm || echo "$${TMPDIR:-/tmp}")
IN_SCRATCH = scratch=$$(mktemp -d "$(SCRATCH)/vigie-tests.XXXXXX") && trap 'rm -rf "$$scratch"' EXIT INT TERM && TMPDIR="$$scratch"

.PHONY: demo test test-city test-embedded test-plain test-wire check format soak bench lock clean
.DEFAULT_GOAL := demo

demo: $(READY)
	$(BIN)/vigie up --demo --data var/demo $(ARGS)

# Four lanes for two cores: one that waits (for a server, a process, a limit of time) leaves its core to the others.
# Tests on real servers wait most, and for limits of time: what only computes lets them go first.
test: $(READY)
	$(MAKE) --no-print-directory -j4 --output-sync=target test-wire test-city test-embedded test-plain

test-wire: $(READY)
	$(BIN)/python -m pytest $(PLAIN) --durations=15 tests/doubles tests/wire

test-city: $(READY)
	$(IN_SCRATCH) nice $(BIN)/python -m pytest tests/portal $(PARTS_OF_CITY)

test-embedded: $(READY)
	$(IN_SCRATCH) nice $(BIN)/python -m pytest tests/component $(PARTS_OF_CITY:%=--ignore=%)

test-plain: $(READY)
	$(IN_SCRATCH) nice $(BIN)/python -m pytest $(PLAIN) tests/unit tests/architecture tests/rules tests/deploy

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

soak: $(READY)
	$(BIN)/python -m tests.soak

bench: $(READY)
	$(BIN)/python -m benchmarks.$(or $(NAME),pipeline) $(ARGS)

# Three files that agree: all that tests need, what an image needs, and what builds the project in it.
lock: $(READY)
	$(COMPILE) --upgrade --group pyproject.toml:dev pyproject.toml -o requirements.lock -q
	$(COMPILE) -c requirements.lock pyproject.toml -o requirements-run.lock -q
	echo 'hatchling>=1.27' | $(COMPILE) -c requirements.lock - -o requirements-build.lock -q

# Hashes and an editable project can't be installed in one command: first the lock, then the project alone.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Vigie needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Installing Vigie into $(VENV) (once; about two minutes) ..."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
