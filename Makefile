# Two commands: `make run` and `make test`. Everything is installed into .venv from constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two more than processors: some tests wait for processes of their own.
JOBS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 2)')
PORT ?= 8088
RECENT := -c 'import sys; sys.exit(sys.version_info < (3, 11))'

.PHONY: run test bench soak handbook clean

run: $(VENV)/installed
	@if [ -n "$$BOT_TOKEN" ] || grep -qs '^BOT_TOKEN=.' .env; then \
		$(BIN)/linli migrate && exec $(BIN)/linli run; \
	else \
		exec $(BIN)/linli simulate --port $(PORT); \
	fi

test: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/linli check
	$(BIN)/pytest -n $(JOBS)

bench: $(VENV)/installed-bench
	$(BIN)/python -m tests.benchmarks

soak: $(VENV)/installed-dev
	$(BIN)/python -m tests.soak
	$(BIN)/python -m tests.soak.sums
	CROWD=500 $(BIN)/pytest -q tests/stories/test_group_crowd.py

# The pictures of docs/handbook, of the demo year and an event; needs LibreOffice Writer, pdftoppm
# and Chromium.
handbook: $(VENV)/installed-dev
	$(BIN)/python -m tests.handbook

# One of a Python that is too old, or gone by now, or that was made for another folder (which was
# moved or copied: its programs are called by their whole path) is made anew with all that was in it.
ifneq ($(shell $(BIN)/python $(RECENT) 2>/dev/null && \
	{ [ ! -e $(BIN)/pip ] || grep -qF "$(CURDIR)/$(BIN)/" $(BIN)/pip; } && echo good),good)
.PHONY: $(VENV)/bin/python $(VENV)/installed $(VENV)/installed-dev $(VENV)/installed-bench
endif

$(VENV)/bin/python:
	@$(PYTHON) $(RECENT) 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed, such as: make PYTHON=python3.12" >&2; exit 2; }
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing into $(VENV) (a minute or two, once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[postgres]'
	@touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing into $(VENV) (a minute or two, once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-bench: pyproject.toml constraints.txt | $(VENV)/installed-dev
	@echo "Installing what the delivery is measured against ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	@touch $@

# Never data/: the live database is there.
clean:
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache
