PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test fast venv office locale wheelhouse wheelhouse-check bench fuzz pictures docs

# Compiled as pip compiles what it installs, also where Python is told to write no bytecode: starting takes half the time.
venv: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -e ".[dev]"
	$(BIN)/python -m compileall -q src
	touch $@

# LibreOffice is the spreadsheet program of the tests, Chromium their browser: installed where we may; where we may not,
# the tests that need them are skipped with the reason (with CI=true they fail).
office:
	@command -v soffice >/dev/null && command -v lowriter >/dev/null && command -v pdftoppm >/dev/null && convert -version >/dev/null 2>&1 && { command -v chromium || command -v google-chrome; } >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
	  libreoffice-calc libreoffice-writer python3-uno poppler-utils fonts-noto-cjk imagemagick chromium; } || true

test: venv office
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto -rs

# Exit code 1 only says that findings of severity error were named: the published table has one.
demo: venv
	@mkdir -p build
	@$(BIN)/xltools consolidate examples/湘西州2017/上报 --roster examples/湘西州2017/单位名录.xlsx \
	  -o build/湘西州统计表.xlsx --json build/湘西州统计表.json || [ $$? = 1 ]
	@echo; echo 与当年公布的统计表比较:
	@$(BIN)/xltools diff examples/湘西州2017/公布的统计表.xlsx build/湘西州统计表.xlsx

# After editing messages.po: the compiled texts that the program reads.
locale: venv
	$(BIN)/pybabel compile -i src/xltools/locale/zh/LC_MESSAGES/messages.po -o src/xltools/locale/zh/LC_MESSAGES/messages.mo

# For machines without internet: xltools and all it needs, for Windows; see docs/安装.md.
wheelhouse: venv
	rm -rf build/lib wheelhouse
	$(BIN)/pip wheel -q --no-deps -w wheelhouse .
	$(BIN)/pip download -q -d wheelhouse --only-binary=:all: --platform win_amd64 --python-version 3.11 \
	  "$$(ls wheelhouse/xltools-*.whl)[excel]" pywin32 colorama

# Proves it as far as Linux can: complete and unpacked for Windows; one for this machine installed offline and used.
wheelhouse-check: wheelhouse
	rm -rf build/wheelhouse-here
	$(BIN)/pip download -q -d build/wheelhouse-here --only-binary=:all: "$$(ls wheelhouse/xltools-*.whl)[excel]"
	$(BIN)/python tests/offline_install.py wheelhouse build/wheelhouse-here

# Whole runs against the plain way, in turns on the same machine; takes minutes.
bench: venv
	$(BIN)/python benchmarks/run.py 400

# Ten thousand mutated returns, or ten minutes: no crash, and no figure that a second reader sees otherwise.
fuzz: venv office
	$(BIN)/python tests/fuzzing.py

# The pictures of the manual, from the real outputs.
pictures: venv office
	$(BIN)/python -W ignore docs/pictures.py
	PYTHONPATH=tests $(BIN)/python -W ignore docs/excel_pictures.py

# The parts of the manual that follow from the program.
docs: venv
	$(BIN)/python docs/generate.py

# Everything that needs no other program: for the minutes between edits.
fast: venv
	$(BIN)/ruff check .
	$(BIN)/pytest -n auto -m "not office and not slow"
