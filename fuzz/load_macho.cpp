// Fuzz target: the Mach-O loaders, thin and fat, and every question that later layers ask of their result.

#include "binary/load.h"
#include "image_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const prova::ByteView file(reinterpret_cast<const std::byte*>(data), size);
  if (prova::looks_like_fat_macho(file)) {
    if (const auto loaded = prova::load_fat_macho(file)) {
      for (const prova::BinaryImage& image : loaded->images) prova::fuzz::walk(image);
    }
  } else if (const auto image = prova::load_macho(file)) {
    prova::fuzz::walk(*image);
  }
  return 0;
}
