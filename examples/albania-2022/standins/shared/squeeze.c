#include <string.h>

#include "shared.h"

static uint32_t slot_of(const uint8_t *p) {
  uint32_t v = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
  return (v * 0x9e5f3d1bu) >> 22;
}

static size_t run_length(const uint8_t *a, const uint8_t *b, size_t limit) {
  size_t n = 0;
  while (n < limit && a[n] == b[n]) ++n;
  return n;
}

static size_t flush_literals(uint8_t *out, size_t at, size_t room, const uint8_t *from, size_t count) {
  while (count > 0) {
    size_t n = count > 96 ? 96 : count;
    if (at + n + 1 > room) return room + 1;
    out[at++] = (uint8_t)(n - 1);
    memcpy(out + at, from, n);
    at += n;
    from += n;
    count -= n;
  }
  return at;
}

size_t squeeze(const uint8_t *in, size_t size, uint8_t *out, size_t room) {
  uint16_t table[1024];
  size_t at = 0, literal = 0, i = 0;
  memset(table, 0xff, sizeof table);
  while (i + 3 < size) {
    uint32_t slot = slot_of(in + i);
    size_t candidate = table[slot];
    table[slot] = (uint16_t)i;
    if (candidate != 0xffff && candidate < i && i - candidate < 1024) {
      size_t n = run_length(in + candidate, in + i, size - i > 34 ? 34 : size - i);
      if (n >= 4) {
        at = flush_literals(out, at, room, in + literal, i - literal);
        if (at + 2 > room) return 0;
        out[at++] = (uint8_t)(0x80 | (n - 4) << 2 | (((i - candidate) >> 8) & 3));
        out[at++] = (uint8_t)(i - candidate);
        i += n;
        literal = i;
        continue;
      }
    }
    ++i;
  }
  at = flush_literals(out, at, room, in + literal, size - literal);
  return at > room ? 0 : at;
}

size_t unsqueeze(const uint8_t *in, size_t size, uint8_t *out, size_t room) {
  size_t i = 0, at = 0;
  while (i < size) {
    uint8_t head = in[i++];
    if (head & 0x80) {
      size_t n = ((head >> 2) & 31u) + 4;
      size_t back;
      if (i >= size) return 0;
      back = (size_t)(head & 3u) << 8 | in[i++];
      if (back == 0 || back > at || at + n > room) return 0;
      for (; n > 0; --n, ++at) out[at] = out[at - back];
    } else {
      size_t n = (size_t)head + 1;
      if (n > size - i || n > room - at) return 0;
      memcpy(out + at, in + i, n);
      i += n;
      at += n;
    }
  }
  return at;
}
