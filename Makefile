# For those whose fingers type make. The two commands work without it: ./demo and ./test
.PHONY: demo test build package fuzz-smoke
demo: ; ./demo
test: ; ./test
build: ; scripts/install_packages build && scripts/build release
package: build ; cd build/release && cpack -G DEB
fuzz-smoke: ; scripts/fuzz_smoke
