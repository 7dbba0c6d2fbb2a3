# YARA rules as toolmarks, and rules drafted from code that only one family has.
. "$(dirname "$0")/lib.sh"
need jq
standins
"$PROVA" learn --family older-tool standins/known/older-tool.exe standins/known/older-tool.elf >/dev/null
"$PROVA" learn --family older-wiper standins/known/older-wiper.exe >/dev/null
"$PROVA" learn --family zlib --role library /usr/x86_64-w64-mingw32/lib/libz.a >/dev/null
"$PROVA" learn --family bystander --role goodware standins/known/bystander.exe >/dev/null

# Running rules.
cat >mz.yar <<'Y'
rule starts_like_windows : format { meta: author = "test" strings: $mz = "MZ" $stub = "DOS mode" condition: $mz at 0 and $stub }
rule never { condition: false }
Y
"$PROVA" match --json --yara mz.yar standins/found/encryptor.exe >mz.json
check "a rule matches with its places" "$(jq -c '.rules[0] | [.rule, .tags, .meta.author, (.strings | map(select(.string == "$mz"))[0].offset)]' mz.json)" \
  '["starts_like_windows",["format"],"test",0]'
check "one that does not is not told" "$(jq '.rules | length' mz.json)" 1
check "its weight is not measured" "$(jq '.rules[0].log10_lr' mz.json)" null
check_match "the note names it" "$("$PROVA" match --yara mz.yar standins/found/encryptor.exe)" 'starts_like_windows \(mz.yar\): \$mz at 0x0'
printf 'rule good { condition: true }\n' >good.yar
printf 'rule a { condition: true }\nrule broken { strings: $a = "x" condition: $b }\n' >broken.yar
check "a rule with a mistake is bad input" "$(exit_code "$PROVA" match --yara broken.yar standins/found/encryptor.exe)" 3
check_match "and is explained with file and line" "$("$PROVA" match --yara broken.yar standins/found/encryptor.exe 2>&1 || true)" 'broken.yar: .*line 2: .*\$b'
mkdir rules; cp good.yar broken.yar rules
check "in a directory the good ones still run" "$("$PROVA" match --json --yara rules standins/found/encryptor.exe 2>err.txt | jq -c '[.rules[].rule]')" '["good"]'
check_match "and the bad one is named" "$(cat err.txt)" 'broken.yar.*left out'
printf 'include "/etc/passwd"\nrule x { condition: true }\n' >include.yar
check "include reads no other file" "$(exit_code "$PROVA" match --yara include.yar standins/found/encryptor.exe)" 3

# Drafting.
"$PROVA" yara older-tool standins/known/older-tool.exe standins/known/older-tool.elf --against standins/known/bystander.exe \
  --against /usr/bin/gzip -o drafted.yar 2>draft.txt
check "the rule matches its own samples" "$("$PROVA" match --json --yara drafted.yar standins/known/older-tool.exe standins/known/older-tool.elf | jq -c '[.reports[].rules[].rule]')" \
  '["family_older_tool","family_older_tool"]'
check "and not the bystander" "$("$PROVA" match --json --yara drafted.yar standins/known/bystander.exe | jq '.rules | length')" 0
check "nor the other family" "$("$PROVA" match --json --yara drafted.yar standins/known/older-wiper.exe | jq '.rules | length')" 0
check_match "its meta says on what it was checked" "$(cat drafted.yar)" 'precision = "0 of 2 other files matched"'
check_match "call targets are left open" "$(cat drafted.yar)" 'E8 \?\? \?\? \?\? \?\?'
"$PROVA" yara older-tool standins/known/older-tool.exe standins/known/older-tool.elf --against standins/known/bystander.exe --against /usr/bin/gzip 2>/dev/null | cmp - drafted.yar
echo "ok: the same rule twice"
if command -v yara >/dev/null; then check "the yara tool takes it" "$(yara drafted.yar standins/known/older-tool.exe | cut -d' ' -f1)" family_older_tool; fi
check "a file that was not learned is refused" "$(exit_code "$PROVA" yara older-tool standins/found/encryptor.exe)" 3
check_match "with the reason" "$("$PROVA" yara older-tool standins/found/encryptor.exe 2>&1 || true)" 'not a file that was learned as "older-tool"'
check "a library has no rule" "$(exit_code "$PROVA" yara zlib /usr/x86_64-w64-mingw32/lib/libz.a)" 2
check "an unknown family is not there" "$(exit_code "$PROVA" yara nobody standins/found/encryptor.exe)" 3
