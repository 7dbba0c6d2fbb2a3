// The reader of the files below the knowledge directory.

#include <cstdint>
#include <string_view>

#include "knowledge/source_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(prova::knowledge::parse_source({reinterpret_cast<const char*>(data), size}));
  return 0;
}
