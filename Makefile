PYTHON ?= python3
VENV := .venv/bin

# Stages run side by side, and threads of a BLAS that wait for each other's cores are slower than one alone.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint lab bench build clean

help: ## name the commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: ## install, run four notebooks in real kernels, write demo/text.html, tabular.html, image.html and precision.html
	@$(PYTHON) -m scripts.environment examples notebook plot
	@$(VENV)/python -m scripts.demo

test: ## install what the tests need and run every check there is
	@$(PYTHON) -m scripts.check

lint: ## ruff, mypy, biome and tsc alone
	@$(PYTHON) -m scripts.check "ruff check" "ruff format" mypy "biome and tsc"

lab: ## open the quickstart in JupyterLab, with the other notebooks beside it
	@$(PYTHON) -m scripts.environment examples lab plot
	@$(VENV)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/quickstart.ipynb

bench: ## print the budgets beside this machine's figures and lime's, write docs/precision-report.md (an hour or two)
	@$(PYTHON) -m scripts.environment test bench
	@$(VENV)/python -m benchmarks

build: ## build the wheel and the sdist into dist/
	@$(PYTHON) -m scripts.environment test
	@$(VENV)/python -m build

clean: ## remove what was built or installed here
	rm -rf .venv node_modules dist demo lime_widgets/static .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
