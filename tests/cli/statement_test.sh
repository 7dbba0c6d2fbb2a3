# `prova report` in every format, language and version, and `prova assess --timeline`, on the Albanian example.
. "$(dirname "$0")/lib.sh"
need python3
cp "$PROVA_SOURCE"/examples/albania-2022/case*.yaml . && mkdir case && mv case*.yaml case/

for lang in en fr sq; do
  for audience in public technical; do
    check "html $lang $audience" "$(exit_code "$PROVA" report case --lang $lang --audience $audience -o $lang-$audience.html)" 0
    check "md $lang $audience" "$(exit_code "$PROVA" report case --format md --lang $lang --audience $audience -o $lang-$audience.md)" 0
  done
  check_match "html names its language" "$(cat $lang-public.html)" "<html lang=\"$lang\">"
done
check "the same bytes again" "$("$PROVA" report case --format md --lang fr | sha256sum)" "$(sha256sum <fr-technical.md)"
check "no text of the example lacks a translation" "$(cat fr-*.md sq-*.md | grep -c 'traduction\|nuk janë përkthyer' || true)" 0

# The seed of the project: who, with which likelihood, how many clusters, whom one had hit before, aims, losses, who else.
check_match "who, with which likelihood" "$(cat en-public.md)" 'It is almost certain that the Iranian state directed the attack \(95 to 100'
check_match "four clusters" "$(cat en-public.md)" '^Four clusters of activity took part'
check_match "whom one had hit before" "$(cat en-public.md)" 'DEV-0861 had earlier attacked targets in Israel, Jordan'
check_match "what the aims were" "$(cat en-public.md)" 'The aims that the evidence shows: to strike at the Iranian opposition'
check_match "what was lost is not examined yet" "$(cat en-public.md)" 'has not been examined here yet'
check_match "who says what of it" "$(cat en-public.md)" 'Government of Albania .Prime Minister Rama. says: .*nothing was lost for good. .not verified here'
check_match "who else says so" "$(cat en-public.md)" 'UK National Cyber Security Centre, “almost certainly”'
check_match "severity with and without the actor" "$(cat en-public.md)" 'scores 76.3 of 100, level “high”'
check_match "French" "$(cat fr-public.md)" 'Il est presque certain que l’État iranien a dirigé l’attaque'
check_match "Albanian" "$(cat sq-public.md)" 'Është pothuajse e sigurt se sulmin e ka drejtuar shteti iranian'
check_match "marked" "$(head -n 1 en-public.md)" 'TLP:CLEAR'
check_match "marked otherwise" "$("$PROVA" report case --format md --tlp TLP:AMBER | sed -n 1p)" 'TLP:AMBER'
check "no public page runs or loads anything" "$(grep -c '<script\|<link\|<img\|src=' en-public.html || true)" 0

for day in 2022-07-17 2022-08-04 2022-09-08 2024-12-31; do
  "$PROVA" report case --format stix --as-of $day -o bundle.json
  check "STIX 2.1 on $day" "$(python3 "$PROVA_SOURCE/tests/cli/check_stix.py" bundle.json || true)" ""
  "$PROVA" report case --format misp --as-of $day -o event.json
  check "MISP on $day" "$(python3 "$PROVA_SOURCE/tests/cli/check_misp.py" event.json || true)" ""
done
# The golden bundle has artefacts, families and stand-ins as well.
check "STIX 2.1 with programs" "$(python3 "$PROVA_SOURCE/tests/cli/check_stix.py" "$PROVA_SOURCE/tests/cases/report/stix.json" || true)" ""
check "MISP with programs" "$(python3 "$PROVA_SOURCE/tests/cli/check_misp.py" "$PROVA_SOURCE/tests/cases/report/misp.json" || true)" ""
check_match "a cluster not known by then is not told" "$("$PROVA" report case --format md --as-of 2022-08-04)" 'Not assessed|was not assessed'
check "no cluster before 8 September" "$("$PROVA" report case --format md --as-of 2022-08-04 | grep -c 'clusters of activity took part' || true)" 0

check_match "the timeline says what moved the answer" "$("$PROVA" assess case --timeline)" '2022-08-04 .*69.* iran \(likely; confidence moderate\)'
check_match "as a document" "$("$PROVA" assess case --timeline --json)" '"schema": "prova/timeline/1"'

"$PROVA" investigate case >/dev/null
check "investigate writes STIX" "$(python3 "$PROVA_SOURCE/tests/cli/check_stix.py" case/report/stix.json || true)" ""
"$PROVA" investigate case >/dev/null
check "the same answer is one revision" "$(wc -l <case/revisions.jsonl)" 1
"$PROVA" investigate case --as-of 2022-08-04 >/dev/null
check "another answer is another" "$(wc -l <case/revisions.jsonl)" 2

printf 'schema: prova/case-texts/1\nlanguage: fr\nevidence: {A99: {claim: rien}}\n' >case/case.fr.yaml
check "a text that names nothing is bad input" "$(exit_code "$PROVA" report case --lang fr)" 3
check_match "and is explained" "$("$PROVA" report case --lang fr 2>&1 || true)" "case.fr.yaml: line 3: 'evidence/A99/claim' names no text of the case"
