# Front door. Each target does its own set-up; nothing but Python 3.11 or newer and make is needed.
PYTHON ?= $(shell command -v python3.11 > /dev/null && echo python3.11 || echo python3)
CORES ?= all
VENV := .venv
BIN := $(VENV)/bin
# programs are run by Python: first lines of scripts cannot name every folder
READY := $(VENV)/ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# text is UTF-8 in every locale
export PYTHONUTF8 := 1
# packages go into this environment, whatever is set for others
export PIP_USER := 0
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PYTHONHOME
# this checkout's packages, whatever is installed
export PYTHONPATH := $(CURDIR)/src
# the stamp holds the place of the environment: where it is another, the folder was moved or copied; there may be none
MOVED := $(shell test -e $(READY) && test "$$(cat $(READY))" = "$$(cd $(VENV) && pwd -P)" || echo moved)
# why it is set up
WHY = $(if $(MOVED),$(if $(wildcard $(READY)),moved or copied: mending its programs,installing the packages of \
  requirements.lock: this takes minutes),requirements.lock or pyproject.toml is newer: installing what has changed)
# SCALE and CONFIG='gamma=1.3 fit={"margin": 0.2}' reach the pipeline by the environment, which quotes nothing;
# in place of the shell: make waits for what it has started, and its end is that of the run
PIPELINE = MAKE_TARGET=$@ exec $(BIN)/python -m scaling_spectra_pipeline.door scaling_spectra_pipeline

.PHONY: help figures plan check tidy reference report archive gallery docs browser test test-machines test-slurm soak lint clean

help:  ## List the targets
	@awk -F ':.*\#\# ' '/^[a-z-]+:.*\#\# / {printf "  make %-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

figures: $(READY)  ## Rebuild every figure and check it (SCALE=smoke|laptop|paper, CONFIG='gamma=1.3 name=g13', CORES)
	@$(PIPELINE).run --cores $(CORES)

plan: $(READY)  ## Say what a build takes and whether it fits (SCALE, CONFIG, CORES, MEMORY, DISK, HOURS)
	@$(PIPELINE).forecast \
	  $(if $(filter-out all,$(CORES)),--cores $(CORES)) $(if $(MEMORY),--memory $(MEMORY)) \
	  $(if $(DISK),--disk $(DISK)) $(if $(HOURS),--hours $(HOURS))

check: $(READY)  ## Check a build, after building what is missing of it (SCALE, CONFIG)
	@$(PIPELINE).run --cores $(CORES) check

tidy: $(READY)  ## Remove the files of figures and tables whose scripts are gone (SCALE, CONFIG)
	@$(PIPELINE).run --cores 1 tidy

reference: $(READY)  ## Make the numbers of a checked build the released ones: results/reference/<build> (SCALE, CONFIG)
	@$(PIPELINE).release

report: $(READY)  ## Build, then put figures, captions, tables, checks and run times in one page (SCALE, CONFIG)
	@$(PIPELINE).run --cores $(CORES) report
	@$(PIPELINE).report_page

archive: $(READY)  ## Build, then pack sources, tables, figures, report and manifest: archive/<build>.crate.zip
	@$(PIPELINE).run --cores $(CORES)
	@$(PIPELINE).archive

gallery: $(READY)  ## Take images, tables and timings of README and documentation from a checked build (SCALE, CONFIG)
	@$(PIPELINE).gallery

docs: $(READY)  ## Build the documentation site: site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "docs     site/index.html"

browser:  ## Install Chromium for the browser tests (Debian, root)
	@command -v chromium > /dev/null || { apt-get update --quiet --quiet; \
	  apt-get install --quiet --yes --no-install-recommends chromium; }

test: $(READY)  ## Run all tests but the long ones (soak, test-slurm, test-machines)
	$(BIN)/python -m pytest --numprocesses logical --dist loadfile --no-loadscope-reorder

test-machines: $(READY)  ## Build as other processors and compare (MACHINES, SCALE=smoke|laptop|paper)
	$(BIN)/python -m scaling_spectra_pipeline.elsewhere $(MACHINES) --cores $(CORES) $(if $(SCALE),--scale $(SCALE))

test-slurm: $(READY)  ## Run the workflow on a Slurm cluster started here (Debian, root)
	@command -v slurmd > /dev/null 2>&1 || test -x /usr/sbin/slurmd || { apt-get update --quiet --quiet; \
	  apt-get install --quiet --yes --no-install-recommends slurm-wlm slurmctld slurmd munge; }
	$(BIN)/python -m pytest -m slurm tests/slurm

soak: $(READY)  ## Run the long tests: builds killed again and again
	$(BIN)/python -m pytest -m soak

lint: $(READY)  ## Check style, formatting, layers and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m snakefmt --check Snakefile workflow
	$(BIN)/python $(BIN)/lint-imports
	$(BIN)/python -m mypy
	$(BIN)/python -m snakemake --lint

clean:  ## Remove the environment and everything that was built
	rm -rf $(VENV) .snakemake report site archive build/machines \
	  $(foreach top,results figures,$(foreach scale,smoke laptop paper,$(top)/$(scale) $(top)/$(scale)-*))

ifneq ($(MOVED),)
.PHONY: $(READY)
endif
# The stamp is written last: an interrupted installation is done again.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "make: $(PYTHON) is not Python 3.11 or newer; give one that is: make PYTHON=python3.11"; exit 1; }
	@echo "setup    $(VENV): $(WHY)"
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@PYTHONPATH= $(PIP) --requirement requirements.lock
	@PYTHONPATH= $(PIP) --no-build-isolation --no-deps --editable .
	@$(if $(MOVED),$(BIN)/python -m scaling_spectra_pipeline.relocate)
	@(cd $(VENV) && pwd -P) > $(READY)
