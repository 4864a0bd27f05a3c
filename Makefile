# What one types; the work is done by config/bootstrap.py and config/embedded/.
# Needs nothing but make and a Python of 3.11 or newer with its venv module.

PYTHON ?= python3
VENV := .venv/bin
DEMO := $(PYTHON) config/bootstrap.py demo
DEV := $(PYTHON) config/bootstrap.py dev
WITH_SERVERS := $(VENV)/python -m config.embedded.throwaway
# One worker a core and one more (tests/conftest.py), each with servers of its own; ARGS comes after and overrides.
AT_ONCE = -n auto --maxprocesses 8 --dist loadgroup --no-loadscope-reorder
TEMPLATES = git ls-files -z -- 'templates/*.html'

.PHONY: help demo test check bench fix assets licences translations

help:
	@echo 'make demo    run the whole portal here (PORT=8000 DATA=var RESET=1)'
	@echo 'make test    run the tests on all cores (ARGS="-n 0 -k name" for some, on one)'
	@echo 'make check   linters, types, migrations, API schema, licences'
	@echo 'make bench   measure, and write var/bench/report.json'
	@echo 'make fix     format the code and mend what can be mended'
	@echo 'make assets  build style sheets and scripts'
	@echo 'make translations  gather the words of mails into locale/, and compile them'

# Variables given to make reach the program as environment. The program is started directly,
# without a shell in between, so that a signal to make reaches it.
demo:
	@$(DEMO)
	@$(VENV)/python -m config.embedded.demo

test:
	@$(DEV)
	@$(VENV)/python -m pytest $(AT_ONCE) $(ARGS)

check:
	@$(DEV)
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(TEMPLATES) | xargs -0 -r $(VENV)/djade --check --target-version 5.2
	SECRET_KEY=types DATABASE_URL=postgres:///types $(VENV)/mypy
	$(VENV)/lint-imports
	$(WITH_SERVERS) -- sh -e -c '\
		set -x; \
		$(VENV)/python manage.py makemigrations --check --dry-run; \
		CONCORD_URL=https://concord.example TLS_ENDS_AT_PROXY=0 \
			$(VENV)/python manage.py check --deploy --fail-level WARNING; \
		$(VENV)/python manage.py spectacular --validate --fail-on-warn --file build/openapi.json'
	@$(MAKE) --no-print-directory licences

licences:
	$(VENV)/python -m config.checks.licences

bench:
	@$(DEV)
	@$(WITH_SERVERS) --bench -- $(VENV)/python -m benchmarks $(ARGS)

fix:
	@$(DEV)
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .
	$(TEMPLATES) | xargs -0 -r $(VENV)/djade --target-version 5.2

assets:
	@$(DEMO)

translations:
	@$(DEV)
	$(VENV)/python -m config.checks.translations
