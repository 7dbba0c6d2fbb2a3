# Damaged programs: a one-line error or a partial result with defects, never a crash, a hang or runaway memory.
. "$(dirname "$0")/lib.sh"
need jq python3
standins
cp standins/found/wiper-2022.exe pe.bin
cp standins/found/calculator elf.bin
cp "$(find /usr/lib -name libz.a | sort | head -n 1)" ar.bin

python3 - <<'EOF'
import random
random.seed(1)
for name in ("pe", "elf", "ar"):
    original = open(f"{name}.bin", "rb").read()
    for i in range(40):
        data = bytearray(original)
        kind = i % 4
        if kind == 0:
            data = data[: random.randrange(len(data))]
        elif kind == 1:
            for _ in range(random.randrange(1, 64)):
                data[random.randrange(min(len(data), 4096))] = random.randrange(256)
        elif kind == 2:
            at = random.randrange(min(len(data) - 8, 1024))
            data[at : at + 4] = b"\xff\xff\xff\x7f"
        else:
            at, to, n = random.randrange(len(data)), random.randrange(len(data)), random.randrange(4096)
            data[to : to + n] = data[at : at + n]
        open(f"{name}-{i}.mutant", "wb").write(data)
EOF

partial=0 refused=0
for file in *.mutant; do
  code=0
  # 64 MB + 20 times the file, with room for the program's own libraries (libLLVM alone maps over 100 MB).
  (ulimit -v 1500000; timeout 20 "$PROVA" functions --json "$file" >out.json 2>err.txt) || code=$?
  case $code in
    0) jq -e '.schema == "prova/functions/1"' out.json >/dev/null || { echo "FAILED: $file: not a document" >&2; exit 1; }
       partial=$((partial + 1)) ;;
    3) check "$file: one line of error" "$(wc -l <err.txt)" 1 >/dev/null
       check_match "$file: it names the file" "$(cat err.txt)" "^prova: $file: " >/dev/null
       refused=$((refused + 1)) ;;
    *) echo "FAILED: $file: exit code $code: $(head -c 300 err.txt)" >&2; exit 1 ;;
  esac
done
echo "ok: $partial read in part, $refused refused with a reason"

"$PROVA" functions --json standins/found/encryptor-cut.exe >cut.json
check "a file cut short is read as far as it goes" "$(jq '(.functions | length > 0) and (.anomalies | length > 0)' cut.json)" true
check "a batch goes on past bad files" "$("$PROVA" learn --json --family x text standins/found elf.bin 2>/dev/null | jq '.learned | length >= 4')" true
