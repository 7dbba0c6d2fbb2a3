// Moves partitions as `prova index move` does, for tests that kill it.
//
//   partition_mover URL PARTITION SERVER [STEPS]
//
// Prints a line per step. With STEPS it kills itself with -9 at that step, counted from 1. Exits with 0 when everything was moved.

#include <fmt/format.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>

#include "store/shards.h"

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const int last_step = argc > 4 ? std::atoi(argv[4]) : 0;
  int step = 0;
  const auto moved = prova::move_partitions(argv[1], {{static_cast<std::int16_t>(std::atoi(argv[2]))}, argv[3], false},
                                            [&](std::string_view stage, std::uint64_t done, std::uint64_t total) {
    fmt::print("{} {} {}\n", stage, done, total);
    std::fflush(stdout);
    if (++step == last_step) ::raise(SIGKILL);
    return true;
  });
  if (moved) return 0;
  fmt::print("error {}\n", prova::to_string(moved.error()));
  return 4;
}
