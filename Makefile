PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
ADDRESS ?= 127.0.0.1
WORKERS ?= 2

.PHONY: run demo test coverage check js bench pictures attack audit browser clean

run: $(VENV)/.installed
	@$(BIN)/python -m labeling prepare --port $(PORT)
	@$(BIN)/streamlit run app.py --server.address $(ADDRESS) --server.port $(PORT) --server.headless true

# The same with a demo to look at, whose accounts have a password that everybody knows, and whose junior is a simulated model.
demo: export SVERKA_DEMO_LLM ?= on
demo: $(VENV)/.installed
	@$(BIN)/python -m labeling prepare --demo --port $(PORT)
	@$(BIN)/streamlit run app.py --server.address $(ADDRESS) --server.port $(PORT) --server.headless true

# Tests start many processes: without byte code on disk each would compile the house anew, and pytest every test.
test coverage: export PYTHONDONTWRITEBYTECODE :=
# And one thread each: on cores that other workers keep busy, the threads of a small sum wait for each other.
test coverage: export OPENBLAS_NUM_THREADS := 1
test coverage: export OMP_NUM_THREADS := 1

test: $(VENV)/.installed-dev browser check
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

# Apart from `make test`, which it would make half as slow again: docs/decisions/checks.md. The floor is in pyproject.toml.
coverage: $(VENV)/.installed-dev browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=term:skip-covered

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(MAKE) --no-print-directory js

# The scripts of the cards: linted, type-checked and tested by what package-lock.json names.
js: $(VENV)/.installed-dev
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node_modules/.installed && npm run --silent check; \
	  elif [ -n "$$SVERKA_NO_SKIPS" ]; then echo "No npm, and SVERKA_NO_SKIPS is set: the JavaScript cannot be checked." >&2; exit 1; \
	  else echo "No npm: the checks of the JavaScript are SKIPPED. Node 20 or newer brings it."; fi

bench: $(VENV)/.installed-dev
	@for name in desk desk_kinds card card_kinds pages dashboard agreement dawid_skene consensus kinds overlap review replay analysis data_map kinds_suspicion lazy junior pii search formats snapshots upload; do $(BIN)/python -m benchmarks.$$name || exit 1; done

# Those of the guides and the README, from a fresh demo.
pictures: $(VENV)/.installed-dev browser
	@$(BIN)/python -m benchmarks.pictures

# A server on the loopback address is attacked; the table says what got through.
attack: $(VENV)/.installed-dev
	@$(BIN)/python -m benchmarks.attack

# Known vulnerabilities of what is installed, by an environment of its own. Needs a vulnerability database (pypi.org or osv.dev).
audit: $(VENV)/.installed
	@test -x .cache/audit/bin/pip-audit || { $(PYTHON) -m venv .cache/audit && .cache/audit/bin/pip install --quiet --disable-pip-version-check "pip-audit>=2.10,<3"; }
	@$(BIN)/python -m pip freeze > .cache/installed.txt
	@.cache/audit/bin/pip-audit --strict --no-deps --disable-pip -r .cache/installed.txt > .cache/audit.txt 2>&1; code=$$?; \
	  if [ $$code = 0 ] || grep -q "^Found" .cache/audit.txt; then cat .cache/audit.txt; exit $$code; fi; \
	  tail -2 .cache/audit.txt; echo "NOT AUDITED: no vulnerability database could be reached from here." >&2; exit 2

# The browser tests need one; without it they are skipped, and say so.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; } \
	  || echo "No chromium and no way to install it: the browser tests will be SKIPPED."

$(VENV)/.installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

node_modules/.installed: package.json package-lock.json
	@npm ci --silent --no-audit --no-fund || { echo "npm ci failed: run it by hand to see why." >&2; exit 1; }
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) node_modules .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
