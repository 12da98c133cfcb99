# Two commands set everything up on a machine with Python >= 3.11: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= ./instance
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
WORKERS ?= 2

.PHONY: demo test lint bench lighthouse lock browser messages clean

# The editable build runs the hook that brings the front-end packages from npm and compiles the catalogues.
$(VENV)/.demo: requirements.lock package-lock.json pyproject.toml hatch_build.py $(wildcard frontend/*.py)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --no-deps -r requirements.lock
	$(PIP) install --no-build-isolation --no-deps --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.demo
	$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	touch $@

demo: $(VENV)/.demo  ## three cities on http://bretten.localhost:8000, with a worker and a mail catcher
	@exec $(BIN)/engagement demo --port $(PORT) --data-dir "$(DATA_DIR)"

browser: $(VENV)/.dev  ## Chromium: from the system if there is one
	@$(BIN)/python -m tests.browser.install

test: lint browser  ## everything that CI runs
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(PYTEST_ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint engagement --quiet
	$(BIN)/deptry .

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

lighthouse: $(VENV)/.dev  ## the public pages as Lighthouse sees them on a phone
	$(BIN)/python -m benchmarks.lighthouse

lock:  ## write both lock files anew (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet --constraint requirements.lock --output-file requirements-dev.lock

messages: $(VENV)/.dev  ## extract the strings and merge them into each language's catalogue
	@mkdir -p build
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keywords lazy_gettext --no-location --sort-output \
		--project Engagement --version "" --output build/messages.pot .
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap \
		--input-file build/messages.pot --output-dir translations
	@sed -i -E '1,20{/^"(Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By):/d}' \
		translations/*/LC_MESSAGES/messages.po
	$(BIN)/pybabel --quiet compile --directory translations

clean:
	rm -rf $(VENV) build dist node_modules engagement/web/shared/static/vendor
