# Two commands matter: `make run` and `make test`. CI calls the second. `make test-all` tests the whole of each matrix
# of which `make test` tests a sample: run it before an issue is resolved.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: run test test-all lint bench refresh clean

run: $(VENV)/run.stamp
	$(BIN)/streamlit run app.py --server.port $(PORT)

refresh: $(VENV)/run.stamp
	$(BIN)/python -m lib.ingest

test: lint
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m tests.nginx
	$(BIN)/pytest -n 2

test-all: export ALTYN_TEST_ALL = 1
test-all: test

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/test.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check reader==3.26 sgmllib3k==1.0.0  # whom bench/news.py is held against
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m bench

$(VENV)/run.stamp: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp tests/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
