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

.PHONY: demo test test-embedded test-wire check format soak bench lock clean
.DEFAULT_GOAL := demo

demo: $(READY)
	$(BIN)/vigie up --demo --data var/demo $(ARGS)

# Two halves of about the same length, side by side: cities in one process, and all that has none or has real servers.
test: $(READY)
	$(MAKE) --no-print-directory -j2 --output-sync=target test-embedded test-wire

test-embedded: $(READY)
	$(BIN)/python -m pytest tests/portal $(PARTS_OF_CITY)
	$(BIN)/python -m pytest tests/component $(PARTS_OF_CITY:%=--ignore=%)

test-wire: $(READY)
	$(BIN)/python -m pytest $(PLAIN) tests/unit tests/architecture tests/rules tests/deploy
	$(BIN)/python -m pytest $(PLAIN) --durations=15 tests/doubles tests/wire

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
