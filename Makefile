# `make demo` and `make test` are all that a newcomer needs; both create .venv from the lock file first.
# The first interpreter that baseline supports; PYTHON=… chooses another one.
PYTHON ?= $(or $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done),python3)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup demo test check format golden docs facts bench everything brownfield inventory scan audit sbom docs-site coverage fuzz mutants lock clean

setup: .venv/.installed

# The lock has everything: with --no-deps pip does not ask itself whether pydantic and pydantic[email] are the same.
.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; assert (3, 11) <= sys.version_info[:2] <= (3, 13), "baseline needs Python 3.11 to 3.13; set PYTHON=python3.x"'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

demo: setup
	$(BIN)/baseline generate profiles/northwind.yaml -o output/northwind

test: check

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist worksteal

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Writes what is generated anew: tables in the documentation, the example's output, expected messages.
golden: setup
	$(BIN)/pytest tests/test_examples.py tests/docs tests/profile --rewrite-golden -q

# Tables and counts in the documentation alone, and the navigation of the site.
docs: setup
	$(BIN)/pytest tests/docs --rewrite-golden -q

# Facts about AWS that installed packages have; those that were read from pages are listed by age.
facts: setup
	$(BIN)/python -m tests.aws.bundled_data

bench: setup
	$(BIN)/python -m benchmarks

# Deploys the profiles with everything on to an emulated organization, and destroys them; it takes a minute.
everything: setup
	$(BIN)/python -m benchmarks.everything

# A baseline for an emulated organization of 60 accounts that has grown by itself; the log goes into the documentation.
brownfield: setup
	$(BIN)/python -m benchmarks.brownfield --write

inventory: setup
	$(BIN)/python -m benchmarks.inventory --write

scan: setup
	$(PYTHON) -m venv .venv-scan
	.venv-scan/bin/python -m pip install --quiet --require-hashes -r requirements-scan.txt
	$(BIN)/python -m benchmarks.scan $(CURDIR)/.venv-scan/bin/python

audit: setup
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --require-hashes -r requirements-audit.txt
	$(BIN)/python -m benchmarks.audit $(CURDIR)/.venv-audit/bin/python

# CycloneDX of everything that the wheel needs at run time, the extras included; the same bytes each time.
sbom:
	$(PYTHON) -m venv .venv-sbom
	.venv-sbom/bin/python -m pip install --quiet --require-hashes -r requirements-sbom.txt
	mkdir -p dist
	.venv-sbom/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON \
	  -o dist/secure-baseline.cdx.json requirements-runtime.lock

# The documentation as a searchable site in dist/site; a broken link fails it.
docs-site:
	$(PYTHON) -m venv .venv-site
	.venv-site/bin/python -m pip install --quiet --require-hashes -r requirements-site.txt
	.venv-site/bin/mkdocs build --strict --quiet

# Which lines and branches the tests reach; it takes half as long again.
coverage: setup
	$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report=term

# The hostile inputs of the tests, many more of them and new ones each time.
fuzz: setup
	BASELINE_FUZZ_EXAMPLES=2000 $(BIN)/pytest tests/test_fuzz.py

# Small faults in capabilities, policy and evidence, and which of them no test notices; a sample, as all take days.
SAMPLE ?= 40
SEED ?= 1
mutants:
	$(PYTHON) -m venv .venv-mutants
	.venv-mutants/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock -r requirements-mutants.txt
	.venv-mutants/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	.venv-mutants/bin/python -m benchmarks.mutants --sample $(SAMPLE) --seed $(SEED)

COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate

lock:
	$(COMPILE) --group dev pyproject.toml -o requirements.lock
	$(COMPILE) --extra aws --extra reports --extra signing --constraints requirements.lock pyproject.toml -o requirements-runtime.lock
	$(COMPILE) requirements-scan.in -o requirements-scan.txt
	$(COMPILE) requirements-audit.in -o requirements-audit.txt
	$(COMPILE) requirements-sbom.in -o requirements-sbom.txt
	$(COMPILE) requirements-site.in -o requirements-site.txt
	$(COMPILE) --constraints requirements.lock requirements-mutants.in -o requirements-mutants.txt

clean:
	rm -rf .venv .venv-scan .venv-audit .venv-sbom .venv-site .venv-mutants .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage build dist
