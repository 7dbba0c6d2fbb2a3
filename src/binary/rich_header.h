#pragma once
// The Rich header: which Microsoft compilers and linkers took part, and with how many objects. Undocumented by
// Microsoft; described by D. Pistelli, "Microsoft's Rich Signature (undocumented)", 2008, and Webster et al.,
// "Finding the Needle: A Study of the PE32 Rich Header and Respective Malware Triage", DIMVA 2017.

#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace prova {

struct RichEntry {
  std::uint16_t product = 0;  ///< Which tool ("prodid"): 259 is the C compiler of Visual Studio 2015 and later.
  std::uint16_t build = 0;
  std::uint32_t count = 0;  ///< How many objects it made.
  FileOffset offset{};
};

struct RichHeader {
  std::vector<RichEntry> entries;
  FileOffset offset{};  ///< Of the encoded "DanS".
  FileOffset key_offset{};
  std::uint32_t key = 0;              ///< The checksum that the file states, which is also the XOR key.
  std::uint32_t checksum = 0;         ///< The checksum computed from DOS header, stub and entries.
  std::vector<std::byte> clear_data;  ///< "DanS" to before "Rich", decoded.
};

/// The Rich header before `pe_offset` (e_lfanew); nullopt when there is none. O(kMaxRichEnd).
[[nodiscard]] std::optional<RichHeader> read_rich_header(ByteView file, FileOffset pe_offset);

/// Linkers put it at 0x80 with some dozens of 8-byte entries; nothing past this offset is searched.
constexpr std::uint64_t kMaxRichEnd = 0x1000;

}  // namespace prova
