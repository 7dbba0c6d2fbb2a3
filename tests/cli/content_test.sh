#!/usr/bin/env bash
# A tree is inventoried, its disk damaged, its files found and recovered, and the proof checked twice. Truth by cmp.
source "$(dirname "$0")/lib.sh"
need mkfs.ext4 jq python3
export SOURCE_DATE_EPOCH=1780000000

mkdir -p tree/sub
for i in $(seq 1 60); do head -c $((i * 731)) <(openssl enc -aes-128-ctr -pass pass:$i -nosalt -in /dev/zero 2>/dev/null) >"tree/sub/$i"; done
head -c 200000 /dev/zero >tree/zeros
: >tree/empty
printf 'a name \033[31m with colour' >"$(printf 'tree/\033[31mred')"

out=$("$PROVA" inventory create tree -o a.inventory)
check_match "the root is printed" "$out" '^root +[0-9a-f]{64}$'
check "the key is its owner's only" "$(stat -c %a home/inventory.key)" 600
check "an inventory is never replaced" "$(exit_code "$PROVA" inventory create tree -o a.inventory)" 2
check "it verifies" "$(exit_code "$PROVA" inventory verify a.inventory)" 0
cp a.inventory bad.inventory
printf 'X' | dd of=bad.inventory bs=1 seek=900 conv=notrunc status=none
check "a flipped byte is refused" "$(exit_code "$PROVA" inventory verify bad.inventory)" 1
"$PROVA" inventory key new --key other.key >/dev/null
check "another key is refused" "$(exit_code "$PROVA" damage a.inventory --dir tree --key other.key)" 2
tar -C tree -cf - . | "$PROVA" inventory create - -o tar.inventory --blocks-only >/dev/null
check "a tar stream has the same files" "$("$PROVA" inventory verify tar.inventory --json | jq .bytes)" "$("$PROVA" inventory verify a.inventory --json | jq .bytes)"

# kill -9 at any moment leaves nothing that passes for an inventory.
for delay in 0.00 0.01 0.03 0.06; do
  "$PROVA" inventory create tree -o killed.inventory >/dev/null 2>&1 & pid=$!
  sleep $delay
  kill -9 $pid 2>/dev/null || true
  wait $pid 2>/dev/null || true
  if [ -e killed.inventory ]; then
    check "what a kill leaves is whole (after $delay s)" "$(exit_code "$PROVA" inventory verify killed.inventory)" 0
    rm -f killed.inventory
  fi
done
check "no other trace" "$(ls -A | grep -c 'killed' || true)" 0

mkfs.ext4 -q -d tree disk.img 64M 2>/dev/null
before=$(sha256sum disk.img)
check "an undamaged disk is intact" "$("$PROVA" damage a.inventory --image disk.img --json | jq -c '.totals.intact.files')" "$(find tree -type f | wc -l)"
if command -v qemu-img >/dev/null; then
  for format in qcow2 vmdk vpc; do
    qemu-img convert -O $format disk.img disk.$format
    check "the same inside $format" "$("$PROVA" damage a.inventory --image disk.$format --json | jq -c '.totals.intact.files')" "$(find tree -type f | wc -l)"
  done
fi
if command -v ewfacquire >/dev/null; then
  ewfacquire -u -q -t disk disk.img >/dev/null 2>&1
  check "the same inside E01" "$("$PROVA" damage a.inventory --image disk.E01 --json | jq -c '.totals.intact.files')" "$(find tree -type f | wc -l)"
fi
cp disk.img wiped.img
dd if=/dev/zero of=wiped.img bs=1024 count=64 conv=notrunc status=none
"$PROVA" damage a.inventory wiped.img --json --proof wiped.proof >wiped.json
check "the superblock is found recoverable" "$(jq -r '.sources[0].structures[] | select(.name == "ext superblock") | .state' wiped.json)" recoverable_from_copy
check "nothing is lost without the first 64 KiB" "$(jq '[.files[] | select(.verdict == "partial" or (.verdict == "not_found" and (.in_inventory | not)))] | length' wiped.json)" 0
"$PROVA" recover a.inventory wiped.img -o recovered >/dev/null
check "every recovered file is the original" "$(diff -r tree recovered && echo same)" same
check "sources are never changed" "$(sha256sum disk.img)" "$before"

check "prova accepts the proof" "$(exit_code "$PROVA" proof verify wiped.proof --source 0=wiped.img)" 0
check "the other checker accepts it" "$(exit_code python3 "$PROVA_SOURCE/scripts/check_proof.py" wiped.proof --source 0=wiped.img)" 0
size=$(stat -c %s wiped.proof)
for at in 5 700 $((size / 2)) $((size - 200)) $((size - 3)); do
  python3 -c "import sys; b = bytearray(open('wiped.proof', 'rb').read()); b[$at] ^= 1; open('bad.proof', 'wb').write(b)"
  check "prova refuses byte $at flipped" "$(exit_code "$PROVA" proof verify bad.proof)" 1
  check "the other checker refuses byte $at flipped" "$(exit_code python3 "$PROVA_SOURCE/scripts/check_proof.py" bad.proof)" 1
done

# Redacted: one directory's files disclosed, the others kept back; the root still holds.
printf 'sub/1\nsub/2\n' >keep
"$PROVA" damage a.inventory --dir tree --proof dir.proof >/dev/null
check_match "the signer can redact" "$("$PROVA" proof redact dir.proof --keep keep -o redacted.proof)" '2 files disclosed, 61 withheld'
check "other names are gone" "$(grep -c '"path":"zeros"\|sub/3' redacted.proof || true)" 0
check_match "prova accepts it and says what it does not show" "$("$PROVA" proof verify redacted.proof)" 'accepted .*61 withheld'
check "what is disclosed can be read again" "$("$PROVA" proof verify redacted.proof --source 0=tree --json | jq .read_again)" 2
check_match "the other checker accepts it" "$(python3 "$PROVA_SOURCE/scripts/check_proof.py" redacted.proof --source 0=tree)" 'accepted .* 2 read again here, 61 withheld'
check "nobody else can redact" "$(exit_code "$PROVA" proof redact dir.proof --keep keep --key other.key -o other.proof)" 2
sed '0,/"withheld":"./s//"withheld":"0/;0,/"withheld":"0./s//"withheld":"00/' redacted.proof >forged.proof
check "a leaf that was changed is refused" "$(exit_code "$PROVA" proof verify forged.proof)" 1
check "by the other checker too" "$(exit_code python3 "$PROVA_SOURCE/scripts/check_proof.py" forged.proof)" 1

check "names cannot colour the terminal" "$("$PROVA" damage a.inventory --dir /dev/null/none 2>&1 | grep -c $'\033' || true)" 0
head -c 3000000 wiped.img >cut.img
check "a truncated image is scanned as far as it goes" "$(exit_code "$PROVA" damage a.inventory --image cut.img)" 0
check "no source is a mistake of use" "$(exit_code "$PROVA" damage a.inventory)" 2
tar -czf backup.tar.gz -C tree .
check "a backup is named" "$("$PROVA" damage a.inventory --backup backup.tar.gz --json | jq -c '.totals.survives_in_backup.files')" "$(find tree -type f | wc -l)"
"$PROVA" recover a.inventory --backup backup.tar.gz -o from-backup >/dev/null
check "recovered from the archive" "$(diff -r tree from-backup && echo same)" same

# A tar whose middle is gone ends there for its reader; what lies behind is found as it lies.
tar -cf holed.tar -C tree sub
python3 - <<'PY'
import tarfile
members = tarfile.open("holed.tar").getmembers()
with open("holed.tar", "r+b") as tar:
    tar.seek(members[len(members) // 2].offset)
    tar.write(bytes(512))
PY
survive='[.files[] | select((.path | startswith("sub/")) and .verdict == "survives_in_backup")] | length'
check "files behind a hole in a tar survive" "$("$PROVA" damage a.inventory --backup holed.tar --json | jq "$survive")" 60
"$PROVA" recover a.inventory --backup holed.tar -o from-holed >/dev/null
check "and are recovered" "$(diff -r tree/sub from-holed/sub && echo same)" same
"$PROVA" damage a.inventory --backup holed.tar --proof holed.proof >/dev/null
check "with a proof" "$(exit_code "$PROVA" proof verify holed.proof)" 0
check "that the other checker accepts" "$(exit_code python3 "$PROVA_SOURCE/scripts/check_proof.py" holed.proof)" 0
head -c 8192 /dev/urandom | dd of=holed.tar conv=notrunc status=none
check "so they do when its head was encrypted" "$("$PROVA" damage a.inventory --backup holed.tar --json | jq "($survive) > 50")" true
