# The two commands of the README are `make demo` and `make test`; `make check` is what a change must also pass.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS ?=
# Real benign posts for `lexicon check`; without them that part is skipped, and says so.
BENIGN ?= $(wildcard ../shared/data/labelled)

.PHONY: demo test check bench fonts messages validators lock clean

$(VENV)/.base: requirements/base.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --requirement requirements/base.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt
	$(PIP) --require-hashes --requirement requirements/dev.txt
	touch $@

demo: $(VENV)/.base
	$(BIN)/lurewatch demo $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/lurewatch corpus check
	$(BIN)/lurewatch lexicon check $(if $(BENIGN),--benign $(BENIGN))

# Figures, nothing is asserted; without the extra `train` it says which peer it skips.
bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# Cuts the fonts in evidence/fonts anew; needs Debian's fonts-noto-core and fonts-noto-cjk.
fonts: $(VENV)/.dev
	$(BIN)/python -m tools.fonts

# Finds what the review application says, for the catalogues in review_ui/locales.
messages: $(VENV)/.dev
	$(BIN)/python -m tools.messages

# Other people's tools that the evidence packs are tried with (tests/evidence/test_validators.py). They drag in what nothing
# else needs, so they live apart. ReplayWeb.page comes from npm alone, and is left out where there is no npm.
validators: .validators/.made
.validators/.made:
	$(PYTHON) -m venv .validators
	.validators/bin/python -m pip install --quiet --disable-pip-version-check 'setuptools<81' wacz==0.6.0 pywb==2.10.0
	! command -v npm >/dev/null || (cd .validators && npm pack --silent replaywebpage@2.5.3 && tar xzf replaywebpage-2.5.3.tgz)
	touch $@

# Newest releases that fit together, with the hash of every file; needs uv (`pip install uv`).
lock:
	uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
		--upgrade --extra build --output-file requirements/base.txt
	uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --no-header --no-annotate \
		--upgrade --extra build --extra dev --constraint requirements/base.txt --output-file requirements/dev.txt

clean:
	rm -rf $(VENV) .validators dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
