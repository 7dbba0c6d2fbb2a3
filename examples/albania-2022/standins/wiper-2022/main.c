/* Stand-in for the 2022 kin of the older wiper: the same core, with additions. Works on an array in memory. Harmless. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "../older-wiper/pattern.h"

static uint8_t memory[512 * kSector];
static uint8_t map[64];

static unsigned plan(uint32_t sectors, uint32_t *starts, uint32_t *counts, unsigned room) {
  unsigned n = 0;
  uint32_t at = 7, step = 5;
  while (n < room && at < sectors) {
    starts[n] = at;
    counts[n] = step;
    at += step * 3 + (n & 1);
    step += 4;
    ++n;
  }
  return n;
}

static void draw_map(const struct disk *d) {
  memset(map, '.', sizeof map - 1);
  for (uint32_t s = 0; s < d->sectors; ++s)
    if (d->bytes[(size_t)s * kSector + 1] != (uint8_t)s) map[s * (sizeof map - 1) / d->sectors] = '#';
  map[sizeof map - 1] = 0;
}

static int undo_possible(const struct disk *d, const uint32_t *sums) {
  int same = 0;
  for (uint32_t s = 0; s < d->sectors; ++s)
    if (sector_sum(d->bytes + (size_t)s * kSector) == sums[s]) ++same;
  return same;
}

int main(void) {
  static const uint8_t kPattern[] = {0x50, 0x52, 0x4f, 0x56, 0x41, 0x20};
  static uint32_t sums[512];
  struct disk d = {memory, 512, 0};
  uint32_t starts[16], counts[16], longest, alive, done = 0;
  unsigned n = plan(d.sectors, starts, counts, 16);
  if (!licence_accepted("B4B61-5AD37-06D0C-22222")) return 1;
  lay_out(&d, 0x2207u);
  for (uint32_t s = 0; s < d.sectors; ++s) sums[s] = sector_sum(memory + (size_t)s * kSector);
  for (unsigned i = 0; i < n; ++i) done += fill_range(&d, starts[i], counts[i], kPattern, sizeof kPattern);
  draw_map(&d);
  alive = survivors(&d, &longest);
  printf("wiper-2022 stand-in: %s %u left, longest %u, %u filled, %d restorable, crc %lx\n", (char *)map,
         (unsigned)alive, (unsigned)longest, (unsigned)done, undo_possible(&d, sums),
         crc32(0, memory, sizeof memory));
  return 0;
}
