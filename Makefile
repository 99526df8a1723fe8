# Two commands do all the set-up: `make demo` and `make test`. Both create .venv here and need Python >= 3.11.
PYTHON ?= python3

.PHONY: demo test servers pins clean

demo: ## the main job on the shipped shop
	@$(PYTHON) scripts/environment.py runtime
	@.venv/bin/decompose demo

test: ## the whole gate; CI runs this and nothing less
	@$(PYTHON) scripts/system_packages.py
	@$(PYTHON) scripts/validators.py
	@$(PYTHON) scripts/environment.py dev
	@.venv/bin/python scripts/gate.py

servers: ## only what the tests need from the system: PostgreSQL, MariaDB, Graphviz, Chromium, Node, Java
	@$(PYTHON) scripts/system_packages.py

pins: ## write requirements/*.txt anew from what .venv holds
	@.venv/bin/python scripts/pins.py

clean:
	rm -rf .venv .cache dist build
