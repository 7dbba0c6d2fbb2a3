/* Somebody else's program, as noise: evaluates fixed expressions by recursive descent. */
#include <bzlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct input { const char *at; int errors; };

static double expression(struct input *in);

static void blanks(struct input *in) {
  while (*in->at == ' ') ++in->at;
}

static double primary(struct input *in) {
  blanks(in);
  if (*in->at == '(') {
    ++in->at;
    double v = expression(in);
    blanks(in);
    if (*in->at == ')') ++in->at; else ++in->errors;
    return v;
  }
  if (*in->at == '-') {
    ++in->at;
    return -primary(in);
  }
  if (strncmp(in->at, "sqrt", 4) == 0) {
    in->at += 4;
    return sqrt(primary(in));
  }
  char *end;
  double v = strtod(in->at, &end);
  if (end == in->at) ++in->errors;
  in->at = end;
  return v;
}

static double power(struct input *in) {
  double v = primary(in);
  blanks(in);
  if (*in->at == '^') {
    ++in->at;
    v = pow(v, power(in));
  }
  return v;
}

static double term(struct input *in) {
  double v = power(in);
  for (;;) {
    blanks(in);
    if (*in->at == '*') { ++in->at; v *= power(in); }
    else if (*in->at == '/') { ++in->at; v /= power(in); }
    else return v;
  }
}

static double expression(struct input *in) {
  double v = term(in);
  for (;;) {
    blanks(in);
    if (*in->at == '+') { ++in->at; v += term(in); }
    else if (*in->at == '-') { ++in->at; v -= term(in); }
    else return v;
  }
}

int main(void) {
  static const char *kTasks[] = {"1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2 / 512", "sqrt(2) * sqrt(2) - 2", "7 - -7 / (3 - 1)"};
  char log[512], packed[1024];
  unsigned size = sizeof packed;
  size_t used = 0;
  for (size_t i = 0; i < sizeof kTasks / sizeof *kTasks; ++i) {
    struct input in = {kTasks[i], 0};
    double v = expression(&in);
    used += (size_t)snprintf(log + used, sizeof log - used, "%s = %.6g%s\n", kTasks[i], v, in.errors ? " ?" : "");
  }
  fputs(log, stdout);
  if (BZ2_bzBuffToBuffCompress(packed, &size, log, (unsigned)used, 9, 0, 0) == BZ_OK) printf("log of %u bytes\n", size);
  return 0;
}
