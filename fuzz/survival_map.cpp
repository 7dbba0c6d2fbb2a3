// A survival map of hostile bytes: opened, and every image read at several scales.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "content/damage/survival_map.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = ::memfd_create("map", MFD_CLOEXEC);
  if (file < 0) return 0;
  const bool written = ::write(file, data, size) == static_cast<ssize_t>(size);
  auto map = prova::SurvivalMapFile::open("/proc/self/fd/" + std::to_string(file));
  if (written && map) {
    const auto images = map->images();
    for (std::size_t i = 0; i < images.size() && i < 8; ++i) {
      for (const std::uint64_t each : {1ULL, 3ULL, 1000ULL, ~0ULL}) {
        for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{1}, images[i].steps / 2, ~std::uint64_t{0}}) {
          std::uint64_t cells = 0;
          if (const auto runs = map->cells(images[i], first, each, 64)) {
            for (const prova::CellRun& run : *runs) cells += run.cells;
          }
          if (cells > 64) __builtin_trap();
        }
      }
    }
  }
  ::close(file);
  return 0;
}
