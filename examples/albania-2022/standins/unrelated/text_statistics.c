/* Somebody else's program, as noise: counts words of a fixed text. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const char kText[] =
    "When in the course of human events it becomes necessary to count words, a small program that counts words is enough. "
    "It reads a text, splits it at spaces, keeps a tree of words, and prints the most frequent ones in order of frequency.";

struct node { struct node *left, *right; char word[24]; int count; };

static struct node *insert(struct node *tree, const char *word) {
  if (!tree) {
    tree = calloc(1, sizeof *tree);
    if (!tree) exit(2);
    strncpy(tree->word, word, sizeof tree->word - 1);
  }
  int order = strcmp(word, tree->word);
  if (order == 0) ++tree->count;
  if (order < 0) tree->left = insert(tree->left, word);
  if (order > 0) tree->right = insert(tree->right, word);
  return tree;
}

static int depth(const struct node *tree) {
  if (!tree) return 0;
  int l = depth(tree->left), r = depth(tree->right);
  return 1 + (l > r ? l : r);
}

static void collect(struct node *tree, struct node **list, int *n) {
  if (!tree) return;
  collect(tree->left, list, n);
  list[(*n)++] = tree;
  collect(tree->right, list, n);
}

static int by_count(const void *a, const void *b) {
  const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;
  return x->count != y->count ? y->count - x->count : strcmp(x->word, y->word);
}

static int syllables(const char *word) {
  int n = 0, in_vowel = 0;
  for (; *word; ++word) {
    int vowel = strchr("aeiouy", *word) != 0;
    if (vowel && !in_vowel) ++n;
    in_vowel = vowel;
  }
  return n ? n : 1;
}

int main(void) {
  struct node *tree = 0, *list[256];
  int n = 0, total = 0, heard = 0;
  char word[24];
  size_t used = 0;
  for (const char *p = kText;; ++p) {
    if (isalpha((unsigned char)*p) && used + 1 < sizeof word) {
      word[used++] = (char)tolower((unsigned char)*p);
    } else if (used > 0) {
      word[used] = 0;
      tree = insert(tree, word);
      heard += syllables(word);
      ++total;
      used = 0;
    }
    if (!*p) break;
  }
  collect(tree, list, &n);
  qsort(list, (size_t)n, sizeof *list, by_count);
  for (int i = 0; i < 5 && i < n; ++i) printf("%-12s %d\n", list[i]->word, list[i]->count);
  printf("%d words, %d different, %d syllables, depth %d, crc %lx\n", total, n, heard, depth(tree),
         crc32(0, (const Bytef *)kText, sizeof kText));
  return 0;
}
