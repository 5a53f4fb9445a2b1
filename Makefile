# OrderLoom: everything a person runs by hand. `make` alone prints this list.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
BIN := .venv/bin
# One more than cores: each waits for a database or a browser a third of its time.
WORKERS ?= 3

.PHONY: help
help: ## Print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The virtual environment is rebuilt only when a lock file changes. The first stamp is what running needs,
# the second adds what testing and checking need.
.venv/run.stamp: requirements.lock
	@tools/setup.sh "$(PYTHON)" requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@tools/setup.sh "$(PYTHON)" requirements-dev.lock
	@touch $@

# The console is built again only when one of its sources changed; the build lies in the package, out of git.
CONSOLE := src/orderloom/console_dist/index.html
$(CONSOLE): $(shell find console/src console/public -type f) $(wildcard console/*.json console/*.ts console/*.html) \
		tools/console.sh | .venv/run.stamp
	@tools/console.sh "$(PYTHON)"
	@touch $@

.PHONY: console
console: $(CONSOLE) ## Build the web console, with the machine's Node or one from a wheel

.PHONY: types
types: .venv/dev.stamp $(CONSOLE) ## Make the console's types of the API, for editors; the tests make their own
	$(BIN)/python tools/openapi.py .cache/openapi.json
	tools/console.sh "$(PYTHON)" types

.PHONY: demo
demo: .venv/run.stamp $(CONSOLE) ## Show the whole road with sample orders, in a workspace of its own
	$(BIN)/orderloom demo

.PHONY: picture
picture: .venv/run.stamp ## Take the picture of the demo that the README shows
	$(BIN)/orderloom demo --picture docs/images/demo.svg

.PHONY: pictures
pictures: .venv/dev.stamp ## Take the console's pictures from a hub that runs (ORDERLOOM_URL, _LOGIN, _PASSWORD)
	$(BIN)/python tools/pictures.py

.PHONY: test
test: .venv/dev.stamp $(CONSOLE) ## Run every test (ARGS="-k word" narrows it)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

.PHONY: check
check: .venv/dev.stamp ## Lint, format, floors and types; under a minute
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/basedpyright --level error

.PHONY: fmt
fmt: .venv/dev.stamp ## Format the code and mend what lint can mend
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

.PHONY: prove
prove: .venv/dev.stamp ## The long proofs: real files whole, kill -9 rounds, fuzzers, growth
	$(BIN)/python -m pytest -m prove $(ARGS)

.PHONY: bench
bench: .venv/run.stamp ## Run the benches (NAME=road for one, ARGS=--quick for a short run)
	$(BIN)/orderloom bench $(NAME) $(ARGS)

.PHONY: where
where: ## Show the files of one word on each floor: make where WORD=waybills
	@$(PYTHON) tools/words.py where "$(WORD)"

.PHONY: new
new: ## Scaffold a word with a failing test on each floor: make new WORD=waybills
	@$(PYTHON) tools/words.py new "$(WORD)"

.PHONY: docs
docs: .venv/dev.stamp ## Regenerate the generated pages of docs/reference
	$(BIN)/python tools/reference.py

.PHONY: schema
schema: .venv/dev.stamp ## Regenerate store/schema.sql from the migrations
	$(BIN)/python tools/schema.py

.PHONY: lock
lock: .venv/dev.stamp ## Bring the lock files up to the newest releases (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --group build \
		--generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade --quiet -o requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --group build --group dev \
		-c requirements.lock --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet \
		-o requirements-dev.lock
	@! grep -n '://' requirements.lock requirements-dev.lock

.PHONY: clean
clean: ## Remove the virtual environment and the caches
	rm -rf .venv .cache .hypothesis .import_linter_cache
