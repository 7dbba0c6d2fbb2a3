#pragma once
// Checked reads from untrusted bytes. Every read states where it is and fails with that offset.

#include <bit>
#include <concepts>
#include <cstring>
#include <fmt/format.h>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace prova {

/// Converts between the machine's and a file's byte order. A value is stored as it lies in the file.
template <std::integral T>
[[nodiscard]] constexpr T byte_swapped(T value) {
  if constexpr (sizeof(T) == 1) return value;
  if constexpr (sizeof(T) == 2) return static_cast<T>(__builtin_bswap16(static_cast<std::uint16_t>(value)));
  if constexpr (sizeof(T) == 4) return static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
  if constexpr (sizeof(T) == 8) return static_cast<T>(__builtin_bswap64(static_cast<std::uint64_t>(value)));
}

/// Reads integers, slices and strings at offsets of a buffer. Does not own the bytes. Copying is free.
/// `origin` is the offset of the buffer's first byte in the file, so that errors name the file's own offsets.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes, std::endian order = std::endian::little, FileOffset origin = FileOffset{0})
      : bytes_(bytes), order_(order), origin_(origin) {}

  [[nodiscard]] std::uint64_t size() const { return bytes_.size(); }
  [[nodiscard]] ByteView bytes() const { return bytes_; }
  [[nodiscard]] std::endian order() const { return order_; }

  /// The integer at `offset` (relative to this buffer). Errors: kTruncated. O(1).
  template <std::integral T>
  [[nodiscard]] Result<T> read_at(FileOffset offset) const {
    if (!contains(offset, sizeof(T))) return truncated(offset, sizeof(T));
    T value;
    std::memcpy(&value, bytes_.data() + raw(offset), sizeof(T));
    return order_ == std::endian::native ? value : byte_swapped(value);
  }

  /// The integer at `offset`, or `otherwise` when it lies outside.
  template <std::integral T>
  [[nodiscard]] T value_at(FileOffset offset, T otherwise = T{}) const {
    const auto value = read_at<T>(offset);
    return value ? *value : otherwise;
  }

  /// `size` bytes at `offset`, all of them or kTruncated. O(1).
  [[nodiscard]] Result<ByteView> slice(FileOffset offset, std::uint64_t size) const {
    if (!contains(offset, size)) return truncated(offset, size);
    return bytes_.subspan(static_cast<std::size_t>(raw(offset)), static_cast<std::size_t>(size));
  }

  /// The text from `offset` to the next NUL, at most `limit` bytes.
  /// Errors: kTruncated (no NUL before the end); kLimit (no NUL within `limit`). O(length).
  [[nodiscard]] Result<std::string_view> c_string(FileOffset offset, std::uint64_t limit) const {
    const ByteView rest = clamped(bytes_, raw(offset), limit);
    if (rest.empty()) return truncated(offset, 1);
    const void* nul = std::memchr(rest.data(), 0, rest.size());
    if (nul == nullptr) {
      return fail(rest.size() == limit ? ErrorCode::kLimit : ErrorCode::kTruncated,
                  fmt::format("string without an end in {} bytes", rest.size()), origin_ + raw(offset));
    }
    return as_text(rest.first(static_cast<std::size_t>(static_cast<const std::byte*>(nul) - rest.data())));
  }

  [[nodiscard]] bool contains(FileOffset offset, std::uint64_t size) const {
    return raw(offset) <= bytes_.size() && size <= bytes_.size() - raw(offset);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> truncated(FileOffset offset, std::uint64_t size) const {
    return fail(ErrorCode::kTruncated,
                fmt::format("{} bytes needed, {} left", size,
                            raw(offset) < bytes_.size() ? bytes_.size() - raw(offset) : 0),
                origin_ + raw(offset));
  }

  ByteView bytes_;
  std::endian order_;
  FileOffset origin_;
};

}  // namespace prova
