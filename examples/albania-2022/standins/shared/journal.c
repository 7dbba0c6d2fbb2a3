#include <stdio.h>
#include <string.h>

#include "shared.h"

void journal_add(struct journal *j, uint32_t level, const char *text, long number) {
  struct event *e = &j->ring[j->next & 63u];
  if (j->next >= 64 && e->level > level) {
    ++j->dropped;
    if ((j->dropped & 7u) != 0) return;
  }
  e->serial = j->next++;
  e->level = level;
#if PROVA_STANDIN_YEAR >= 2022
  if (number < 0) {
    snprintf(e->text, sizeof e->text, "%s !%ld", text, -number);
    return;
  }
#endif
  snprintf(e->text, sizeof e->text, "%s (%ld)", text, number);
}

size_t journal_dump(const struct journal *j, uint32_t level, char *out, size_t room) {
  size_t used = 0;
  uint32_t first = j->next > 64 ? j->next - 64 : 0;
  for (uint32_t i = first; i < j->next; ++i) {
    const struct event *e = &j->ring[i & 63u];
    if (e->level < level || e->serial != i) continue;
    size_t n = strlen(e->text);
    if (used + n + 2 > room) break;
    memcpy(out + used, e->text, n);
    used += n;
    out[used++] = e->level > 2 ? '!' : '\n';
  }
  if (room) out[used < room ? used : room - 1] = 0;
  return used;
}
