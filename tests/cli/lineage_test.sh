# Real MSVC and GCC programs: the answers that examples/lineage/README.md promises.
. "$(dirname "$0")/lib.sh"
need jq npm gcc
for library in sqlite3 sodium leveldb snappy; do
  [ -f "/usr/lib/x86_64-linux-gnu/lib$library.a" ] || skip "lib$library.a is not installed"
done
lineage=$PROVA_SOURCE/examples/lineage
code=0
"$lineage/run" "$PROVA" >run.log 2>&1 || code=$?
[ $code -ne 77 ] || skip "$(tail -n 1 run.log)"
check "the example runs" "$code" 0

answer() { jq "$2" "$lineage/packages/query/$1.node.json"; }
for program in classic-level-3.0.0-win classic-level-1.0.0-linux; do
  check "$program: first family" "$(answer $program '.families[0].family')" '"leveldown"'
  check "$program: its weight" "$(answer $program '.families[0].log10_lr >= 2')" true
  check "$program: shared functions" "$(answer $program '.families[0].shared_functions > 100')" true
done
check "libsql: SQLite is library code" "$(answer libsql-0.5.29-linux '.library_bytes > 1000000')" true
# Known weakness, stated in the README: a few functions of the shared library and runtime stay unexplained.
for program in libsql-0.5.29-linux uiohook-napi-1.5.4-win; do
  check "$program: at most twenty functions stay unexplained" \
    "$(answer $program '[.families[] | select(.role == "malware") | .shared_functions] | all(. <= 20)')" true
done
# The note: the answer first, then where the code comes from, what was set aside, what to do next.
note() { awk -v want="$1" '$0 == want {on = 1} /\.node$/ && $0 != want {on = 0} on' run.log; }
check_match "the note answers first" "$(note classic-level-3.0.0-win.node)" '^  It shares code with leveldown: .* support for a common origin'
check_match "it says what only this family has" "$(note classic-level-3.0.0-win.node)" ' only in family leveldown$'
check_match "and what was set aside" "$(note classic-level-3.0.0-win.node)" 'library leveldb.*\[set aside\]'
check_match "and what to do next" "$(note classic-level-3.0.0-win.node)" 'prova compare classic-level-3.0.0-win.node leveldown-'
check_match "libsql's SQLite is set aside by name" "$(note libsql-0.5.29-linux.node)" 'library sqlite3 as in better.*\[set aside\]'
