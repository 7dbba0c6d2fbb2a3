#include "shared.h"

static uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }

void codec_key(uint32_t seed, uint32_t key[4]) {
  uint32_t x = seed ^ 0x5b1ec07du;
  for (int i = 0; i < 4; ++i) {
    x = x * 0x2c9277b5u + 0x0ac564b1u;
    key[i] = rotate(x, 7 + 3 * i) ^ 0x71d67fffu;
  }
}

static uint8_t next_byte(uint32_t key[4], uint32_t position) {
  uint32_t t = key[0] ^ (key[0] << 11);
  key[0] = key[1];
  key[1] = key[2];
  key[2] = key[3];
  key[3] = key[3] ^ (key[3] >> 19) ^ t ^ (t >> 8);
#if PROVA_STANDIN_YEAR >= 2022
  if ((position & 15u) == 15u) key[1] += 0x3243f6a9u;
#endif
  return (uint8_t)(key[3] >> (8 * (position & 3u)));
}

size_t codec_decode(const uint8_t *in, size_t size, uint32_t seed, char *out, size_t room) {
  uint32_t key[4];
  uint8_t previous = 0xa7;
  size_t n = 0;
  codec_key(seed, key);
  for (size_t i = 0; i < size && n + 1 < room; ++i) {
    uint8_t c = (uint8_t)(in[i] ^ next_byte(key, (uint32_t)i) ^ previous);
    previous = in[i];
    if (c == 0x1f) continue;
    out[n++] = (char)c;
  }
  if (room) out[n] = 0;
  return n;
}

size_t codec_encode(const char *in, uint32_t seed, uint8_t *out, size_t room) {
  uint32_t key[4];
  uint8_t previous = 0xa7;
  size_t n = 0;
  codec_key(seed, key);
  while (in[n] && n < room) {
    out[n] = (uint8_t)((uint8_t)in[n] ^ next_byte(key, (uint32_t)n) ^ previous);
    previous = out[n];
    ++n;
  }
  return n;
}
