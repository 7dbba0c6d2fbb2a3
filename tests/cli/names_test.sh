# Names of a known library on a stripped program that another compiler built.
. "$(dirname "$0")/lib.sh"
need jq gcc nm
library=$(find /usr/lib -name libz.a | sort | head -n 1)
[ -n "$library" ] || skip "no libz.a to learn"
cat >uses.c <<'C'
#include <stdio.h>
#include <string.h>
#include <zlib.h>
int main(int argc, char** argv) {
  unsigned char in[4096], out[8192];
  unsigned long n = sizeof out, m = sizeof in;
  memset(in, argc, sizeof in);
  if (compress2(out, &n, in, sizeof in, 9) != Z_OK || uncompress(in, &m, out, n) != Z_OK) return 1;
  gzFile f = gzopen(argc > 1 ? argv[1] : "/dev/null", "wb");
  gzwrite(f, in, 10);
  return gzclose(f) + (int)crc32(0, out, (unsigned)n);
}
C
gcc -O2 uses.c "$library" -o named || skip "zlib.h is not installed"
strip -o stripped named
"$PROVA" learn --family zlib --version test --role library "$library" >/dev/null
"$PROVA" names --json stripped >names.json
check "the document names its schema" "$(jq -r .schema names.json)" prova/names/1
# The truth: the symbols of the program before it was stripped.
nm named | awk '$2 ~ /[tT]/ {print $3, $1}' | sort >truth.txt
jq -r '.programs[0].names[] | select(.alternatives | length == 0) | [.name, .address] | @tsv' names.json |
  while read -r name address; do printf '%s %016x\n' "$name" "$address"; done | sort >proposed.txt
total=$(wc -l <proposed.txt)
right=$(comm -12 truth.txt proposed.txt | wc -l)
echo "$right of $total unambiguous names are right"
check "at least forty functions get a name" "$((total >= 40))" 1
check "nineteen of twenty are right" "$((20 * right >= 19 * total))" 1
check "a program with symbols needs none" "$("$PROVA" names --json named | jq '.programs[0].names | length')" 0
check_match "text for people" "$("$PROVA" names stripped)" 'zlib .*inflate'
check_match "IDA's script" "$("$PROVA" names --format idc stripped)" 'set_name\(0x[0-9a-f]+, "inflate", 0x801\);'
check_match "Ghidra's list" "$("$PROVA" names --format ghidra stripped)" '^inflate 0x[0-9a-f]+ f$'
check "CSV has a header" "$("$PROVA" names --format csv stripped >names.csv; head -n 1 names.csv)" 'address,name,source,exact,similarity,log10_lr,alternatives'
