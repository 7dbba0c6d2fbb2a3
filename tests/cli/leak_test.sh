#!/usr/bin/env bash
# A theft, end to end: inventory with a canary, a dump of nested archives with one altered document and a foreign one.
. "$(dirname "$0")/lib.sh"
need jq tar python3

mkdir -p ours dump
python3 - <<'PY'
import random
def prose(seed, words):
    r = random.Random(seed)
    return " ".join("".join(r.choice("abcdefghijklmnopqrstuvwxyzëç") for _ in range(r.randint(3, 9))) for _ in range(words)) + ".\n"
letterhead = prose("head", 40)
for i in range(12):
    open(f"ours/{i}.txt", "w").write(letterhead + prose(i, 150) + f"Shuma: {i}7,250 euro.\n" + prose(100 + i, 150))
text = open("ours/3.txt").read()
open("dump/altered.txt", "w").write(text.replace("37,250", "87,250"))
open("dump/foreign.txt", "w").write(letterhead + prose("other", 300))
PY
mkdir stage && cp ours/5.txt stage/copy.txt && tar czf dump/mail.tar.gz -C stage copy.txt
echo 5.txt > planted
"$PROVA" inventory create ours -o i.inventory --system files-01 --canaries planted > /dev/null

before=$(find dump -type f -exec sha256sum {} + | sort)
"$PROVA" leak --json i.inventory dump > leak.json
verdict() { jq -r --arg path "$1" '.documents[] | select(.dump_path == $path) | .verdict' leak.json; }
check "the altered copy is called so" "$(verdict dump/altered.txt)" altered
check "its original is named" "$(jq -r '.documents[] | select(.verdict == "altered") | .matches[0].path' leak.json)" 3.txt
check "one place differs" "$(jq '.documents[] | select(.verdict == "altered") | .matches[0].ranges | length' leak.json)" 1
check_match "the place shows the planted amount" "$(jq -r '.documents[] | select(.verdict == "altered") | .matches[0].ranges[0] | .before + .inside + .after' leak.json)" '87,250 euro'
check "a member of an archive is identical" "$(verdict 'dump/mail.tar.gz!copy.txt')" identical
check "it is the canary" "$(jq '[.documents[].matches[] | select(.canary)] | length' leak.json)" 1
check "a foreign letter on our letterhead has no trace" "$(verdict dump/foreign.txt)" no-trace
check "the system is named" "$(jq -r '.systems[0] | "\(.system) \(.documents) \(.only_here) \(.canaries)"' leak.json)" "files-01 2 2 1"
check "everything was read" "$(jq .coverage.complete leak.json)" true
check "the dump is untouched" "$(find dump -type f -exec sha256sum {} + | sort)" "$before"
check "the report does not depend on threads" "$("$PROVA" leak --json --jobs 1 i.inventory dump | sha256sum)" "$(sha256sum < leak.json)"
check_match "the text names what was altered" "$("$PROVA" leak i.inventory dump)" 'altered copy of 3.txt on files-01'
# Whose text is fingerprinted decides what is found of it.
cp ours/7.txt ours/source.c
mkdir quotes && { echo '<html><body>'; head -c 900 ours/source.c | tail -c 400; echo '</body></html>'; } > quotes/page.html
rm ours/7.txt
said() { "$PROVA" leak --json "$1" "$2" | jq -r '.documents[0].verdict'; }
for text in none documents all; do "$PROVA" inventory create ours -o $text.inventory --system files-01 --text $text > /dev/null; done
check "without text an altered copy has no trace" "$(said none.inventory dump/altered.txt)" no-trace
check "nor is it called so: the copied run is not promised" "$("$PROVA" leak --json none.inventory dump/altered.txt | jq '.inventories[0].copied_run')" 0
check "documents are fingerprinted unless said otherwise" "$(said documents.inventory dump/altered.txt)" altered
check "source code is not" "$(said documents.inventory quotes/page.html)" no-trace
check "with --text all it is" "$(said all.inventory quotes/page.html)" contains
"$PROVA" inventory create ours -o wide.inventory --system files-01 --text-run 1024 > /dev/null
check "a longer run still knows that a copy was changed" "$(said wide.inventory dump/altered.txt)" altered
check_match "and says what it may miss" "$("$PROVA" leak wide.inventory dump/altered.txt)" 'copied runs of 1024 characters'
check "a run below the k-gram's is a mistake of use" "$(exit_code "$PROVA" inventory create ours -o x.inventory --text-run 40)" 2
check "another key is refused" "$("$PROVA" inventory key new --key other.key > /dev/null; exit_code "$PROVA" leak --key other.key i.inventory dump)" 2
check "a missing dump is an I/O failure" "$(exit_code "$PROVA" leak i.inventory nowhere)" 4
printf 'PK\003\004 not really a zip' > dump/broken.zip
check_match "what cannot be read is listed" "$("$PROVA" leak i.inventory dump)" 'Not read:'
