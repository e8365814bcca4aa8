# Everything a newcomer needs: `make run` serves the tracker, `make test` tests it. No PostgreSQL need be installed.
# Options go through ARGS: make run ARGS='--port 9000', make test ARGS='-k istanbul', make manage ARGS='check'.

PYTHON ?= python3
ARGS ?=
PY := .venv/bin/python
MANAGE := $(PY) manage.py

# The names carry the requirements' digest, so pip is called again only when they changed.
digest = $(shell cat $(1) | sha256sum | cut -c1-16)
RUN_INSTALLED := .venv/.installed-run-$(call digest,requirements.txt)
DEV_INSTALLED := .venv/.installed-dev-$(call digest,requirements.txt requirements-dev.txt)
PEERS := .tracker/peers
PEERS_INSTALLED := $(PEERS)/.installed-$(call digest,requirements.txt bench/requirements.txt)
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore

# pip is the last thing venv brings: without it an earlier attempt was cut off, and making it again mends it. What fails
# takes .venv with it: a full disk leaves files in it that are cut off and never looked at again.
define MAKE_VENV
$(PY) -m pip --version >/dev/null 2>&1 || { \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.11"; exit 1; }; \
	echo "Making .venv"; \
	$(PYTHON) -m venv --clear .venv || { $(INSTALL_FAILED); }; }
endef

INSTALL_FAILED := rm -rf .venv; echo "Error: .venv could not be made and was removed; when what is said above is mended" \
	"(the disk may be full: see df .), start again." >&2; exit 1

.PHONY: run test test-long bench bench-peers bench-publishing bench-data check check-with-database openapi manage format install install-dev

# Set up database, data and accounts, and serve both doors on this machine until Ctrl+C.
run: install
	@$(PY) -m tracker.start run $(ARGS)

test: install-dev
	@$(PY) -m tracker.start with-postgres $(PY) -m pytest -n 2 $(ARGS)

# The tests that take minutes, and only those.
test-long: install-dev
	@$(PY) -m tracker.start with-postgres $(PY) -m pytest -n 2 -m long $(ARGS)

# Our reads against the peers', on the large set: make bench ARGS='--only list,detail --rounds 2'. Needs wrk; what else is
# missing is left out by name.
bench: install-dev bench-peers
	@$(PY) -m bench.large $(PY) -m bench.run $(ARGS)

# The packages of the peers, in an environment of their own.
bench-peers: $(PEERS_INSTALLED)

$(PEERS_INSTALLED): requirements.txt bench/requirements.txt
	@echo "Installing bench/requirements.txt into $(PEERS)"
	@rm -rf $(PEERS) && $(PYTHON) -m venv $(PEERS) && \
		$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
			-r bench/requirements.txt && touch $@ || \
		{ rm -rf $(PEERS); echo "The peers' packages could not be installed; those peers are left out."; }

# How long publishing and verifying take, on a database that is thrown away.
bench-publishing: install-dev
	@$(PY) -m tracker.start with-postgres $(PY) -m bench.publishing $(ARGS)

# The large set that benches read: built once, in some minutes, and kept in .tracker/large.
bench-data: install-dev
	@$(PY) -m bench.large $(ARGS)

# The gate for everything that can be judged without running the tests.
check: install-dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo
	$(PY) -m mypy
	@$(PY) -m tracker.start with-postgres $(MAKE) --no-print-directory check-with-database

check-with-database:
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) set_up_database && $(MANAGE) migrate --verbosity 0
	$(MANAGE) check --fail-level WARNING --database default
	written=$$(mktemp) && trap 'rm -f "$$written"' EXIT && \
	$(MANAGE) spectacular --validate --fail-on-warn --file "$$written" && \
	{ diff -u openapi.yaml "$$written" || { echo "openapi.yaml is not what the code serves; run: make openapi"; exit 1; }; }
	DJANGO_SETTINGS_MODULE=tracker.settings_check $(MANAGE) lintmigrations \
		--include-apps negotiations --sql-analyser postgresql --no-cache

# Write what is derived from the code and committed: the contract, and the JSON Schema of dossiers.
openapi: install-dev
	@$(PY) -m tracker.start with-postgres $(MANAGE) spectacular --validate --fail-on-warn --file openapi.yaml
	@$(PY) -m tracker.start with-postgres $(MANAGE) dossier_schema --write

# manage.py on the data of `make run`, whether that runs at the moment or not.
manage: install
	@$(PY) -m tracker.start manage $(ARGS)

format: install-dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

install: $(RUN_INSTALLED)

install-dev: $(DEV_INSTALLED)

$(RUN_INSTALLED): requirements.txt
	@$(MAKE_VENV)
	@echo "Installing requirements.txt"
	@$(PIP_INSTALL) -r requirements.txt || { $(INSTALL_FAILED); }
	@touch $@

$(DEV_INSTALLED): requirements.txt requirements-dev.txt
	@$(MAKE_VENV)
	@echo "Installing requirements-dev.txt"
	@$(PIP_INSTALL) -r requirements-dev.txt || { $(INSTALL_FAILED); }
	@touch $@ $(RUN_INSTALLED)
