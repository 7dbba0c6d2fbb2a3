/* Stand-in for an older wiper: works on an array in memory. Harmless. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "pattern.h"

static uint8_t memory[128 * kSector];

int main(void) {
  static const uint8_t kPattern[] = {0xde, 0xad, 0x2f, 0x5a, 0x11};
  struct disk d = {memory, 128, 0};
  uint32_t longest, done, alive;
  uLong before;
  lay_out(&d, 0x1912u);
  before = adler32(1, memory, sizeof memory);
  if (!licence_accepted("B4B61-5AD37-06D0C-11111")) return 1;
  done = fill_range(&d, 3, 60, kPattern, sizeof kPattern);
  done += fill_range(&d, 100, 400, kPattern, 3);
  alive = survivors(&d, &longest);
  printf("older-wiper stand-in: %u of %u sectors of its own array left, longest run %u, %u filled, sum %lx\n",
         (unsigned)alive, (unsigned)d.sectors, (unsigned)longest, (unsigned)done, before);
  return 0;
}
