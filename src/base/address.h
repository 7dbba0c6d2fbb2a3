#pragma once
// The three meanings of "address". They are distinct types, so one is never taken for another by accident.

#include <cstdint>

namespace prova {

/// Offset of a byte in the file as stored on disk. Unit: bytes from the start.
enum class FileOffset : std::uint64_t {};
/// Offset from the image base once the loader has mapped the file. Unit: bytes.
enum class Rva : std::uint32_t {};
/// Address in the program's memory as linked. Unit: bytes.
enum class VirtualAddress : std::uint64_t {};

[[nodiscard]] constexpr std::uint64_t raw(FileOffset offset) { return static_cast<std::uint64_t>(offset); }
[[nodiscard]] constexpr std::uint32_t raw(Rva rva) { return static_cast<std::uint32_t>(rva); }
[[nodiscard]] constexpr std::uint64_t raw(VirtualAddress address) { return static_cast<std::uint64_t>(address); }

/// Moves an address or offset by a signed number of bytes; wraps modulo 2^64 as the machine does.
[[nodiscard]] constexpr VirtualAddress operator+(VirtualAddress address, std::uint64_t bytes) {
  return VirtualAddress{raw(address) + bytes};
}
[[nodiscard]] constexpr FileOffset operator+(FileOffset offset, std::uint64_t bytes) {
  return FileOffset{raw(offset) + bytes};
}
/// Distance in bytes from `from` to `to`, modulo 2^64.
[[nodiscard]] constexpr std::uint64_t distance(VirtualAddress from, VirtualAddress to) { return raw(to) - raw(from); }

}  // namespace prova
