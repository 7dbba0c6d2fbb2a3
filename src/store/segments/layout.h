#pragma once
// Where things are in a segment file. The bytes are described in docs/formats/segment.md.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace prova {

constexpr std::string_view kSegmentMagic = "PROVASEG";
constexpr std::string_view kSegmentEndMagic = "PROVAEND";
constexpr std::uint32_t kSegmentVersion = 1;
constexpr std::uint64_t kSegmentHeaderBytes = 16;

/// Unit of the checksums. Small enough that one look-up in a cold file reads little, large enough that the table is
/// 0.05 % of the file.
constexpr std::uint64_t kBlockBytes = 16 * 1024;
/// Keys that share one entry of the key directory. A look-up decodes half of them on average, some 50 ns.
constexpr std::uint32_t kKeysPerGroup = 32;
/// A function's number leaves two bits of a 32-bit word for the lists that a posting belongs to.
constexpr std::uint32_t kMaxSegmentFunctions = 1U << 28;

/// Which lists of a fingerprint hold a feature. A posting holds at least one.
constexpr std::uint32_t kInOwn = 1;
constexpr std::uint32_t kInWithCallees = 2;
constexpr std::uint32_t kInBoth = kInOwn | kInWithCallees;

/// Parts of the file, in this order, between header and checksum table.
enum class SegmentPart : std::uint8_t {
  kGroups,           ///< Keys with their postings, kKeysPerGroup at a time.
  kGroupKeys,        ///< u32 per group: its first key.
  kGroupOffsets,     ///< u64 per group and one more: where it starts in kGroups.
  kPrints,           ///< Fingerprints as numbers of keys.
  kPrintOffsets,     ///< u32 per function and one more: where its fingerprint starts in kPrints.
  kExact,            ///< (upper half of the exact hash, function), ascending.
  kSampleBlocks,     ///< Records, names, callees and the like; one compressed block per sample.
  kSampleDirectory,  ///< One SampleEntry per sample.
};
constexpr std::size_t kSegmentParts = 8;

struct Extent {
  std::uint64_t offset = 0, size = 0;
  friend bool operator==(const Extent&, const Extent&) = default;
};

/// The footer: everything needed to find the parts.
struct SegmentLayout {
  std::uint32_t version = kSegmentVersion;
  std::uint32_t scheme = 0;
  std::uint32_t functions = 0, samples = 0, keys = 0;
  std::uint64_t postings = 0;
  std::array<Extent, kSegmentParts> parts{};
  std::uint64_t table_offset = 0;    ///< Of the checksum table: one XXH3 per block before it.
  std::uint64_t table_checksum = 0;  ///< XXH3 of the table.

  [[nodiscard]] const Extent& operator[](SegmentPart part) const { return parts[static_cast<std::size_t>(part)]; }
  [[nodiscard]] Extent& operator[](SegmentPart part) { return parts[static_cast<std::size_t>(part)]; }
  [[nodiscard]] std::uint64_t blocks() const { return (table_offset + kBlockBytes - 1) / kBlockBytes; }
  [[nodiscard]] std::uint32_t groups() const { return keys / kKeysPerGroup + (keys % kKeysPerGroup != 0 ? 1 : 0); }
  friend bool operator==(const SegmentLayout&, const SegmentLayout&) = default;
};
constexpr std::uint64_t kSegmentFooterBytes = 192;

/// Where one sample's block is and which functions are its own.
struct SampleEntry {
  std::uint64_t offset = 0;  ///< In kSampleBlocks.
  std::uint32_t stored_bytes = 0, raw_bytes = 0;
  std::uint32_t first_function = 0;
  std::uint32_t compression = 0;  ///< 0: none; 1: zstd.
};
constexpr std::uint64_t kSampleEntryBytes = 24;

[[nodiscard]] std::string encode_header(std::uint32_t scheme);
[[nodiscard]] std::string encode_footer(const SegmentLayout& layout);
/// Reads header and footer and checks every extent against the file and the counts. Afterwards each part lies within
/// the file and each fixed-width part has the size that the counts demand.
/// Errors: kStore, with the offset.
[[nodiscard]] Result<SegmentLayout> decode_layout(ByteView file);

}  // namespace prova
