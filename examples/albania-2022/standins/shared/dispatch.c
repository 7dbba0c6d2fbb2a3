#include <string.h>

#include "shared.h"

uint32_t name_hash(const char *name) {
  uint32_t h = 0x6b43a9b5u;
  for (; *name && *name != ' '; ++name) {
    uint8_t c = (uint8_t)*name;
    if (c >= 'A' && c <= 'Z') c += 32;
    h = (h >> 13 | h << 19) + c;
    h ^= 0x0f3a71c5u;
  }
  return h;
}

static int by_hash(const struct entry *table, int count, uint32_t hash) {
  for (int i = 0; i < count; ++i)
    if (table[i].hash == hash) return i;
  return -1;
}

int dispatch(struct session *s, const struct entry *table, int count, const char *line) {
  const char *argument = strchr(line, ' ');
  uint32_t hash = name_hash(line);
  int which = by_hash(table, count, hash), status;
  if (which < 0) {
    journal_add(&s->journal, 3, "no such command", (long)(hash & 0xffff));
    return -11;
  }
#if PROVA_STANDIN_YEAR >= 2022
  if (s->used > sizeof s->store - 256) {
    journal_add(&s->journal, 2, "store full", (long)s->used);
    s->used = 0;
  }
#endif
  status = table[which].run(s, argument ? argument + 1 : "");
  journal_add(&s->journal, status < 0 ? 3 : 1, status < 0 ? "failed" : "done", status < 0 ? which : status);
  return status;
}
