/* Fills an array of the program's own and looks at what is left of its content. Harmless. */
#include "pattern.h"

#include <string.h>

void lay_out(struct disk *d, uint32_t seed) {
  uint32_t x = seed | 1u;
  for (uint32_t sector = 0; sector < d->sectors; ++sector) {
    uint8_t *p = d->bytes + (size_t)sector * kSector;
    for (int i = 0; i < kSector; i += 4) {
      x ^= x << 13;
      x ^= x >> 17;
      x ^= x << 5;
      memcpy(p + i, &x, 4);
    }
    p[0] = 0xeb;
    p[1] = (uint8_t)sector;
    p[kSector - 2] = 0x55;
    p[kSector - 1] = 0xaa;
  }
}

uint32_t sector_sum(const uint8_t *p) {
  uint32_t a = 0x4f2d1c3bu, b = 0;
  for (int i = 0; i < kSector; ++i) {
    a = (a << 3 | a >> 29) ^ p[i];
    b += a * 0x27d4eb2fu;
  }
  return a ^ b;
}

int licence_accepted(const char *text) {
  /* A check in the manner of shareware of the time; what it guards is nothing. */
  uint32_t sum = 0x6c078965u;
  int groups = 0, digits = 0;
  for (; *text; ++text) {
    if (*text == '-') {
      if (digits != 5) return 0;
      ++groups;
      digits = 0;
      continue;
    }
    int v = *text >= '0' && *text <= '9' ? *text - '0' : *text >= 'A' && *text <= 'Z' ? *text - 'A' + 10 : -1;
    if (v < 0) return 0;
    sum = sum * 36u + (uint32_t)v;
    sum ^= sum >> 15;
    ++digits;
  }
  return groups == 3 && digits == 5 ? (int)(sum % 97u) : 0;
}

uint32_t fill_range(struct disk *d, uint32_t first, uint32_t count, const uint8_t *pattern, unsigned size) {
  uint32_t done = 0;
  if (first >= d->sectors || size == 0) return 0;
  if (count > d->sectors - first) count = d->sectors - first;
  for (uint32_t s = first; s < first + count; ++s) {
    uint8_t *p = d->bytes + (size_t)s * kSector;
    uint32_t before = sector_sum(p);
    for (int i = 0; i < kSector; ++i) p[i] = pattern[(unsigned)i % size];
    if (sector_sum(p) != before) ++done;
    if ((s & 15u) == 15u) d->progress = (s - first + 1) * 1000u / count;
  }
  return done;
}

uint32_t survivors(const struct disk *d, uint32_t *longest) {
  uint32_t alive = 0, run = 0;
  *longest = 0;
  for (uint32_t s = 0; s < d->sectors; ++s) {
    const uint8_t *p = d->bytes + (size_t)s * kSector;
    if (p[kSector - 2] == 0x55 && p[kSector - 1] == 0xaa && p[1] == (uint8_t)s) {
      ++alive;
      if (++run > *longest) *longest = run;
    } else {
      run = 0;
    }
  }
  return alive;
}
