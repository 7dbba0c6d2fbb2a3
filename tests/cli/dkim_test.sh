#!/usr/bin/env bash
# Signed mail in a dump: what dkimpy signed in every form is found intact, what was changed afterwards is named.
. "$(dirname "$0")/lib.sh"
need jq openssl
python=$(for one in python3 /usr/bin/python3; do "$one" -c 'import dkim' 2> /dev/null && echo "$one" && break; done || true)
[ -n "$python" ] || skip "python3-dkim is not installed"

mkdir ours && echo "Something else that was inventoried." > ours/a.txt
"$python" "$PROVA_SOURCE/tests/cli/dkim_sign.py" .
"$PROVA" inventory create ours -o i.inventory --system mail-01 > /dev/null

found() { "$PROVA" leak --json --dkim-keys keys.txt i.inventory dump > leak.json && jq -r '.documents[] | select(.dkim) | "\(.dump_path) \(.dkim.state)"' leak.json | LC_ALL=C sort; }
check "every message is as dkimpy signed it, or says what was changed" "$(found)" "$(LC_ALL=C sort expected)"
check "a mailbox's quoted line was taken into account" "$(jq -r '.documents[] | select(.dump_path == "dump/box.mbox!message 1") | .dkim.unquoted' leak.json)" true
one() { jq -r --arg path "dump/$1.eml" '.documents[] | select(.dump_path == $path) | .dkim.signatures[0] | '"$2" leak.json; }
check "what is not signed is named" "$(one narrow '.unsigned_fields | join(" ")')" "to date subject"
check "the bytes behind l= are counted, the empty lines before them too" "$(one length-longer .unsigned_body)" 20
check_match "a short key is refused" "$(one weak-key .reason)" "1023 bits, which can be broken"
check "the key that is missing is named" "$(jq -r '.signatures.missing_keys[] | .name' leak.json | sort | head -1)" "rotated._domainkey.gov.example"
check "genuine messages are counted by domain" "$(jq -r '.signatures.domains[0].domain' leak.json)" gov.example
check "the report does not depend on threads" "$("$PROVA" leak --json --jobs 1 --dkim-keys keys.txt i.inventory dump | sha256sum)" "$(sha256sum < leak.json)"

# Genuine mail is listed whether the inventory knows it or not.
"$PROVA" leak --json --only-matches --dkim-keys keys.txt i.inventory dump > matches.json
check "only genuine ones are left without a trace" "$(jq -r '[.documents[].dkim.state] | unique | join(" ")' matches.json)" "intact intact-in-part"
text=$("$PROVA" leak --dkim-keys keys.txt i.inventory dump)
check_match "the text says what is genuine" "$text" 'genuine by its signature'
check_match "and by whom" "$text" 'signed by gov.example: intact'
check_match "and what is not as signed" "$text" 'body altered, header as signed'

# Without keys the selectors to look for are named; keys may come as a directory of records.
check_match "keys to look for" "$("$PROVA" leak i.inventory dump)" 'strong._domainkey.gov.example'
mkdir zone && grep '^weak' keys.txt | cut -d' ' -f2- > zone/weak._domainkey.gov.example
grep '^strong' keys.txt > zone/gov.example.zone
check "a directory of keys" "$("$PROVA" leak --json --dkim-keys zone i.inventory dump | sha256sum)" "$(sha256sum < leak.json)"
echo "gov.example v=DKIM1" > bad.txt
check "a key file that is none is bad input" "$(exit_code "$PROVA" leak --dkim-keys bad.txt i.inventory dump)" 3
check_match "with its line" "$("$PROVA" leak --dkim-keys bad.txt i.inventory dump 2>&1 || true)" 'bad.txt: line 1: .gov.example. is no SELECTOR'
check "a missing key file is an I/O failure" "$(exit_code "$PROVA" leak --dkim-keys nowhere i.inventory dump)" 4

# The same in a case: counted in the report, in words, and the keys are in the custody log.
unset SOURCE_DATE_EPOCH
mkdir case && cp "$PROVA_SOURCE/examples/albania-2022/case.yaml" case/
cp -r dump keys.txt i.inventory case/
printf 'schema: prova/sources/1\ninventory: i.inventory\ndumps: [dump]\ndkim_keys: [keys.txt]\n' > case/sources.yaml
"$PROVA" investigate case > investigate.txt
messages=$(wc -l < expected) intact=$(grep -cE ' intact(-in-part)?$' expected)
check "a case counts the signatures" "$(jq -c '.leak.mail | [.messages, .intact, .untraced]' case/report/content.json)" "[$messages,$intact,$intact]"
check_match "the terminal says so" "$(cat investigate.txt)" "DKIM: $intact of"
check_match "the statement too" "$("$PROVA" report case --format md)" "Of $messages messages .* carry a DKIM signature: $intact are as their domain signed them"
check_match "in French" "$("$PROVA" report case --format md --lang fr)" "portent une signature DKIM"
check_match "in Albanian" "$("$PROVA" report case --format md --lang sq)" "kanë nënshkrim DKIM"
check_match "the keys are in the custody log" "$(cat case/custody.jsonl)" '"action":"examined","path":"keys.txt"'
