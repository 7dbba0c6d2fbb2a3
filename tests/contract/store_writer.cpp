// A process that fills a store until it is killed. Batch number b holds kSamplesPerBatch samples named "b/i".
//
//   store_writer DIRECTORY FIRST_BATCH [MAX_FILE_BYTES]
//
// Prints "done b" after each batch. With MAX_FILE_BYTES the system refuses to write files beyond that size, as a full
// disk would, and the program prints the error and exits with 4.

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

#include "store/open.h"
#include "store_faults.h"
#include "store_samples.h"

namespace {

int fill(const char* directory, std::uint64_t batch) {
  auto store = prova::open_store(directory, prova::OpenMode::kWrite);
  if (!store) {
    fmt::print("error {}\n", prova::to_string(store.error()));
    return 4;
  }
  for (;; ++batch) {
    if (const auto added = (*store)->add(prova::numbered_batch(batch)); !added) {
      fmt::print("error {}\n", prova::to_string(added.error()));
      return 4;
    }
    fmt::print("done {}\n", batch);
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  if (argc > 3) {
    ::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit limit {std::strtoull(argv[3], nullptr, 10), RLIM_INFINITY};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
  }
  return fill(argv[1], std::strtoull(argv[2], nullptr, 10));
}
