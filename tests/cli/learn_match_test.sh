# The index through the command line, on the stand-ins: what is shared is found, what is library is not counted.
. "$(dirname "$0")/lib.sh"
need jq
standins

"$PROVA" learn --family older-tool --actor 'cluster A' --first-seen 2012-01-01 standins/known/older-tool.exe standins/known/older-tool.elf
"$PROVA" learn --family older-wiper standins/known/older-wiper.exe
"$PROVA" learn --family zlib --role library /usr/x86_64-w64-mingw32/lib/libz.a
"$PROVA" learn --family bystander --role goodware standins/known/bystander.exe

check "four families" "$("$PROVA" index families --json | jq '.families | length')" 4
check "the index is clean" "$("$PROVA" index verify --json | jq .clean)" true

"$PROVA" match --json standins/found/encryptor.exe >match.json
check "the encryptor's first family" "$(jq -r '.families[0].family' match.json)" older-tool
check "its likelihood ratio is evidence" "$(jq '.families[0].log10_lr > 1' match.json)" true
check "at least eight functions are shared" "$(jq '.families[0].shared_functions >= 8' match.json)" true
check "no evidence for the wiper family" "$(jq '[.families[] | select(.family == "older-wiper") | .log10_lr] | all(. < 0.5)' match.json)" true
check "library code is recognised" "$(jq '.library_bytes > 0' match.json)" true
check "nothing shared with the tool is library code" \
  "$(jq '[.functions[] | select(.role == "unique") | .matches[0].role // "malware"] | all(. == "malware")' match.json)" true

"$PROVA" match --json standins/found/wiper-2022.exe >wiper.json
check "the wiper's first family" "$(jq -r '.families[0].family' wiper.json)" older-wiper
"$PROVA" match --json standins/found/calculator >calculator.json
check "an unrelated program has no malware family with evidence" \
  "$(jq '[.families[] | select(.role == "malware") | .log10_lr] | all(. < 0.5)' calculator.json)" true

"$PROVA" match --json -j1 standins/found/encryptor.exe | cmp - match.json
echo "ok: the answer does not depend on the run"
"$PROVA" match --json -j2 standins/found/encryptor.exe | cmp - match.json
echo "ok: nor on the number of threads"

check "one bad file does not stop the others" "$(exit_code "$PROVA" match standins/found/note.txt standins/found/calculator)" 3
check_match "and is named" "$("$PROVA" match standins/found/note.txt standins/found/calculator 2>&1 >/dev/null || true)" 'note.txt'

"$PROVA" index remove --family older-tool
check "a removed family is gone" "$("$PROVA" match --json standins/found/encryptor.exe | jq '[.families[] | select(.family == "older-tool")] | length')" 0
check "the index is still clean" "$("$PROVA" index verify --json | jq .clean)" true
check "removing it again finds nothing" "$(exit_code "$PROVA" index remove --family older-tool)" 3
