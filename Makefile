# Entrances only; the work is done by the tools they call.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TESTED := $(VENV)/.installed-test
PEERS := $(VENV)/.installed-bench
MUTATORS := $(VENV)/.installed-mutants
LINTERS := $(VENV)/.installed-container
AUDITORS := $(VENV)/.installed-security
# Files come in a random order, those with most long cases first, and so do the tests in each: make test SEED=... DAY=... repeats
# an order and what the day draws; both are printed at the end. A run that takes longer than LIMIT seconds ends and says where.
PYTEST = $(BIN)/python -m pytest -q --workers auto --day $(DAY) --end-after $(LIMIT) $(if $(SEED),--randomly-seed=$(SEED))
DAY ?= $(shell date -u +%F)
LIMIT ?= 2700
EIGHTH = $(shell expr $$(date -u -d $(DAY) +%j) % 8 + 1)/8

MUTATED = policy claims outcomes suppressions calling moves boundary log

# The tests start the program dozens of times: what Python has compiled is kept, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test night night-part install install-test check run bench mutants pack-mutants simulate screens container lock sbom audit chaos
.DEFAULT_GOAL := test

demo: $(INSTALLED)
	@$(BIN)/nextcall demo

# The tests of the day (tests/by_day.py): what everybody runs before a commit.
test: $(TESTED)
	$(PYTEST) --runs day

# Everything else, at length: the cases and engines that the day leaves out, simulated centres, the second evaluator, and whether
# the day's tests notice a sample of mutants.
night: $(TESTED) $(MUTATORS)
	$(PYTEST) --runs night
	$(MAKE) --no-print-directory simulate OPERATIONS=3000 SEED=$(or $(SEED),$(subst -,,$(DAY)))
	$(MAKE) --no-print-directory simulate OPERATIONS=3000 ENGINE=postgresql SEED=$(or $(SEED),$(subst -,,$(DAY)))
	$(BIN)/python -m tests.policy.second.compare --lines 100000 --seed $(or $(SEED),$(subst -,,$(DAY)))
	$(MAKE) --no-print-directory mutants GROUP="$(MUTATED)" SAMPLE=15 WITHIN=5 NEW=1 RUNS=day SEED=$(or $(SEED),$(subst -,,$(DAY)))

# What CI runs of the night: another eighth of its tests each day, and a short centre on each engine.
night-part: $(TESTED)
	$(PYTEST) --runs night --part $(EIGHTH)
	$(MAKE) --no-print-directory simulate OPERATIONS=500 SEED=$(or $(SEED),$(subst -,,$(DAY)))
	$(MAKE) --no-print-directory simulate OPERATIONS=300 ENGINE=postgresql SEED=$(or $(SEED),$(subst -,,$(DAY)))

# mypy keeps one core busy for most of a minute: what the road costs, which keeps the other busy, and the tests run beside it, and
# what mypy found is said last.
check: $(TESTED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	@$(BIN)/mypy > $(VENV)/.types 2>&1 & types=$$!; \
	echo "$(BIN)/python -m benchmarks.road.cost"; $(BIN)/python -m benchmarks.road.cost; cost=$$?; \
	echo "$(PYTEST) --runs day"; $(PYTEST) --runs day; tests=$$?; \
	wait $$types; types=$$?; echo "$(BIN)/mypy"; cat $(VENV)/.types; \
	exit $$((cost + tests + types))

run: $(INSTALLED)
	$(BIN)/nextcall run

# Everything, or one by name: make bench NAME=claims; NAME=road runs the goals of the road small, in turns with another version
# (AGAINST, else the commit before). QUICK=1 takes small sizes; make bench NAME=exclusivity CLAIMS=1000000.
bench: $(PEERS)
	$(BIN)/python -m benchmarks $(NAME) $(if $(QUICK),--quick) $(if $(CLAIMS),--claims $(CLAIMS)) $(if $(AGAINST),--against $(AGAINST))

# Changes the product in a copy, one small change at a time, and asks the tests that run the changed line:
# make mutants GROUP=policy SAMPLE=400 SEED=1; several groups in quotes, SAMPLE=0 for every change, PROCESSES=2 for two at once.
# It goes on from the last run, whose verdicts are in build/mutants; NEW=1 asks again about no survivor,
# WITHIN=5 asks for 5 s about each change, so that a later run has fewer to ask for longer. RUNS=day asks the day's tests alone.
mutants: $(MUTATORS)
	$(BIN)/python -m tests.mutants $(or $(GROUP),policy) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) $(if $(PROCESSES),--processes $(PROCESSES)) $(if $(WITHIN),--within $(WITHIN)) $(if $(RUNS),--runs $(RUNS)) $(if $(NEW),--new)

# Changes each parameter of each enabled rule by its smallest step and runs the worked cases: make pack-mutants PACKS="fr gb".
pack-mutants: $(INSTALLED)
	$(BIN)/nextcall policy coverage $(PACKS) --least 98

# A centre simulated from a seed, watched after each step: make simulate OPERATIONS=200000 ENGINE=postgresql SEED=7.
simulate: $(TESTED)
	$(BIN)/python -m tests.simulation --operations $(or $(OPERATIONS),5000) --engine $(or $(ENGINE),sqlite) --seed $(or $(SEED),$(shell date +%s))

# 200 agents and two bots on a PostgreSQL while one fault follows another, some 20 minutes; as root, for the disk that it fills:
# make chaos AGENTS=60 LASTS=15.
chaos: $(TESTED)
	$(BIN)/python -m tests.chaos --agents $(or $(AGENTS),200) --lasts $(or $(LASTS),40) --seed $(or $(SEED),1)

# Pictures every screen anew into docs/screens; needs Chromium and a font with emoji (Debian: fonts-noto-color-emoji).
screens: $(TESTED)
	$(BIN)/python -m screens

# Builds the container without a daemon, uses, stops, upgrades and restores it; lints compose.yaml and the unit for systemd.
# As root on Debian, after .ci/packages. make container STOPS=50 ENGINE=sqlite
container: $(TESTED) $(LINTERS)
	$(BIN)/python -m deploy.check --stops $(or $(STOPS),5) --engine $(or $(ENGINE),both)

# What a bot is made of, each package with its version and hashes, as CycloneDX 1.6: build/nextcall.cdx.json.
sbom: $(AUDITORS)
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --spec-version 1.6 \
		--output-format JSON --output-file build/nextcall.cdx.json requirements-run.lock

# Whether a known fault is in what a bot is made of. Asks the package index for its list of faults, and fails where it has none.
audit: $(AUDITORS)
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements-run.lock

install: $(INSTALLED)

install-test: $(TESTED)

# A stamp file makes the second run start in seconds; a changed lock or pyproject installs anew. What runs is compiled as it is
# imported: most of it never is, and compiling all would take half of the time until the page.
$(INSTALLED): requirements.lock pyproject.toml
	$(call install,requirements.lock,--no-compile)
	@touch $@

# The tests' lock has all of the other.
$(TESTED): requirements-test.lock pyproject.toml
	$(call install,requirements-test.lock)
	@touch $(INSTALLED) $@

define install
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Nextcall needs Python 3.11 or newer: run 'make PYTHON=python3.11 $(or $(MAKECMDGOALS),test)'."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python has no venv: install the package python3-venv (Debian, Ubuntu) and run make again."; exit 1; }
	@echo "1. Making a Python environment in $(VENV)."
	@$(PYTHON) -m venv $(VENV)
	@echo "2. Downloading the packages of $(1) into it. This takes a minute or two, once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes $(2) -r $(1)
	@echo "3. Installing Nextcall into it."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endef

# What the product is measured against.
$(PEERS): requirements-bench.lock $(TESTED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

# What the product is changed with.
$(MUTATORS): requirements-mutants.lock $(TESTED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mutants.lock
	@touch $@

# What the container is linted with.
$(LINTERS): requirements-container.lock $(TESTED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-container.lock
	@touch $@

# What the locks are read with.
$(AUDITORS): requirements-security.lock $(TESTED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-security.lock
	@touch $@

# Writes all locks for every Python from 3.11 on; hashes, and no package host. requirements.lock is what runs: the bot on either
# database, the demo and what it shows.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header pyproject.toml
lock: $(TESTED)
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) --extra demo --extra metrics --extra postgres --group build -o requirements.lock
	$(COMPILE) --all-extras --group dev --constraints requirements.lock -o requirements-test.lock
	$(COMPILE:pyproject.toml=) --group bench --constraints requirements-test.lock -o requirements-bench.lock
	$(COMPILE:pyproject.toml=) --group mutants --constraints requirements-test.lock -o requirements-mutants.lock
	$(COMPILE:pyproject.toml=) --group container --constraints requirements-test.lock -o requirements-container.lock
	$(COMPILE:pyproject.toml=) --group security --constraints requirements-test.lock -o requirements-security.lock
	$(COMPILE) --extra metrics --extra postgres --extra reports --extra registers --constraints requirements-test.lock -o requirements-run.lock
