/* Stand-in for an older tool: runs fixed commands over a table of made-up facts in memory. Harmless. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../shared/shared.h"

struct fact { const char *name; int year; double weight; };
static const struct fact kFacts[] = {
    {"tirana", 1614, 4.1}, {"durres", 627, 1.2}, {"vlore", 600, 1.3}, {"shkoder", 400, 1.0},
    {"gjirokaster", 1336, 0.3}, {"berat", 200, 0.6}, {"korce", 1484, 0.8}, {"fier", 1864, 0.9}};

static int list_facts(struct session *s, const char *argument) {
  struct writer w = {s->store + s->used, 0, sizeof s->store - s->used, 0};
  int from = atoi(argument), shown = 0;
  for (size_t i = 0; i < sizeof kFacts / sizeof *kFacts; ++i) {
    if (kFacts[i].year < from) continue;
    record_text(&w, 0x11, kFacts[i].name);
    record_number(&w, 0x12, (uint64_t)kFacts[i].year);
    ++shown;
  }
  record_close(&w);
  if (w.overflow || record_check(w.data, w.size) != 0) return -21;
  s->used += w.size;
  return shown;
}

static int average(struct session *s, const char *argument) {
  double sum = 0, squares = 0;
  int n = 0;
  (void)argument;
  for (size_t i = 0; i < sizeof kFacts / sizeof *kFacts; ++i) {
    sum += kFacts[i].weight;
    squares += kFacts[i].weight * kFacts[i].weight;
    ++n;
  }
  journal_add(&s->journal, 2, "variance x1000", (long)(1000 * (squares / n - sum / n * (sum / n))));
  return (int)(100 * sum / n);
}

static int pack(struct session *s, const char *argument) {
  uint8_t packed[4096];
  uint8_t again[4096];
  size_t n = squeeze(s->store, s->used, packed, sizeof packed);
  uLong sum = crc32(crc32(0, Z_NULL, 0), s->store, (uInt)s->used);
  (void)argument;
  if (unsqueeze(packed, n, again, sizeof again) != s->used || memcmp(again, s->store, s->used) != 0) return -22;
  journal_add(&s->journal, 1, "crc", (long)(sum & 0x7fffffff));
  return (int)n;
}

static int deflate_store(struct session *s, const char *argument) {
  uint8_t packed[8192];
  uLongf size = sizeof packed;
  int level = config_number(&s->config, "level", 6);
  (void)argument;
  if (compress2(packed, &size, s->store, (uLong)s->used, level) != Z_OK) return -23;
  return (int)size;
}

static int reveal(struct session *s, const char *argument) {
  uint8_t hidden[128];
  char plain[128];
  uint32_t seed = (uint32_t)config_number(&s->config, "seed", 0x51f15e);
  size_t n = codec_encode(argument, seed, hidden, sizeof hidden);
  codec_decode(hidden, n, seed, plain, sizeof plain);
  if (strcmp(plain, argument) != 0) return -24;
  journal_add(&s->journal, 2, plain, (long)n);
  return (int)n;
}

static int history(struct session *s, const char *argument) {
  char text[2048];
  size_t n = journal_dump(&s->journal, (uint32_t)atoi(argument), text, sizeof text);
  fputs(text, stdout);
  return (int)n;
}

int main(void) {
  static struct session s;
  static const char *kScript[] = {"list 500", "average", "pack", "deflate", "reveal the eagle has two heads", "unknown", "history 1"};
  struct entry table[6] = {{name_hash("list"), list_facts}, {name_hash("average"), average}, {name_hash("pack"), pack},
                           {name_hash("deflate"), deflate_store}, {name_hash("reveal"), reveal}, {name_hash("history"), history}};
  if (config_parse(&s.config, "# harmless stand-in\nlevel = 9; seed = 0x7a11; name = older-tool;") < 3) return 1;
  for (size_t i = 0; i < sizeof kScript / sizeof *kScript; ++i) dispatch(&s, table, 6, kScript[i]);
  printf("older-tool stand-in: %u events\n", (unsigned)s.journal.next);
  return 0;
}
