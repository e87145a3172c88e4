# `make demo` and `make test` set up what they need in .venv and then do their work.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint bench agreement forgeries pages docs notebook vscode client clean

# the demo needs the package alone; the tests need everything that any extra brings, more than a gigabyte
$(BIN)/ruletrail: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/dev: $(BIN)/ruletrail
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $@

demo: $(BIN)/ruletrail
	$(BIN)/ruletrail read examples/forms/jesi-2024.txt --rulebook sociale/2024 | $(BIN)/ruletrail evaluate - --lang it
	@echo
	@echo "Il comando / the command: $(BIN)/ruletrail; \`. $(BIN)/activate\` makes it \`ruletrail\` in this terminal"

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -n 2 --dist worksteal

bench: $(VENV)/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[batch,bench]"
	$(BIN)/python -m benchmarks

# random rulebooks through every evaluator and the checker, from the seed FROM on
agreement: $(VENV)/dev
	PYTHONPATH=tests $(BIN)/python -m support.agreement $(or $(COUNT),1000) --from $(or $(FROM),0)

# forged trails of random rulebooks, each signed anew: what passes must stand in docs/trail.md
forgeries: $(VENV)/dev
	PYTHONPATH=tests $(BIN)/python -m support.forged_trails $(or $(COUNT),1000) --from $(or $(FROM),0)

pages: $(VENV)/dev
	$(BIN)/python docs/problems/pages.py
	$(BIN)/python docs/operations_table.py

# the site, in `site/`: begin at site/index.html
docs: $(VENV)/dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build

# the outputs that stand in the notebook of the examples
notebook: $(VENV)/dev
	$(BIN)/python tests/support/notebooks.py

# the extension for VS Code: built, tested against this checkout's server, packaged as a .vsix
vscode: $(VENV)/dev
	cd editors/vscode && npm ci --ignore-scripts --no-audit --no-fund
	cd editors/vscode && RULETRAIL="$(CURDIR)/$(BIN)/ruletrail" npm test && npm run package

# the TypeScript client: generated from the OpenAPI document, built, tested against this checkout's service
client: $(VENV)/dev
	cd clients/typescript && npm ci --ignore-scripts --no-audit --no-fund
	$(BIN)/ruletrail serve --openapi | (cd clients/typescript && npm run --silent generate > src/service.ts)
	$(BIN)/python -m pytest tests/test_service.py -k typescript

clean:
	rm -rf $(VENV) dist build site .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf editors/vscode/node_modules editors/vscode/dist editors/vscode/*.vsix
	rm -rf clients/typescript/node_modules clients/typescript/dist
