# Everything a person types. `make run` and `make test` work on a fresh Debian 12.
#
#   make run [OUT=DIR] [ONCE=1] [INTERRUPT=1]   the demonstration, from the release build
#   make test                                   everything that must hold (tools/test)
#   make test-postgres                          the store on PostgreSQL 15 (also part of make test)
#   make test-kill                              the demonstration with a node killed after every act
#   make test-mutations                         the simulator against every mutation of the code
#   make build                                  the release binaries only
#   make bench                                  the benchmarks, from the release flags
#   make bench-law                              decisions and guardrails: certificate, check, replay
#   make bench-ledger                           the ledger: one and 1,000 writers, rebuilding, growth, proofs from files
#   make bench-proof                            proof files: verified, redacted, small proofs
#   make bench-postgres                         the store on PostgreSQL against the server's own rate
#   make fuzz [FUZZ_SECONDS=3600]               every fuzz target, that long each
#   make format                                 clang-format over the whole tree
#   make clean                                  removes build/

SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: run test test-postgres test-kill test-mutations build bench bench-law bench-ledger bench-proof bench-postgres fuzz format clean install

FUZZ_SECONDS ?= 3600

run: build
	build/release/bin/comity demo $(if $(OUT),--out '$(OUT)') $(if $(ONCE),--once) \
	    $(if $(INTERRUPT),--interrupt)

test: install
	tools/test

test-postgres:
	tools/test-postgres

test-kill: install
	cmake --preset dev --log-level=WARNING
	cmake --build --preset dev --target kill_test
	ctest --preset dev -C every --tests-regex '^kill.every$$'

test-mutations: install
	cmake --preset dev --log-level=WARNING
	tools/mutations

build: install
	cmake --preset release --log-level=WARNING
	cmake --build --preset release

bench: install
	cmake --preset bench --log-level=WARNING
	cmake --build --preset bench
	cd build/bench && bin/acts-bench && bin/items-bench && bin/law-bench \
	  && bin/stream-bench

bench-law: install
	cmake --preset bench --log-level=WARNING
	cmake --build --preset bench --target law-bench
	build/bench/bin/law-bench

bench-ledger: install
	cmake --preset bench --log-level=WARNING
	cmake --build --preset bench --target ledger-bench --target writers-bench
	cd build/bench && bin/writers-bench && bin/ledger-bench

bench-proof: install
	cmake --preset bench --log-level=WARNING
	cmake --build --preset bench --target proof-bench --target comity
	rm -rf build/bench/proof-demonstration
	build/bench/bin/comity demo --once --out build/bench/proof-demonstration > build/bench/proof-demonstration.txt 2>&1
	build/bench/bin/proof-bench build/bench/proof-demonstration content.proof

bench-postgres:
	tools/install tools/packages.txt tools/packages-postgres.txt
	cmake --preset bench --log-level=WARNING
	cmake --build --preset bench --target postgres-bench
	build/bench/bin/postgres-bench

fuzz: install
	cmake --preset asan --log-level=WARNING
	cmake --build --preset asan --target fuzzers
	tools/fuzz $(FUZZ_SECONDS)

format:
	find src tests fuzz bench tools -name '*.cc' -o -name '*.h' | xargs clang-format-19 -i

clean:
	rm -rf build

install:
	tools/install
