# Two commands: `make run` and `make test`. Both work from a bare clone; every step is skipped once done.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

export RASA_TELEMETRY_ENABLED = false
DATA := $(or $(XUNDA_DATA_DIR),var)
PORT ?= 8000
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
CONTENT := $(shell find responses nlu_data -type f 2>/dev/null) config.yml
PROGRAM := $(shell find assistant -name '*.py' 2>/dev/null)

.PHONY: help setup run test check bench clean

help: ## Show these commands
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/ —/'

setup: $(DATA)/.prepared ## Environments, database, sample bureau, trained model

run: setup ## Everything, then the chat page on http://127.0.0.1:8000
	@.venv/bin/xunda serve --port $(PORT) --sample-accounts --sample-cases --sample-years

# Two processes, each with its own databases and servers: the suite waits a lot.
test: setup ## Everything it needs, then the whole suite
	@.venv/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder

check: .venv/.ready ## Format, lint and types
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy

bench: setup ## Side by side with Rasa on this machine
	@.venv/bin/python -m benchmarks

clean: ## Remove environments and data
	rm -rf .venv .venv-rasa .uv var

.uv/bin/uv:
	@echo "→ 下载 uv 到项目目录"
	@python3 -m venv .uv && .uv/bin/pip install --quiet uv || { echo "✗ 需要带 venv 和 pip 的 Python 3"; exit 1; }

.venv/.ready: pyproject.toml uv.lock .python-version $(filter .uv/%,$(UV))
	@echo "→ 准备服务环境（Python 3.11）"
	@$(UV) sync --locked --quiet --compile-bytecode || { echo "✗ 服务环境没有装好：需要 Python 3.11 和 PyPI"; exit 1; }
	@touch $@

# Training is the only thing lost without Rasa, so its failure is said and not fatal.
.venv-rasa/.ready: pyproject.toml uv.lock .python-version $(filter .uv/%,$(UV))
	@echo "→ 准备 Rasa 训练环境（Python 3.10，约 2.6 GB）"
	@UV_PROJECT_ENVIRONMENT=.venv-rasa $(UV) sync --locked --quiet --compile-bytecode --python 3.10 --no-default-groups --group rasa --no-install-project \
	  && touch $@ \
	  || { mkdir -p .venv-rasa; rm -rf .venv-rasa/bin; touch $@; \
	       echo "! 没有 Python 3.10 或 Rasa 没有装上：助手照常运行，但没有分类器。装好后删去 .venv-rasa 再运行 make setup"; }

$(DATA)/.prepared: .venv/.ready .venv-rasa/.ready $(CONTENT) $(wildcard assistant/migrations/versions/*.py)
	@mkdir -p $(DATA)
	@.venv/bin/xunda prepare
	@touch $@
