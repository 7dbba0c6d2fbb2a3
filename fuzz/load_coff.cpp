// COFF objects, /bigobj ones included, and the application of their relocations.

#include "fuzz_image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  prova::fuzz::check(prova::load_coff_object(prova::fuzz::view(data, size)));
  return 0;
}
