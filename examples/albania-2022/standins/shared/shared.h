/* Code that the older tool and the encryptor stand-ins have in common. Works on memory only. */
#ifndef PROVA_STANDIN_SHARED_H
#define PROVA_STANDIN_SHARED_H
#include <stddef.h>
#include <stdint.h>

#ifndef PROVA_STANDIN_YEAR
#define PROVA_STANDIN_YEAR 2022
#endif

/* text_codec.c: strings are kept scrambled and decoded when needed. */
void codec_key(uint32_t seed, uint32_t key[4]);
size_t codec_decode(const uint8_t *in, size_t size, uint32_t seed, char *out, size_t room);
size_t codec_encode(const char *in, uint32_t seed, uint8_t *out, size_t room);

/* config.c: "name=value;" lists. */
struct setting { char name[24]; char value[72]; uint32_t tag; };
struct config { struct setting items[32]; int count; uint32_t stamp; };
int config_parse(struct config *config, const char *text);
const char *config_find(const struct config *config, const char *name);
int config_number(const struct config *config, const char *name, int otherwise);

/* record.c: tag, length, value. */
struct writer { uint8_t *data; size_t size, room; int overflow; };
void record_number(struct writer *w, uint16_t tag, uint64_t value);
void record_text(struct writer *w, uint16_t tag, const char *text);
void record_close(struct writer *w);
int record_check(const uint8_t *data, size_t size);
int record_find(const uint8_t *data, size_t size, uint16_t tag, const uint8_t **value, size_t *length);

/* journal.c: the last events, in a ring. */
struct event { uint32_t serial, level; char text[56]; };
struct journal { struct event ring[64]; uint32_t next; uint32_t dropped; };
void journal_add(struct journal *j, uint32_t level, const char *text, long number);
size_t journal_dump(const struct journal *j, uint32_t level, char *out, size_t room);

/* squeeze.c: a small LZ compressor. */
size_t squeeze(const uint8_t *in, size_t size, uint8_t *out, size_t room);
size_t unsqueeze(const uint8_t *in, size_t size, uint8_t *out, size_t room);

/* dispatch.c: commands by the hash of their name. */
struct session { struct config config; struct journal journal; uint8_t store[4096]; size_t used; };
typedef int (*command)(struct session *, const char *argument);
struct entry { uint32_t hash; command run; };
uint32_t name_hash(const char *name);
int dispatch(struct session *s, const struct entry *table, int count, const char *line);
#endif
