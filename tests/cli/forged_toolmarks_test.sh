# False flags: a Rich header transplanted byte for byte onto a program that another compiler built, as in Olympic Destroyer
# (2018), is reported as a contradiction. Honest programs of Microsoft's tools and of mingw raise no alarm.
. "$(dirname "$0")/lib.sh"
need jq python3 x86_64-w64-mingw32-gcc
cat >honest.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int ask(const char* text) { return printf("%s? ", text) + (int)strlen(text); }
static int sum(const int* list, int n) { int s = 0; for (int i = 0; i < n; ++i) s = s * 31 + list[i]; return s; }
int main(int argc, char** argv) {
  int* list = malloc(sizeof(int) * (argc + 1));
  for (int i = 0; i < argc; ++i) list[i] = ask(argv[i]);
  printf("%d\n", sum(list, argc));
  free(list);
  return 0;
}
C
x86_64-w64-mingw32-gcc -O2 -s honest.c -o honest.exe
x86_64-w64-mingw32-gcc -O2 -s -fno-ident honest.c -o silent.exe
command -v i686-w64-mingw32-gcc >/dev/null && i686-w64-mingw32-gcc -O2 -s honest.c -o honest32.exe

# transplant TARGET RICH OUT: moves the PE headers of TARGET back and puts the bytes of RICH (DanS to key) before them, at
# 0x80. With "built" for RICH a Rich header of Visual C++ 6.0 is made, with a checksum that fits.
cat >transplant.py <<'PY'
import struct, sys
target, rich, out = sys.argv[1:4]
data = bytearray(open(target, "rb").read())
pe = struct.unpack_from("<I", data, 0x3c)[0]
def rol(x, n): n %= 32; return ((x << n) | (x >> (32 - n))) & 0xffffffff if n else x
if rich == "built":
    entries = [(0x0a << 16 | 8168, 10), (0x04 << 16 | 8168, 1)]  # C compiler and linker of Visual C++ 6.0
    key = 0x80
    for i in range(0x80):
        if not 0x3c <= i < 0x40: key = (key + rol(data[i], i)) & 0xffffffff
    for ident, count in entries: key = (key + rol(ident, count)) & 0xffffffff
    words = [0x536e6144, 0, 0, 0] + [w for e in entries for w in e]
    block = b"".join(struct.pack("<I", w ^ key) for w in words) + b"Rich" + struct.pack("<I", key)
else:
    donor = open(rich, "rb").read()
    end = donor.index(b"Rich", 0, struct.unpack_from("<I", donor, 0x3c)[0])
    key = struct.unpack_from("<I", donor, end + 4)[0]
    begin = donor.rindex(struct.pack("<I", 0x536e6144 ^ key), 0, end)
    block = donor[begin:end + 8]
block += b"\0" * (-len(block) % 8)
sections = struct.unpack_from("<H", data, pe + 6)[0]
size = 24 + struct.unpack_from("<H", data, pe + 20)[0] + 40 * sections
first = min(struct.unpack_from("<I", data, pe + size - 40 * sections + 40 * s + 20)[0] or 1 << 30 for s in range(sections))
new = 0x80 + len(block)
assert new + size <= first, "no room between the headers and the first section"
headers = bytes(data[pe:pe + size])
data[0x80:first] = (block + headers).ljust(first - 0x80, b"\0")
struct.pack_into("<I", data, 0x3c, new)
open(out, "wb").write(data)
PY
"$PROVA" learn --family bystander --role goodware honest.exe >/dev/null
notes() { "$PROVA" match --json "$1" | jq -r '[.toolmarks[] | select(.note != null) | .kind + ": " + .note] | join("\n")'; }
check "an honest mingw program has no contradiction" "$(notes honest.exe)" ""
check "nor without its compiler strings" "$(notes silent.exe)" ""
[ -f honest32.exe ] && check "nor in 32 bits" "$(notes honest32.exe)" ""

python3 transplant.py honest.exe built forged.exe
check_match "a made-up Rich header is a possible false flag" "$(notes forged.exe)" 'rich_hash: Does not fit the code.*possible false flag'
check_match "the code speaks, not only the header" "$(notes forged.exe)" 'start-up code of mingw-w64'
check_match "the linker versions disagree" "$(notes forged.exe)" "names Microsoft's linker 6, the file's header linker 2"
python3 transplant.py silent.exe built forged-silent.exe
check_match "also when every compiler string is gone" "$(notes forged-silent.exe)" 'possible false flag'
# The forger also writes the version of Microsoft's linker into the optional header.
python3 - <<'PY'
import struct
data = bytearray(open("forged-silent.exe", "rb").read())
pe = struct.unpack_from("<I", data, 0x3c)[0]
data[pe + 26:pe + 28] = b"\x06\x00"
open("forged-well.exe", "wb").write(data)
PY
check_match "also when the linker version was forged too" "$(notes forged-well.exe)" 'possible false flag'
check_match "the note in the terminal warns" "$("$PROVA" match forged-well.exe)" '^ *! rich_hash'

lineage=$PROVA_SOURCE/examples/lineage
code=0
"$lineage/fetch" "$lineage/packages" >fetch.log 2>&1 || code=$?
if [ $code -ne 0 ]; then
  echo "SKIPPED in part: honest programs of Microsoft's tools: $(tail -n 1 fetch.log)"
  exit 0
fi
donor=$lineage/packages/known/leveldown-6.1.1-win.node
for program in "$lineage"/packages/*/*-win.node; do
  check "no alarm on $(basename "$program"), built by Microsoft's or LLVM's tools" "$(notes "$program")" ""
done
python3 transplant.py silent.exe "$donor" transplanted.exe
check "the transplanted header is leveldown's, byte for byte" \
  "$("$PROVA" match --json transplanted.exe | jq -r '.toolmarks[] | select(.kind == "rich_hash") | .value')" \
  "$("$PROVA" match --json "$donor" | jq -r '.toolmarks[] | select(.kind == "rich_hash") | .value')"
check_match "and is reported" "$(notes transplanted.exe)" 'rich_hash: Does not fit the code.*possible false flag'
"$PROVA" learn --family leveldown "$donor" >/dev/null
check "a mark that contradicts the code weighs nothing for the family that it points at" \
  "$("$PROVA" match --json transplanted.exe | jq '[.toolmarks[] | select(.kind == "rich_hash" and (.families | index("leveldown"))) | .log10_lr] | all(. == null or . <= 0)')" true
check "and its code matches no family" \
  "$("$PROVA" match --json transplanted.exe | jq '[.families[] | select(.role == "malware") | .log10_lr] | all(. < 0.5)')" true
