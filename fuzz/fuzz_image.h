#pragma once
// What every fuzz target of a loader does with its result.

#include <cstdlib>

#include "binary/walk_test_support.h"

namespace prova::fuzz {

/// Keeps the compiler from dropping a walk whose result nobody reads.
inline volatile std::uint64_t sink = 0;

/// Reads everything that the image points at and stops the process when a promise of the loader is broken.
inline void check(const BinaryImage& image) {
  sink = test::walk(image);
  if (test::broken_promise(image) != nullptr) std::abort();
}

inline void check(const Result<BinaryImage>& image) {
  if (image) check(*image);
}

inline void check(const Result<LoadedFile>& file) {
  if (!file) return;
  if (file->images.empty()) std::abort();
  for (const BinaryImage& image : file->images) check(image);
}

inline ByteView view(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const std::byte*>(data), size};
}

}  // namespace prova::fuzz
