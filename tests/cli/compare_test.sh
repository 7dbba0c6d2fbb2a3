# Two programs function by function, through the command line: versions, compilers, machines, formats.
. "$(dirname "$0")/lib.sh"
need jq gcc
cat >old.c <<'C'
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
struct node { int key; struct node* next; char name[24]; };
unsigned crc(const unsigned char* p, unsigned n) {
  unsigned c = ~0u;
  while (n--) { c ^= *p++; for (int i = 0; i < 8; ++i) c = (c >> 1) ^ (0xedb88320u & -(c & 1)); }
  return ~c;
}
struct node* find(struct node* n, int key) {
  for (; n; n = n->next) {
    if (n->key == key) return n;
    if (!strcmp(n->name, "stop here")) { puts("stopped at the marker"); break; }
  }
  return NULL;
}
int parse(const char* text, struct node** out) {
  int count = 0;
  char* copy = strdup(text);
  for (char* t = strtok(copy, ",;"); t; t = strtok(NULL, ",;")) {
    struct node* n = malloc(sizeof *n);
    if (!n) { fprintf(stderr, "no memory for %s\n", t); exit(3); }
    n->key = atoi(t) * 37 + 11;
    strncpy(n->name, t, sizeof n->name - 1);
    n->next = *out; *out = n; ++count;
    if (crc((unsigned char*)t, strlen(t)) == 0x12345678) printf("odd one: %s\n", t);
  }
  free(copy);
  return count;
}
int main(int argc, char** argv) {
  struct node* list = NULL;
  int n = 0;
  for (int i = 1; i < argc; ++i) n += parse(argv[i], &list);
  struct node* f = find(list, 418);
  printf("%d entries, %s\n", n, f ? f->name : "none");
  return f == NULL;
}
C
sed -e 's/\* 37 + 11/* 41 + 17/' -e 's|^int main|int report(struct node* n) { int sum = 0; for (; n; n = n->next) { printf("%s: %d\\n", n->name, n->key); sum += n->key % 97; } return sum; }\nint main|' \
  -e 's|return f == NULL|return report(list) + (f == NULL)|' old.c >new.c
gcc -O2 -fno-inline old.c -o old && gcc -O2 -fno-inline new.c -o new

"$PROVA" compare --json --function parse old new >diff.json
check "the document names its schema" "$(jq -r .schema diff.json)" prova/compare/1
state() { jq -r --arg n "$1" '.pairs[] | select(.left.name == $n and .right.name == $n) | .state' diff.json; }
check "a function that was not touched is identical" "$(state crc)" identical
check "so is another" "$(state find)" identical
check "a changed one is found as changed" "$(state parse)" changed
check "a new one is only in the new program" "$(jq -r '.only_right | map(.name) | index("report") != null' diff.json)" true
check "nothing is gone" "$(jq '.only_left | length' diff.json)" 0
check "exactly the asked pair is aligned" "$(jq '.aligned | length' diff.json)" 1
# atoi(t) * 37 + 11 became * 41 + 17: some lines differ, nearly all are equal.
check "most lines of the changed function are equal" "$(jq '.aligned[0] | .equal > 4 * (.alike + .only_left + .only_right)' diff.json)" true
check "and not all" "$(jq '.aligned[0] | .alike + .only_left + .only_right > 0' diff.json)" true

"$PROVA" compare --json --function parse old new | cmp - diff.json
echo "ok: the same answer twice"
"$PROVA" compare --json -j2 --function parse old new | cmp - diff.json
echo "ok: and with two threads"
strip -o old-stripped old; strip -o new-stripped new
check "names are not needed" "$("$PROVA" compare --json old-stripped new-stripped | jq -c '[.summary | .identical, .changed, .only_left, .only_right]')" \
  "$(jq -c '[.summary | .identical, .changed, .only_left, .only_right]' diff.json)"
"$PROVA" compare --json old old >same.json
check "a program and itself: nothing changed" "$(jq -c '[.summary | .changed, .only_left, .only_right]' same.json)" '[0,0,0]'

"$PROVA" compare --html diff.html --function parse old new >diff.txt
check_match "the text shows code side by side" "$(cat diff.txt)" 'call .*strdup +[=~] call .*strdup'
check "the page runs no script and loads nothing" "$(grep -ciE '<script|src=|@import|url\(' diff.html || true)" 0
check_match "the page has both graphs" "$(cat diff.html)" 'Control flow of B'
check "a function that is not there" "$(exit_code "$PROVA" compare --function nonsense old new)" 3
check_match "is named" "$("$PROVA" compare --function nonsense old new 2>&1 || true)" '"nonsense"'
check "a function without counterpart" "$(exit_code "$PROVA" compare --function report old new)" 3
printf 'hello' >text
check "a text is bad input" "$(exit_code "$PROVA" compare old text)" 3

if command -v aarch64-linux-gnu-gcc >/dev/null; then
  aarch64-linux-gnu-gcc -O2 -fno-inline old.c -o old.arm64
  "$PROVA" compare --json --function parse old old.arm64 >arm.json
  check "another machine: four functions find themselves" \
    "$(jq -c '[.pairs[] | select(.left.name == .right.name) | .left.name] | map(select(. == ("crc", "find", "parse", "main"))) | sort' arm.json)" \
    '["crc","find","main","parse"]'
  check "the call of strtok stands beside the call of strtok" \
    "$(jq '[.aligned[0].blocks[].rows[] | select(.left.refers == "strtok" and .right.refers == "strtok")] | length >= 1' arm.json)" true
fi
if command -v x86_64-w64-mingw32-gcc >/dev/null; then
  x86_64-w64-mingw32-gcc -O1 -fno-inline old.c -o old.exe
  check "another format and compiler" \
    "$("$PROVA" compare --json old old.exe | jq -c '[.pairs[] | select(.left.name == .right.name) | .left.name] | map(select(. == ("crc", "find", "parse", "main"))) | length >= 3')" true
fi
