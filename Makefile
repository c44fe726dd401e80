# Everything a developer or an operator types. Each target does its own set-up in .venv.
PYTHON ?= python3
BIN := .venv/bin
DATA ?= var
PORT ?= 8600
# What WeasyPrint draws PDF with, and the fonts it draws Chinese in.
PRINTING := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk
PACKAGES := chromium tshark $(PRINTING)

.PHONY: help setup run test check lint types rules docs bench wheel lock messages clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: .venv/ready ## install what `make run` needs into .venv

run: .venv/ready printing ## the whole platform on the lab: http://127.0.0.1:8600
	$(BIN)/gongga up --data $(DATA) --port $(PORT)

test: .venv/ready-dev system-packages ## every test; installs chromium and tshark where it may
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not e2e and not browser"
	$(BIN)/pytest -q -m "e2e or browser"

check: lint types rules docs ## format, lint, strict types, rule packs, generated pages

lint: .venv/ready-dev ## ruff, format and rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/ready-dev ## mypy, strict
	$(BIN)/mypy

rules: .venv/ready-dev ## every shipped rule compiles
	$(BIN)/gongga rules check

docs: .venv/ready-dev ## generated pages under docs/ are current
	$(BIN)/python -m docs.generate --check

bench: .venv/ready-dev ## every benchmark, each with its ratio
	$(BIN)/python -m benchmarks

eval-captures: .venv/ready-dev ## flow reading over every capture of $$GONGGA_EVAL_DATA
	$(BIN)/python -m benchmarks.eval_flow_captures

eval-sigma: .venv/ready-dev ## the Sigma compiler over the rules of $$GONGGA_EVAL_DATA
	$(BIN)/python -m benchmarks.eval_sigma

eval-documents: .venv/ready-dev ## every kind of document, read again by others; 100 notices against the clock
	$(BIN)/python -m benchmarks.eval_documents

eval-cacao: .venv/ready-dev ## the CACAO examples of $$GONGGA_EVAL_DATA: import, lint, walk dry, export
	$(BIN)/python -m benchmarks.eval_cacao

wheel: .venv/ready-dev ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

lock: .venv/ready-dev ## lock the dependencies of pyproject.toml anew
	$(BIN)/python -m docs.lock

messages: .venv/ready-dev ## gather the texts of the pages for translation
	$(BIN)/python -m console.web.messages

clean: ## remove what was built; data stays
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older."; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python's venv module is missing; type: apt-get install python3-venv"; exit 2; }
	$(PYTHON) -m venv .venv

.venv/ready: .venv/bin/python requirements.lock requirements-node.lock pyproject.toml package-lock.json
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@command -v npm >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock
	$(BIN)/python -m console.web.assets
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Which of the packages in $(1) are missing, as a list in the shell variable `missing`.
define look-for
missing=""; for name in $(1); do dpkg-query -W -f '$${Status}' $$name 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$name"; done
endef
INSTALL := apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends

.PHONY: system-packages printing
system-packages:
	@$(call look-for,$(PACKAGES)); \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then $(INSTALL) $$missing >/dev/null; \
	else echo "The tests need Debian's$$missing; type: sudo apt-get install$$missing"; exit 2; fi

printing:
	@$(call look-for,$(PRINTING)); \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && { $(INSTALL) $$missing >/dev/null; }; then exit 0; fi; \
	echo "PDF previews need Debian's$$missing (everything else works); type: sudo apt-get install$$missing"
