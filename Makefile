# make run    set everything up, build the demo city, serve it on http://127.0.0.1:8000
# make test   set everything up, run every check and test (browser and PostgreSQL included)
# make check  format, lint, types, import contracts: seconds
# make setup  only set up
# make demo-spark  evaluate the demo city on a Spark cluster of this machine (needs Java)

PYTHON ?= python3
ADDRESS ?= 127.0.0.1:8000
BIN := .venv/bin

.PHONY: run test check setup demo demo-province demo-spark serve format lock bench check-policy screenshots clean

run: setup
	@$(BIN)/xinheng demo --if-missing --address $(ADDRESS)
	@$(BIN)/xinheng serve --address $(ADDRESS)

setup: .venv/.run-installed node_modules/.installed src/xinheng/portal/static/vendor/echarts.common.min.js .venv/.words

test: setup .venv/.test-installed .venv/.chain-installed
	@scripts/system-packages
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder
	XINHENG_TEST_DATABASE=postgres $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder tests/apps tests/edges
	XINHENG_NEWS=1 $(BIN)/pytest tests/news

check: .venv/.test-installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/xinheng policy check

format: .venv/.test-installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

demo: setup
	$(BIN)/xinheng demo --address $(ADDRESS)

# City and province, two nodes on this machine: exchange, reconciliation, faults found and mended.
demo-province: setup
	$(BIN)/python -m xinheng.demo.province

demo-spark: setup .venv/.spark-installed
	@$(BIN)/xinheng demo --if-missing --address $(ADDRESS)
	@$(BIN)/python -m xinheng.demo.spark

serve: setup
	$(BIN)/xinheng serve --address $(ADDRESS)

check-policy: setup
	$(BIN)/xinheng policy due

bench: .venv/.bench-installed
	$(BIN)/python -m benchmarks

# Pinned, hashed, from whichever index this machine is set up to use.
.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "xinheng needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python cannot make a virtual environment here. On Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

.venv/.run-installed: .venv/.created requirements/run.lock pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test-installed: .venv/.run-installed requirements/test.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.lock
	@touch $@

.venv/.bench-installed: .venv/.test-installed requirements/bench.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.lock
	@touch $@

# Only to test anchoring in an EVM chain: web3, the Solidity compiler, a node.
.venv/.chain-installed: .venv/.test-installed requirements/chain.lock contracts/package-lock.json
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/chain.lock
	@scripts/contract
	@touch $@

.venv/.spark-installed: .venv/.run-installed requirements/spark.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/spark.lock
	@touch $@

node_modules/.installed: package.json package-lock.json scripts/front-end
	@scripts/front-end
	@touch $@

# The copies that pages use lie in the source tree and are not kept: a cleaned tree has none, while the packages are there.
src/xinheng/portal/static/vendor/echarts.common.min.js: | node_modules/.installed
	@scripts/front-end

# English compiled; traditional Chinese converted from the Chinese of the pages.
.venv/.words: .venv/.run-installed scripts/words $(wildcard src/xinheng/*/locale/en/LC_MESSAGES/django.po src/xinheng/apps/*/locale/en/LC_MESSAGES/django.po)
	@$(BIN)/python scripts/words >/dev/null
	@touch $@

# Lock files name no host: hashes say what, the machine's own settings say where from.
lock: .venv/.created
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	for set in run test bench chain spark s3; do \
	  extra="--extra news $$([ $$set = run ] || echo "--extra $$set")"; \
	  beside="-c requirements/run.lock $$(case $$set in bench|chain) echo "-c requirements/test.lock";; esac)"; \
	  $(BIN)/uv pip compile --quiet pyproject.toml $$extra --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-annotate --no-header $$beside -o requirements/$$set.lock; \
	done

clean:
	rm -rf .venv node_modules var build src/*.egg-info
