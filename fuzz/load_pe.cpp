// PE32 and PE32+ images with all their tables and toolmarks.

#include "fuzz_image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  prova::fuzz::check(prova::load_pe(prova::fuzz::view(data, size)));
  return 0;
}
