// From the first bytes of a file to the loader that reads it.

#include "binary/load.h"

#include <fmt/format.h>
#include <array>

#include "base/hash.h"

namespace prova {
namespace {

/// A single-image loader and how to recognise its files. COFF objects come last: theirs is the weakest magic.
struct Loader {
  bool (*recognises)(ByteView);
  Result<BinaryImage> (*load)(ByteView);
};
constexpr auto kLoaders = std::to_array<Loader>({{looks_like_pe, load_pe},
                                                 {looks_like_elf, load_elf},
                                                 {looks_like_macho, load_macho},
                                                 {looks_like_coff_object, load_coff_object}});

Result<LoadedFile> alone(Result<BinaryImage> image) {
  if (!image) return tl::unexpected<Error>(std::move(image).error());
  LoadedFile loaded;
  loaded.images.push_back(*std::move(image));
  return loaded;
}

}  // namespace

Result<LoadedFile> load(ByteView file, const std::optional<RawLayout>& raw) {
  if (raw) return alone(load_raw(file, *raw));
  if (file.empty()) return fail(ErrorCode::kUnsupported, "the file is empty, expected a program", FileOffset{0});
  if (looks_like_archive(file)) return load_archive(file);
  if (looks_like_fat_macho(file)) return load_fat_macho(file);
  for (const Loader& loader : kLoaders) {
    if (loader.recognises(file)) return alone(loader.load(file));
  }
  return fail(ErrorCode::kUnsupported,
              fmt::format("begins with {}, expected PE, ELF, Mach-O, a COFF object or an ar archive",
                          to_hex(clamped(file, 0, 4))),
              FileOffset{0});
}

}  // namespace prova
