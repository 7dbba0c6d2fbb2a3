// Fuzz target: the ELF loader, and every question that later layers ask of its result.

#include "binary/load.h"
#include "image_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const prova::ByteView file(reinterpret_cast<const std::byte*>(data), size);
  if (const auto image = prova::load_elf(file)) prova::fuzz::walk(*image);
  return 0;
}
