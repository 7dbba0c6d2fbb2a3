#pragma once
// Bytes that someone else owns, and the few conversions between them and text.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace prova {

/// Read-only bytes owned by someone else: a mapped file, a section, a test's array.
using ByteView = std::span<const std::byte>;

/// Views text as bytes. The bytes live as long as the text.
[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// Views bytes as text, whatever they hold: the result may contain NUL and invalid UTF-8.
[[nodiscard]] inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The part [offset, offset+size) of `bytes`, cut at its end; empty when `offset` lies past it. Never out of bounds.
[[nodiscard]] inline ByteView clamped(ByteView bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset >= bytes.size()) return {};
  const std::uint64_t room = bytes.size() - offset;
  return bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size < room ? size : room));
}

}  // namespace prova
