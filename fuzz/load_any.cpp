// Whatever load() recognises.

#include "fuzz_image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  prova::fuzz::check(prova::load(prova::fuzz::view(data, size)));
  return 0;
}
