# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

.DEFAULT_GOAL := help

.PHONY: help
help: ## What there is
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: env
env: ## Only the environments: .venv with pinned tools, .venv-core-* for the tests on other ansible-cores
	@scripts/env.sh

.PHONY: quickstart
quickstart: env ## The sandbox over TLS and the main job against it, from start to end
	@scripts/quickstart.sh

.PHONY: sandbox
sandbox: env ## The sandbox in the foreground, with its URLs, users and CA; ARGS="--estate 200" and the like
	@exec .venv/bin/nightshift-sandbox serve $(ARGS)

.PHONY: test
test: env ## Everything that must pass
	@.venv/bin/python scripts/gates.py

.PHONY: lint
lint: env ## The static checks that need no copy of the environment: seconds, not minutes
	@.venv/bin/python scripts/gates.py lint

.PHONY: gate
gate: env ## One or more gates by name: make gate GATES="sanity docs"; scripts/gates.py --help lists them
	@.venv/bin/python scripts/gates.py $(GATES)

.PHONY: test-unit test-integration test-sandbox
test-unit: ## The unit tests; ARGS="-k name -x" goes to pytest, here and below
test-integration: ## The integration tests
test-sandbox: ## The tests of the sandbox
test-unit test-integration test-sandbox: test-%: env
	@.venv/bin/python -m pytest -n 2 --dist loadfile tests/$* $(ARGS)

.PHONY: test-matrix
test-matrix: env ## A choice of the tests on ansible-core 2.16 to 2.21, Python 3.10 to 3.13, old libraries; ARGS="2.18 oldest"
	@scripts/matrix.sh $(ARGS)

.PHONY: format
format: env ## Write Python files as the format gate wants them
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format .

.PHONY: bench
bench: env ## What a task costs, against its rivals in the same run
	@.venv/bin/python tests/bench/bench.py $(ARGS)

.PHONY: bench-reads
bench-reads: env ## What it saves to read side by side, against the same reads one after the other
	@PYTHONPATH=.venv/collections .venv/bin/python tests/bench/reads.py $(ARGS)

.PHONY: faults
faults: env ## The campaigns in which everything goes wrong, in full: ten minutes, and a table of what was counted
	@NIGHTSHIFT_FAULTS=full timeout 600 .venv/bin/python -m pytest -q -n 4 --dist worksteal tests/faults $(ARGS)

.PHONY: docs
docs: env ## The reference of all plugins as HTML, in docs/_build
	@scripts/docs.sh

.PHONY: build
build: env ## The artefact for Galaxy, in dist
	@.venv/bin/ansible-galaxy collection build --force --output-path dist

.PHONY: lock
lock: env ## Newer versions into requirements/*.txt
	@scripts/lock.sh

.PHONY: clean
clean: ## Remove the environments and everything that was built
	@rm -rf .venv* dist docs/_build tests/output roles/sandbox/files/src/*.egg-info
	@find . -name __pycache__ -prune -exec rm -rf {} +
