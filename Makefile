# Every target sets up what it needs; a second run does not repeat that.
# Another Python than python3: make demo PYTHON=python3.12

PYTHON ?= python3
BIN = .venv/bin

# MNIST files that lie beside the checkout save the download. NNLIB_DATA, once set, has the last word.
ifneq ($(wildcard ../shared/data/mnist),)
export NNLIB_DATA ?= $(abspath ../shared/data/mnist)
endif

PYTEST = $(BIN)/python -m pytest -n 2 --dist loadgroup
# Two workers share the cores: each gets one BLAS thread, or they wait for each other.
test test-fast attacks mutants: export OPENBLAS_NUM_THREADS = 1

.PHONY: help demo test test-fast test-browser lite test-lite lab release grade-image format report site slides slides-check site-check bench bench-tables bench-convolution bench-lab bench-busy bench-mnist bench-grid bench-grading bench-collecting bench-handing-back bench-diagnostics grade-quality one-mistake attacks mutants clean instructor dev

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' Makefile

demo: instructor  ## a class from release to grades: make it, collect, grade, hand back, export
	$(BIN)/nngrade demo

test: dev  ## check the code's style and run all tests, as CI does
	$(BIN)/ruff check
	$(PYTEST) -m "slow or not slow"

test-fast: dev  ## run the tests that take no notebook from end to end
	$(PYTEST)

PYODIDE =
test-browser: dev  ## run nnlib's tests in Pyodide, the browser's Python; PYODIDE= its folder (needs node)
	$(BIN)/python tools/browser/run_tests.py "$(PYODIDE)"

lite: dev  ## the course live in the browser, in build/lite; PYODIDE= the folder of its official distribution
	$(BIN)/python tools/browser/lite.py "$(PYODIDE)"

test-lite: dev  ## run all lectures and assignments of build/lite in a browser (ARGS: names of some), with seconds and MB
	$(BIN)/python tools/browser/run_lite.py $(ARGS)
	@AFTER_TEST_LITE=1 $(BIN)/python -m pytest -q -n 0 -m slow tests/tools/test_lite.py -k numbers

lab: instructor  ## open the course in JupyterLab: lectures, assignments, nbgrader's formgrader
	@$(BIN)/nngrade lab

release: instructor  ## generate assignments/ from solutions/
	$(BIN)/nngrade release

ENGINE = $(firstword $(notdir $(shell command -v podman) $(shell command -v docker)))
grade-image:  ## an image in which nngrade grades on macOS and Windows, made with podman or Docker (ARGS)
	@test -n "$(ENGINE)" || { \
	  echo "Neither podman nor Docker is here. Install one (podman.io, docker.com), start it, and try again."; \
	  exit 1; } >&2
	$(ENGINE) build -f Containerfile -t nn-grader $(ARGS) .

format: dev  ## mend style where a machine can, bring all notebooks into canonical form
	$(BIN)/ruff check --fix
	$(BIN)/nngrade notebooks --write

site: dev  ## the course as a book: static pages in build/site/html, executed where something changed
	$(BIN)/python site/build.py

slides: dev  ## the instructor's pack: a deck of slides per lecture, and all figures as SVG, in build/slides
	$(BIN)/python site/decks.py

slides-check: slides  ## open every slide in Chromium: does it fit, is anything missing?
	$(BIN)/python site/fits.py

site-check: dev  ## all pages of the book in Chromium, light, dark and as narrow as a phone, each with axe-core
	WHOLE_BOOK=1 $(BIN)/python -m pytest -n 0 -m slow tests/site/test_book.py

report: instructor  ## execute the lectures, and say how long they are to read and to run
	$(BIN)/python tools/lectures.py

bench: dev  ## steps and whole trainings against PyTorch, JAX, scikit-learn and the matrix products alone (half an hour)
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[bench]"
	$(BIN)/python benchmarks/speed.py

bench-tables: instructor  ## write the tables of benchmarks/RESULTS.md anew, from the files in benchmarks/results
	$(BIN)/python benchmarks/tables.py

bench-convolution: dev  ## steps of convolutional nets against PyTorch and the way that comes to mind first
	$(BIN)/python benchmarks/convolution.py

TIER = minute
bench-mnist: instructor  ## test errors on MNIST beside the published ones; TIER=ten (minutes), long (most of a day) or tuning
	$(BIN)/python benchmarks/mnist.py $(TIER)

bench-grid: instructor  ## learning rate x batch size x width on MNIST, three seeds each, for lecture 12 (10 minutes)
	$(BIN)/python benchmarks/grid.py

bench-lab: instructor  ## the lab net over five seeds: test error, seconds, the pass mark that follows
	$(BIN)/python benchmarks/lab_net.py

bench-busy: instructor  ## training beside processes that keep all cores busy, with and without nnlib's choice of threads
	$(BIN)/python benchmarks/busy.py

SIZE = 200
bench-grading: dev  ## a class of SIZE students graded by stock nbgrader, by nngrade and on Dask (half an hour)
	$(BIN)/python benchmarks/grading.py --size $(SIZE)

bench-collecting: dev  ## what a class of SIZE students hands in, collected from each platform: seconds and memory
	$(BIN)/python benchmarks/collecting.py --size $(SIZE)

bench-handing-back: dev  ## pages, exports, mistakes and copies of a class of SIZE students: seconds and memory
	$(BIN)/python benchmarks/handing_back.py --size $(SIZE)

grade-quality: dev  ## faults that the tests of the assignments catch and name, right answers that they reject, false alarms (ARGS)
	$(BIN)/python benchmarks/grade_quality.py $(ARGS)

one-mistake: dev  ## what a mistake in one function costs elsewhere: every fault in every function (an hour; ARGS="a4_mnist")
	$(BIN)/python benchmarks/one_mistake.py $(ARGS)

attacks: dev  ## every attack of tests/nngrade/attacks in every kind of sandbox that runs here (5 minutes)
	EVERY_KIND=1 $(PYTEST) -m "slow or not slow" tests/nngrade/test_attacks.py tests/nngrade/test_attacks_on_tests.py

MODULES =
PART = 1
WORKERS = 2
mutants: dev  ## faults planted one at a time in nnlib that no test notices (an hour or two; MODULES="losses plot nngrade.boundary", PART=9, WORKERS)
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[mutants]"
	$(BIN)/python benchmarks/mutants.py $(MODULES) --part $(PART) --workers $(WORKERS)

SECONDS = 600
fuzz: dev  ## messages and notebooks that nobody would write, through the grader in its sandbox (SECONDS)
	$(BIN)/python -m tests.nngrade.fuzzing --seconds $(SECONDS)

bench-diagnostics: dev  ## how often nn.diagnostics names sick and healthy networks rightly, wrongly, not at all (4 minutes)
	$(BIN)/python benchmarks/diagnostics.py

clean:  ## remove .venv, build/ and caches
	rm -rf .venv build .pytest_cache .ruff_cache .hypothesis *.egg-info
	find . -name .git -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

instructor dev:
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "There is no $(PYTHON) on this machine. The course needs Python 3.11 or newer: install it"; \
	  echo "(from python.org or with your system's package manager), or name the one you have:"; \
	  echo "  make demo PYTHON=python3.12"; \
	  exit 1; } >&2
	@"$(PYTHON)" tools/bootstrap.py $@
