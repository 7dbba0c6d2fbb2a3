#pragma once
// Small reads from an image for those who look at on-disk structures.

#include <cstring>
#include <string>

#include "content/image/image_reader.h"

namespace prova {

constexpr std::uint64_t kSectorBytes = 512;

/// `size` bytes at `offset`; shorter, or empty, where the image ends or cannot be read.
[[nodiscard]] inline std::string bytes_at(const ImageReader& image, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  const auto got = image.read(offset, {reinterpret_cast<std::byte*>(bytes.data()), bytes.size()});
  bytes.resize(got ? *got : 0);
  return bytes;
}

/// The little-endian integer at `at`, 0 past the end of `bytes`.
template <typename T>
[[nodiscard]] T little(std::string_view bytes, std::size_t at) {
  T value{};
  if (at <= bytes.size() && sizeof(T) <= bytes.size() - at) std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

}  // namespace prova
