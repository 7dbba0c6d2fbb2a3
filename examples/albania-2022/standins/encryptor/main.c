/* Stand-in for an encryptor: scrambles one sentence in memory and restores it. Touches no file. Harmless. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../shared/shared.h"

static const char kSentence[] =
    "This program is a harmless stand-in. It scrambles this sentence in its own memory, restores it, and ends. "
    "It opens no file and no connection.";

struct stream { uint32_t state[8]; uint8_t block[32]; unsigned used; uint64_t counter; };

static uint32_t turn(uint32_t x, unsigned n) { return x << n | x >> (32 - n); }

static void stream_start(struct stream *c, const char *phrase) {
  uint32_t key[4];
  memset(c, 0, sizeof *c);
  codec_key(name_hash(phrase), key);
  for (int i = 0; i < 8; ++i) c->state[i] = key[i & 3] * (2u * (unsigned)i + 1u) ^ 0x243f6a88u;
  c->used = sizeof c->block;
}

static void stream_refill(struct stream *c) {
  uint32_t x[8];
  memcpy(x, c->state, sizeof x);
  x[7] ^= (uint32_t)c->counter++;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 4; ++i) {
      x[i] += x[i + 4];
      x[(i + 3) & 7] = turn(x[(i + 3) & 7] ^ x[i], 16 - 3 * (unsigned)i);
    }
    x[0] ^= 0xb7e15163u + (uint32_t)round;
  }
  for (int i = 0; i < 8; ++i) {
    x[i] += c->state[i];
    memcpy(c->block + 4 * i, &x[i], 4);
  }
  c->used = 0;
}

static void stream_apply(struct stream *c, uint8_t *data, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (c->used == sizeof c->block) stream_refill(c);
    data[i] ^= c->block[c->used++];
  }
}

static double evenness(const uint8_t *data, size_t size) {
  unsigned count[256] = {0};
  double score = 0;
  for (size_t i = 0; i < size; ++i) ++count[data[i]];
  for (int i = 0; i < 256; ++i) {
    double d = count[i] - size / 256.0;
    score += d * d * 256.0 / (double)size;
  }
  return score;
}

static int scramble(struct session *s, const char *argument) {
  struct stream c;
  size_t n = strlen(kSentence);
  if (n > sizeof s->store) return -31;
  memcpy(s->store, kSentence, n);
  stream_start(&c, argument);
  stream_apply(&c, s->store, n);
  s->used = n;
  journal_add(&s->journal, 1, "evenness", (long)evenness(s->store, n));
  return (int)n;
}

static int restore(struct session *s, const char *argument) {
  struct stream c;
  stream_start(&c, argument);
  stream_apply(&c, s->store, s->used);
  return memcmp(s->store, kSentence, s->used) == 0 ? (int)s->used : -32;
}

static int note(struct session *s, const char *argument) {
  struct writer w = {s->store, 0, sizeof s->store, 0};
  const uint8_t *value;
  size_t length;
  record_text(&w, 0x21, argument);
  record_number(&w, 0x22, s->config.stamp);
  record_close(&w);
  if (w.overflow || record_check(w.data, w.size) != 0) return -33;
  if (record_find(w.data, w.size, 0x21, &value, &length) != 2 || length != strlen(argument)) return -34;
  s->used = w.size;
  return (int)w.size;
}

static int shrink(struct session *s, const char *argument) {
  uint8_t small[4096], again[4096];
  uint8_t z[8192];
  uLongf z_size = sizeof z;
  size_t n = squeeze(s->store, s->used, small, sizeof small);
  (void)argument;
  if (unsqueeze(small, n, again, sizeof again) != s->used) return -35;
  if (compress2(z, &z_size, s->store, (uLong)s->used, 5) != Z_OK) return -36;
  return (int)(n < z_size ? n : z_size);
}

static int history(struct session *s, const char *argument) {
  char text[2048];
  size_t n = journal_dump(&s->journal, (uint32_t)config_number(&s->config, argument, 1), text, sizeof text);
  fwrite(text, 1, n, stdout);
  return (int)n;
}

int main(void) {
  static struct session s;
  struct entry table[5] = {{name_hash("scramble"), scramble}, {name_hash("restore"), restore}, {name_hash("note"), note},
                           {name_hash("shrink"), shrink}, {name_hash("history"), history}};
  char phrase[64], line[96];
  uint8_t hidden[64];
  size_t n = codec_encode("two heads, one eagle", 0x2207u, hidden, sizeof hidden);
  codec_decode(hidden, n, 0x2207u, phrase, sizeof phrase);
  if (config_parse(&s.config, "level = 1; mode = memory only; name = encryptor;") < 3) return 1;
  snprintf(line, sizeof line, "scramble %s", phrase);
  dispatch(&s, table, 5, line);
  snprintf(line, sizeof line, "restore %s", phrase);
  dispatch(&s, table, 5, line);
  dispatch(&s, table, 5, "note a stand-in leaves no note");
  dispatch(&s, table, 5, "shrink");
  dispatch(&s, table, 5, "history level");
  printf("encryptor stand-in: %u events\n", (unsigned)s.journal.next);
  return 0;
}
