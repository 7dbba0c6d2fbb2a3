# Knowledge and ranking through the command line: import, replace, show, search, rank, and what bad input gets.
. "$(dirname "$0")/lib.sh"
need jq
unset PROVA_KNOWLEDGE

check "the shipped facts need no import" "$("$PROVA" knowledge info --json | jq -r '.kind, .sources[0].id' | paste -sd' ')" "info prova"
check "show finds a group by alias" "$("$PROVA" knowledge show apt-34 --json | jq -r '.groups[0].id')" G0049
check "nobody knows this name" "$(exit_code "$PROVA" knowledge show Olirig)" 3
check_match "the nearest is named" "$("$PROVA" knowledge show Olirig 2>&1 || true)" 'nearest: OilRig'
check_match "search looks in facts and texts" "$("$PROVA" knowledge search wiper albania)" 'storm-0842'

rank=("$PROVA" rank --techniques "T1190,T1505.003, T1486,T1561.002,T1021.001,T1003.001,T1021.002,T1562.001" --software roadsweep,ZeroCleare --victims Albania)
"${rank[@]}" --json >rank.json
check "rank is one document of its schema" "$(jq -r .schema rank.json)" prova/rank/1
check "the fields that others rely on" "$(jq -c '.groups[0] | keys_unsorted' rank.json)" '["id","name","nation","probability","log10_lr","because"]'
check "a cluster of that attack leads" "$(jq -r '.groups[0].nation' rank.json)" IR
check "probabilities and none sum to one" "$(jq '[.groups[].probability, .unknown.probability] | add | . > 0.9999 and . < 1.0001' rank.json)" true
check "the same question gives the same bytes" "$("${rank[@]}" --json | cmp - rank.json && echo same)" same
check "nothing was known before anything was published" "$("${rank[@]}" --as-of 1990-01-01 --json | jq -c '[(.groups | length), .unknown.probability]')" '[0,1]'
check_match "the text names none first" "$("${rank[@]}")" 'none of the known groups'
check "an unknown program is bad input" "$(exit_code "$PROVA" rank --techniques T1190 --software Mimicatz)" 3
check_match "with the nearest" "$("$PROVA" rank --software Mimicatz 2>&1 || true)" "no program 'Mimicatz' in the knowledge \(nearest: Mimikatz"
check "nothing to rank by is a usage error" "$(exit_code "$PROVA" rank)" 2
check "an impossible day is a usage error" "$(exit_code "$PROVA" rank --techniques T1190 --as-of 2022-13-01)" 2

cat >bundle.json <<'JSON'
{"type":"bundle","id":"bundle--1","objects":[
{"type":"intrusion-set","id":"intrusion-set--1","name":"Evil \u001b[31mBear\u202e","aliases":["APT34"],"external_references":[{"source_name":"mitre-attack","external_id":"G9001"}]},
{"type":"attack-pattern","id":"attack-pattern--1","name":"Phishing","external_references":[{"source_name":"mitre-attack","external_id":"T1566"}]},
{"type":"relationship","id":"relationship--1","relationship_type":"uses","source_ref":"intrusion-set--1","target_ref":"attack-pattern--1","external_references":[{"source_name":"r","url":"https://r.example/1"}]},
{"type":"relationship","id":"relationship--2","relationship_type":"uses","source_ref":"intrusion-set--1","target_ref":"attack-pattern--gone"},
7]}
JSON
check_match "bad objects are skipped and listed with their offset" "$("$PROVA" knowledge import bundle.json)" 'offset [0-9]+: .*is no object'
check "the bundle is a source" "$("$PROVA" knowledge info --json | jq -r '[.sources[].id] | sort | join(" ")')" "bundle prova"
check "hostile names cannot colour the terminal" "$("$PROVA" knowledge show G9001 | grep -c "$(printf '\033')" || true)" 0
check "an alias of two groups is ambiguous" "$("$PROVA" knowledge show APT34 --json | jq -c '[.ambiguous, (.groups | length)]')" '[true,2]'
check_match "and says so" "$("$PROVA" knowledge show APT34)" "'APT34' is ambiguous"
sed -i 's/Evil/Worse/' bundle.json
"$PROVA" knowledge import bundle.json >/dev/null
check "importing again replaces" "$("$PROVA" knowledge show G9001 --json | jq -r '.groups[0].name' | cut -c1-5)" Worse

before=$(find "$PROVA_HOME/knowledge" -type f -exec sha256sum {} + | sort)
head -c 300 bundle.json >cut.json
printf 'knowledge: 1\nid: mine\ngroups: [{id: X, name: X}]\n' >mine.yaml
check "a cut file is bad input" "$(exit_code "$PROVA" knowledge import mine.yaml cut.json)" 3
check_match "the file and the place are named" "$("$PROVA" knowledge import mine.yaml cut.json 2>&1 || true)" '^prova: cut.json: offset 0x[0-9a-f]+: '
check "and nothing was written" "$(find "$PROVA_HOME/knowledge" -type f -exec sha256sum {} + | sort)" "$before"
check "a missing file is an I/O error" "$(exit_code "$PROVA" knowledge import nowhere.json)" 4
check "the shipped id is taken" "$(printf 'knowledge: 1\nid: prova\n' >p.yaml; exit_code "$PROVA" knowledge import p.yaml)" 2
"$PROVA" knowledge import --knowledge elsewhere mine.yaml >/dev/null
check "another directory" "$(PROVA_KNOWLEDGE=elsewhere "$PROVA" knowledge show X --json | jq -r '.groups[0].parts[0].source')" mine
printf 'x' >>"$PROVA_HOME/knowledge/bundle.jsonl"
check "a damaged store file is a store failure" "$(exit_code "$PROVA" rank --techniques T1566)" 4
check_match "that names the remedy" "$("$PROVA" knowledge info 2>&1 || true)" 'bundle.jsonl: .*import the source again'
"$PROVA" knowledge import bundle.json >/dev/null
check "which works" "$(exit_code "$PROVA" knowledge info)" 0
check "remove" "$("$PROVA" knowledge remove bundle && "$PROVA" knowledge info --json | jq -r '[.sources[].id] | join(" ")')" "Removed
prova"

shared=${PROVA_SHARED:-$PROVA_SOURCE/../shared}
if [ -e "$shared/data/attack/enterprise-attack-groups.json" ]; then
  "$PROVA" knowledge import "$shared/data/attack/enterprise-attack-groups.json" "$shared/data/misp/threat-actor.json" --json >import.json
  check "ATT&CK and MISP whole" "$(jq -c '[.sources[] | [.id, .skipped_count]]' import.json)" '[["attack-enterprise",0],["misp-threat-actor",0]]'
  check "both speak of OilRig" "$("$PROVA" knowledge show OilRig --json | jq -r '[.groups[0].parts[].source] | join(" ")')" "prova attack-enterprise misp-threat-actor"
else
  echo "SKIPPED: no ATT&CK bundle beside the checkout"
fi
