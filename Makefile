# Everything a machine needs: Python 3.11 and make. Each target sets itself up.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin

# Where a machine says not to keep compiled modules, each process that a test starts would compile all of ours anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: plan serve pictures test bench solvers slow fuzz faults check-style clean
.DEFAULT_GOAL := plan

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -m venv --clear $(VENV)  # nothing stays that the lock file names no more
	@echo "Setting up in $(VENV), once: about a minute ..." >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

plan: $(READY)  ## a verified plan for Lund
	@$(BIN)/fardplan plan

serve: $(READY)  ## the web page of this folder, on this machine: http://127.0.0.1:8000/
	@$(BIN)/fardplan serve

pictures: $(READY)  ## the README's pictures, drawn anew
	@$(BIN)/fardplan plan out=runs/pictures --force > /dev/null
	@cp runs/pictures/figures/emissions.svg docs/lund-emissions.svg
	@$(BIN)/python -m runners.reports.pictures runs/pictures runs/report.pdf docs/report-timetable.svg

check-style: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

test: check-style  ## style, types, arrows, all quick tests, and each benchmark once at its smallest size
	@$(BIN)/pytest -n 2 --dist worksteal -m "not slow" tests benchmarks --benchmark-disable

slow: $(READY)  ## the suites that take longer
	@$(BIN)/pytest -n 2 --dist worksteal -m slow

fuzz: $(READY)  ## 10,000 mutations of cases, overrides, designs, workbooks and run folders: none ends in a fault of ours
	@$(BIN)/python tests/fuzzing.py

faults: $(READY)  ## 200 drivers and 200 workers killed, signals, full and read-only disks, a cluster lost: nothing lost
	@$(BIN)/python tests/faulting.py

solvers: $(READY)  ## every solver that is installed, measured; docs/solvers.md is made of it
	@FARDPLAN_SOLVERS=write $(BIN)/pytest benchmarks/test_solvers.py --benchmark-only

bench: $(READY)  ## speed, as ratios measured side by side; docs/benchmarks.md is made of it
	@FARDPLAN_BENCHMARKS=write $(BIN)/pytest benchmarks --ignore=benchmarks/test_solvers.py --benchmark-only --benchmark-columns=median,iqr,rounds

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
