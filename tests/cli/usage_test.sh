# What a new user meets first: help, version, and errors that say what to do next.
. "$(dirname "$0")/lib.sh"

check_match "version names commit and build type" "$("$PROVA" --version)" '^prova [0-9]+\.[0-9]+\.[0-9]+ \(commit [0-9a-z-]+, [A-Za-z]+\)$'
check "no command is a usage error" "$(exit_code "$PROVA")" 2
check "an unknown command is a usage error" "$(exit_code "$PROVA" frobnicate)" 2
for command in investigate new functions learn match index knowledge rank assess report; do
  check "$command --help succeeds" "$(exit_code "$PROVA" $command --help)" 0
  check_match "$command --help has an example" "$("$PROVA" $command --help)" "prova $command"
done
check "an index that is not there is an error that names the remedy" "$(exit_code "$PROVA" index info)" 3
check_match "the remedy" "$("$PROVA" index info 2>&1 || true)" 'prova learn'
check "a missing file is an I/O error" "$(exit_code "$PROVA" functions nowhere)" 4
check_match "the message names file and reason" "$("$PROVA" functions nowhere 2>&1 || true)" '^prova: nowhere: cannot open: No such file or directory$'
printf 'hello' >text
check "a text is bad input" "$(exit_code "$PROVA" functions text)" 3
: >empty
check "an empty file is bad input" "$(exit_code "$PROVA" functions empty)" 3
printf 'x' >"$(printf 'evil\033[31m')"
check_match "hostile file names are escaped" "$("$PROVA" functions "$(printf 'evil\033[31m')" 2>&1 || true)" 'evil\\x1b\[31m'
