# Shared by the end-to-end tests: a scratch directory, stand-ins, and checks that say what they expected.
set -euo pipefail
: "${PROVA:?path of the program under test}" "${PROVA_SOURCE:?source directory}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PROVA_HOME="$work/home" PROVA_USER=tester SOURCE_DATE_EPOCH=1700000000
unset PROVA_INDEX
cd "$work"

skip() { echo "SKIPPED: $*"; exit 77; }
need() { for tool in "$@"; do command -v "$tool" >/dev/null || skip "$tool is not installed"; done; }

# check WHAT ACTUAL EXPECTED
check() {
  if [ "$2" != "$3" ]; then
    printf 'FAILED: %s\n  expected: %s\n  found:    %s\n' "$1" "$3" "$2" >&2
    exit 1
  fi
  echo "ok: $1"
}
# check_match WHAT TEXT EXTENDED_REGEX
check_match() {
  if ! grep -qE -- "$3" <<<"$2"; then
    printf 'FAILED: %s\n  expected a line like: %s\n  found: %s\n' "$1" "$3" "$2" >&2
    exit 1
  fi
  echo "ok: $1"
}
# exit_code COMMAND...: prints the command's exit code, drops its output
exit_code() { local code=0; "$@" >/dev/null 2>&1 || code=$?; echo "$code"; }

# The stand-ins of examples/albania-2022, built once per run of the test suite's build directory.
standins() {
  need x86_64-w64-mingw32-gcc gcc
  [ -e /usr/x86_64-w64-mingw32/lib/libz.a ] || skip "libz-mingw-w64-dev is not installed"
  "$PROVA_SOURCE/examples/albania-2022/standins/build" "$work/standins"
}
