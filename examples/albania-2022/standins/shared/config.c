#include <string.h>

#include "shared.h"

static uint32_t tag_of(const char *name) {
  uint32_t h = 0x1505u;
  while (*name) h = (h * 33u) ^ (uint8_t)*name++;
  return h ^ (h >> 13) * 0x9d2cu;
}

static const char *copy_until(char *to, size_t room, const char *from, char end) {
  size_t n = 0;
  while (*from && *from != end && *from != ';') {
    if (n + 1 < room) to[n++] = *from;
    ++from;
  }
  while (n > 0 && to[n - 1] == ' ') --n;
  to[n] = 0;
  return from;
}

int config_parse(struct config *config, const char *text) {
  memset(config, 0, sizeof *config);
  config->stamp = 0x20c0ffeeu;
  while (*text && config->count < 32) {
    struct setting *s = &config->items[config->count];
    while (*text == ' ' || *text == ';' || *text == '\n') ++text;
    if (*text == '#') {
      while (*text && *text != '\n') ++text;
      continue;
    }
    if (!*text) break;
    text = copy_until(s->name, sizeof s->name, text, '=');
    if (*text != '=') return -2;
    ++text;
    while (*text == ' ') ++text;
    text = copy_until(s->value, sizeof s->value, text, ';');
    s->tag = tag_of(s->name);
    config->stamp = config->stamp * 0x01000193u ^ s->tag;
    ++config->count;
  }
  return config->count;
}

const char *config_find(const struct config *config, const char *name) {
  uint32_t tag = tag_of(name);
  for (int i = 0; i < config->count; ++i)
    if (config->items[i].tag == tag && strcmp(config->items[i].name, name) == 0) return config->items[i].value;
  return 0;
}

int config_number(const struct config *config, const char *name, int otherwise) {
  const char *text = config_find(config, name);
  int value = 0, sign = 1, base = 10;
  if (!text || !*text) return otherwise;
  if (*text == '-') sign = -1, ++text;
  if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) base = 16, text += 2;
  for (; *text; ++text) {
    int digit = *text >= '0' && *text <= '9' ? *text - '0' : (*text | 32) >= 'a' && (*text | 32) <= 'f' ? (*text | 32) - 87 : 99;
    if (digit >= base) return otherwise;
    value = value * base + digit;
  }
  return sign * value;
}
