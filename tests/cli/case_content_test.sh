#!/usr/bin/env bash
# The content side of a case: the demo's simulated disks, backup and dump, through `prova investigate` and `prova report`.
. "$(dirname "$0")/lib.sh"
need python3 jq
PATH=$PATH:/usr/sbin need mkfs.ext4

example=$PROVA_SOURCE/examples/albania-2022
mkdir -p case/build
cp "$example"/*.yaml case/
"$PROVA" assess case >/dev/null
unset SOURCE_DATE_EPOCH
"$example/content" case/build/content "$PROVA"
out=$("$PROVA" investigate case)
check_match "the terminal says that it is simulated" "$out" 'SIMULATED CONTENT'
files=$(jq '.damage.totals | map(.[0]) | add' case/report/content.json)
check "every file has a verdict" "$files" 162
check "nine files are in the backup only" "$(jq '.damage.totals[3][0]' case/report/content.json)" "$(jq '.overwritten | length' case/build/content/truth.json)"
check_match "the report carries the sentence" "$(cat case/report/index.html)" 'Of 162 files .* inventoried on .*, none is lost: each was found whole in what was scanned'
check_match "the sentence is in the French statement" "$("$PROVA" report case --format md --audience public --lang fr)" 'aucun n’est perdu'
check_match "the sentence is in the Albanian statement" "$("$PROVA" report case --format md --audience public --lang sq)" 'asnjë nuk ka humbur'
check_match "its notice is in French there" "$("$PROVA" report case --format md --audience public --lang fr)" 'CONTENU SIMULÉ'
check_match "and in Albanian" "$("$PROVA" report case --format md --audience public --lang sq)" 'PËRMBAJTJE E SIMULUAR'
check "report.json carries the findings" "$(jq -c '.content | [.damage, .leak]' case/report/report.json)" "$(jq -c '[.damage, .leak]' case/report/content.json)"
check_match "case check knows the sources" "$("$PROVA" case check case)" 'sources.yaml: 5 sources with their inventory, 0 not there, no mistakes'
mv case/build/content/dump.zip kept.zip
check_match "and names what is not there" "$("$PROVA" case check case 2>&1)" 'build/content/dump.zip is not there yet'
mv kept.zip case/build/content/dump.zip
check "it is no longer called unexamined" "$(grep -c 'has not been examined here yet' case/report/index.html || true)" 0
check "both altered documents are named, and no other" \
  "$(jq -c '[.leak.changed[] | .dump_path | split("!")[1]] | sort' case/report/content.json)" "$(jq -c '.altered | keys | sort' case/build/content/truth.json)"
check "their originals too" "$(jq -c '[.leak.changed[].path] | sort' case/report/content.json)" "$(jq -c '[.altered[]] | sort' case/build/content/truth.json)"
check "foreign documents have no trace" "$(jq .leak.no_trace case/report/content.json)" "$(jq .foreign case/build/content/truth.json)"
check_match "sources are in the custody log" "$(cat case/custody.jsonl)" '"action":"examined","path":"build/content/files-01.img"'

proof=case/report/content.proof
check "prova accepts the bundle" "$(exit_code "$PROVA" proof verify $proof)" 0
check "the other checker accepts it" "$(exit_code python3 "$PROVA_SOURCE/scripts/check_proof.py" $proof)" 0
size=$(stat -c %s $proof)
for at in 20 $((size / 2)) $((size - 4)); do
  python3 -c "b = bytearray(open('$proof', 'rb').read()); b[$at] ^= 1; open('bad.proof', 'wb').write(b)"
  check "prova refuses byte $at flipped" "$(exit_code "$PROVA" proof verify bad.proof)" 1
  check "the other checker refuses byte $at flipped" "$(exit_code python3 "$PROVA_SOURCE/scripts/check_proof.py" bad.proof)" 1
done

sed -i 's/"files":/"files" :/; s/"documents": 24/"documents": 23/' case/report/content.json
check_match "results that were edited are not shown" "$("$PROVA" report case --format md --audience public)" 'has not been examined here yet'
sed -i 's/^images:/image:/' case/sources.yaml
check "case check refuses a mistake in sources.yaml" "$(exit_code "$PROVA" case check case)" 3
check_match "and names its line" "$("$PROVA" case check case 2>&1 || true)" 'sources.yaml.*[0-9]+.*image'
check_match "a mistake in sources.yaml is named with its line" "$("$PROVA" investigate case 2>&1 || true)" 'line [0-9]+: .*images'
