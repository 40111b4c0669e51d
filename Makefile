# Everything a person or CI does with Anydoor. `make` alone lists it.
MAKEFLAGS += --no-print-directory
BOOTSTRAP = infra/local/bootstrap.sh
PY = .venv/bin/python
LOCAL = $(PY) -m infra.local
# Runs a command with the addresses of the running demo.
IN_DEMO = $(LOCAL) exec $(PY) -m
CODE = services portal shared infra tests

.PHONY: help venv demo down status scale logs test check faults nightly bench conformance relevance \
	parked replay compare-ranking reindex quarantined check-sources figures topology import export css docs clean

help: ## what can be done here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 15

venv: ## install the Python packages into .venv
	@$(BOOTSTRAP) venv

demo: ## install what is missing, start everything, play the journey, leave it running
	@$(BOOTSTRAP) components
	@$(LOCAL) up
	@$(IN_DEMO) infra.seed
	@$(IN_DEMO) infra.journey

down: ## end the demo and everything it started
	@if [ -x $(PY) ]; then $(LOCAL) down; fi

status: ## what runs, since when, and where
	@$(LOCAL) status

scale: ## run N instances of a service: make scale S=referrals N=3
	@$(LOCAL) scale "$(S)" "$(N)"

logs: ## follow the logs: make logs, or make logs S=referrals
	@$(LOCAL) logs $(S)

test: ## run every test, against real components of its own, two at a time
	@$(BOOTSTRAP) tests
	@$(PY) -m pytest -n $(or $(J),2) --dist loadscope --no-loadscope-reorder tests/unit \
		tests/contract tests/architecture tests/integration tests/e2e tests/infra_local $(T)

check: venv ## lint, format, types, import rules, generated docs
	@.venv/bin/ruff check $(CODE)
	@.venv/bin/ruff format --check $(CODE)
	@.venv/bin/mypy --strict $(CODE)
	@.venv/bin/lint-imports
	@$(PY) -m infra.docs --check

faults: ## kill, freeze and wipe every process and component; nothing may be lost (minutes)
	@$(BOOTSTRAP) tests
	@$(PY) -m pytest tests/faults $(T)

nightly: ## play 5,000 lives of the network at random; make test plays 300 (minutes)
	@$(BOOTSTRAP) tests
	@RUNS=$(or $(RUNS),5000) $(PY) -m pytest --timeout 3600 \
		tests/unit/referrals/test_referral_streams_never_orphaned.py $(T)

bench: ## measure it, as ratios within one run (minutes)
	@$(BOOTSTRAP) components
	@$(PY) -m infra.bench

conformance: ## run the HSDS conformance profile against the running demo
	@$(IN_DEMO) infra.conformance

relevance: ## judge what a frozen set of queries in 12 languages finds
	@$(BOOTSTRAP) components
	@$(PY) -m infra.relevance

parked: ## list the messages that were set aside after failing too often
	@$(IN_DEMO) services.parked list

replay: ## send the parked messages again
	@$(IN_DEMO) services.parked replay

reindex: ## make the search index anew and swap it in, under running searches
	@$(IN_DEMO) services.search_index reindex

quarantined: ## list the records that search set aside, and why
	@$(IN_DEMO) services.search_index quarantined

check-sources: ## open every source the library names; run it daily
	@$(IN_DEMO) services.library_sources

compare-ranking: ## what other weights would have changed: make compare-ranking WEIGHTS=file
	@$(IN_DEMO) services.ranking_compared "$(WEIGHTS)"

figures: ## make every figure of the reports anew from what happened
	@$(IN_DEMO) services.figures_again

topology: ## compare the broker's exchanges and queues with what the code declares
	@$(IN_DEMO) services.topology --check

import: ## load an agency's HSDS files: make import DIR=path (DRY=1 only says what would change)
	@$(IN_DEMO) infra.seed import "$(DIR)" $(if $(DRY),--dry)

export: ## write the directory as HSDS 3.1: make export DIR=path FORMAT=csv TIER=public
	@$(IN_DEMO) infra.seed export "$(DIR)" --format "$(or $(FORMAT),json)" \
		--tier "$(or $(TIER),public)"

css: ## write the stylesheet anew
	@infra/css/build.sh

docs: venv ## write the generated documentation anew
	@$(PY) -m infra.docs

clean: down ## delete what was installed and every trace of the demo's data
	rm -rf var .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
