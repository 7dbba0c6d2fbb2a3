#ifndef PROVA_STANDIN_PATTERN_H
#define PROVA_STANDIN_PATTERN_H
#include <stddef.h>
#include <stdint.h>
enum { kSector = 512 };
struct disk { uint8_t *bytes; uint32_t sectors, progress; };
void lay_out(struct disk *d, uint32_t seed);
uint32_t sector_sum(const uint8_t *p);
int licence_accepted(const char *text);
uint32_t fill_range(struct disk *d, uint32_t first, uint32_t count, const uint8_t *pattern, unsigned size);
uint32_t survivors(const struct disk *d, uint32_t *longest);
#endif
