# An index moves between sites as one file: nothing is lost, nothing half imported, and learning goes on where it stopped.
. "$(dirname "$0")/lib.sh"
need jq cmp
library=$(find /usr/lib -name libz.a | sort | head -n 1)
[ -n "$library" ] || skip "no libz.a to learn"
bzip2=$(find /usr/lib -name libbz2.a | sort | head -n 1)
[ -n "$bzip2" ] || skip "no libbz2.a to learn"

"$PROVA" learn --family zlib --role library --version 1 "$library" >/dev/null
"$PROVA" learn --family bzip2 --role library "$bzip2" >/dev/null
check_match "what was learned under the same names is skipped" \
  "$("$PROVA" learn --family zlib --role library --version 1 "$library")" "Skipped 1 files"
check "--again learns it again" "$("$PROVA" learn --again --json --family zlib --role library --version 1 "$library" | jq .skipped)" 0

"$PROVA" index export -o all.prova-index >/dev/null
"$PROVA" index export --family zlib -o zlib.prova-index >/dev/null
"$PROVA" index import --index copy all.prova-index >/dev/null
"$PROVA" index export --index copy -o again.prova-index >/dev/null
check "an export of an import has the same bytes" "$(cmp all.prova-index again.prova-index && echo same)" same
check "the copy is sound" "$(exit_code "$PROVA" index verify --index copy)" 0
check "the copy holds as many samples" "$("$PROVA" index info --index copy --json | jq .samples)" "$("$PROVA" index info --json | jq .samples)"
check "a family alone" "$("$PROVA" index import --index one --json zlib.prova-index | jq -c '[.replaced, .unchanged]')" "[0,0]"
check "only that family" "$("$PROVA" index families --index one --json | jq -r '.families[].family')" zlib
again=$("$PROVA" index import --index one --json zlib.prova-index)
check "importing again changes nothing" "$(jq -c '[.added, .replaced, .functions]' <<<"$again")" "[0,0,0]"
check "both files at once: what is known stays" "$("$PROVA" index import --index one --json all.prova-index zlib.prova-index | jq '.files, .replaced' | xargs)" "2 0"

"$PROVA" index export --no-names -o bare.prova-index >/dev/null
"$PROVA" index import --index bare bare.prova-index >/dev/null
check "no name of a function or file leaves the house" \
  "$("$PROVA" index samples --index bare --json | jq -r '.samples[].name' | grep -c 'lib' || true)" 0
check "matching does not need names" \
  "$("$PROVA" match --index bare --json "$bzip2" | jq '[.. | .functions? // empty | .[] | select(.role == "library")] | length > 10')" true
check "an import without names leaves named samples alone" "$("$PROVA" index import --json bare.prova-index | jq -c '[.added, .replaced]')" "[0,0]"

# Hostile and damaged files: refused with file and offset, and the index stays as it was.
before=$("$PROVA" index samples --json)
head -c 1000 all.prova-index >short
check_match "a file cut short" "$("$PROVA" index import short 2>&1 || true)" "short: offset 0x[0-9a-f]+: .* ends after"
cp all.prova-index flipped && printf '\377' | dd of=flipped bs=1 seek=5000 conv=notrunc status=none
check_match "a flipped byte" "$("$PROVA" index import zlib.prova-index flipped 2>&1 || true)" "flipped: offset 0x[0-9a-f]+: checksum of the sample differs"
cp all.prova-index other && printf '\143' | dd of=other bs=1 seek=12 conv=notrunc status=none
check_match "another fingerprint scheme" "$("$PROVA" index import other 2>&1 || true)" "fingerprint scheme 99, this version of prova uses .*prova learn"
check "exit code for another scheme" "$(exit_code "$PROVA" index import other)" 4
check_match "another kind of file" "$("$PROVA" index import "$library" 2>&1 || true)" "is not an export of an index"
check "the index is as it was" "$("$PROVA" index samples --json)" "$before"
check_match "a family that is not there" "$("$PROVA" index export --family nobody -o none 2>&1 || true)" "no family nobody"
check "no file is left" "$(ls none* 2>/dev/null | wc -l)" 0

# Killed while importing: all or nothing.
for delay in 0.01 0.03 0.06 0.1; do
  rm -rf killed
  "$PROVA" index import --index killed all.prova-index >/dev/null 2>&1 &
  victim=$!
  sleep "$delay"
  kill -9 "$victim" 2>/dev/null || true
  wait "$victim" 2>/dev/null || true
  now=$("$PROVA" index info --index killed --json 2>/dev/null | jq .samples || true)
  case "${now:-0}" in 0 | "$(jq '.samples | length' <<<"$before")") echo "ok: killed after $delay s, ${now:-no} samples" ;;
  *) echo "FAILED: $now samples after a kill" >&2; exit 1 ;; esac
  "$PROVA" index import --index killed all.prova-index >/dev/null
  check "the next import goes through" "$(exit_code "$PROVA" index verify --index killed)" 0
done

# A collection with files that are no programs: the rest is learned, and a second call goes on.
mkdir collection && cp /bin/true collection/a && echo text >collection/b && cp /bin/false collection/c
"$PROVA" learn --json --family tools --role goodware collection >first.json 2>/dev/null || true
check "files that can be read are learned, in order" "$(jq -c '[.samples, (.failed | length), .skipped]' first.json)" "[2,1,0]"
"$PROVA" learn --json --family tools --role goodware -j 2 collection >second.json 2>/dev/null || true
check "a second call skips them" "$(jq -c '[.samples, (.failed | length), .skipped]' second.json)" "[0,1,2]"

# The starter set, from a small system of our own.
mkdir -p root/var/lib/dpkg/info root/usr/lib
cp "$library" root/usr/lib/libz.a
printf 'Package: zlib1g-dev\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:1.2.13.dfsg-1\n\n' >root/var/lib/dpkg/status
printf '/.\n/usr\n/usr/lib\n/usr/lib/libz.a\n/usr/lib/gone.a\n' >root/var/lib/dpkg/info/zlib1g-dev:amd64.list
"$PROVA" index starter --index starter --root root --json >starter.json
check "family, version and package" "$(jq -c '.learned[] | [.family, .version, .package, .files]' starter.json)" '["zlib","1.2.13","zlib1g-dev",1]'
check_match "what is missing is named with its packages" "$(jq -c '.missing[]' starter.json)" '"openssl","packages":"libssl-dev"'
check "its samples are libraries with the version" \
  "$("$PROVA" index samples --index starter --json | jq -r '.samples[] | [.role, .version] | join(" ")' | sort -u)" "library 1.2.13"
check "a second call changes nothing" "$("$PROVA" index starter --index starter --root root --json | jq -c '.learned[] | [.samples, .skipped]')" "[0,1]"
check_match "no package database" "$("$PROVA" index starter --index starter --root /nonexistent 2>&1 || true)" "no package database at /nonexistent/var/lib/dpkg"
