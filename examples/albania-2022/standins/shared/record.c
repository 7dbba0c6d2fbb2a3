#include <string.h>

#include "shared.h"

static void put(struct writer *w, const void *bytes, size_t n) {
  if (w->room - w->size < n) {
    w->overflow = 1;
    return;
  }
  memcpy(w->data + w->size, bytes, n);
  w->size += n;
}

static void put_length(struct writer *w, uint16_t tag, size_t length) {
  uint8_t head[4] = {(uint8_t)(tag >> 8), (uint8_t)tag, (uint8_t)(length >> 8), (uint8_t)length};
  put(w, head, 4);
}

static uint32_t seal(const uint8_t *data, size_t size) {
  uint32_t a = 0x8f1bbcdcu, b = 0xca62c1d6u;
  for (size_t i = 0; i < size; ++i) {
    a = (a ^ data[i]) * 0x5bd1e995u;
    b += (a >> 9) ^ (b << 5);
    if ((i & 63u) == 63u) a ^= b;
  }
  return a ^ (b >> 3);
}

void record_number(struct writer *w, uint16_t tag, uint64_t value) {
  uint8_t bytes[8];
  size_t n = 0;
  do {
    bytes[n++] = (uint8_t)(value & 0x7f) | (value > 0x7f ? 0x80 : 0);
    value >>= 7;
  } while (value && n < 8);
  put_length(w, tag, n);
  put(w, bytes, n);
}

void record_text(struct writer *w, uint16_t tag, const char *text) {
  size_t n = strlen(text);
  if (n > 0x3fff) n = 0x3fff;
  put_length(w, (uint16_t)(tag | 0x8000u), n);
  put(w, text, n);
}

void record_close(struct writer *w) {
  uint32_t s = seal(w->data, w->size);
  put_length(w, 0x7e7e, 4);
  put(w, &s, 4);
}

int record_check(const uint8_t *data, size_t size) {
  uint32_t expected;
  if (size < 8 || data[size - 8] != 0x7e || data[size - 7] != 0x7e) return -1;
  memcpy(&expected, data + size - 4, 4);
  return seal(data, size - 8) == expected ? 0 : -3;
}

int record_find(const uint8_t *data, size_t size, uint16_t tag, const uint8_t **value, size_t *length) {
  size_t at = 0;
  while (size - at >= 4) {
    uint16_t here = (uint16_t)(data[at] << 8 | data[at + 1]);
    size_t n = (size_t)data[at + 2] << 8 | data[at + 3];
    if (n > size - at - 4) return -4;
    if ((here & 0x7fffu) == tag) {
      *value = data + at + 4;
      *length = n;
      return here & 0x8000u ? 2 : 1;
    }
    at += 4 + n;
  }
  return 0;
}
