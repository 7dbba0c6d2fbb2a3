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
constexpr std::uint32_t kSegmentVersion = 2;
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

/// Keys fall into classes by how many functions of the segment hold them: class c begins at kClassFloors[c] of them. A
/// fingerprint names keys class by class, because a frequent key is one of few and then takes few bits.
constexpr std::array<std::uint32_t, 5> kClassFloors{1, 16, 128, 1'024, 8'192};
constexpr std::size_t kKeyClasses = kClassFloors.size();
[[nodiscard]] constexpr std::size_t key_class(std::uint64_t holders) {
  std::size_t c = 0;
  while (c + 1 < kKeyClasses && holders >= kClassFloors[c + 1]) ++c;
  return c;
}
/// How many numbers each class has. Class 0 counts all keys: its numbers are ordinals (ranks among all keys).
using ClassSizes = std::array<std::uint32_t, kKeyClasses>;

/// How fingerprints name a key: the class in the upper 3 bits, the number within the class in the others.
using KeyCode = std::uint32_t;
constexpr unsigned kNumberBits = 29;
constexpr std::uint32_t kMaxSegmentKeys = 1U << kNumberBits;
[[nodiscard]] constexpr KeyCode key_code(std::size_t c, std::uint32_t number) {
  return static_cast<KeyCode>(c << kNumberBits | number);
}
[[nodiscard]] constexpr std::size_t class_of(KeyCode code) { return code >> kNumberBits; }
[[nodiscard]] constexpr std::uint32_t number_of(KeyCode code) { return code & (kMaxSegmentKeys - 1); }

/// Parts of the file, in this order, between header and checksum table.
enum class SegmentPart : std::uint8_t {
  kGroups,           ///< Keys with their postings, kKeysPerGroup at a time.
  kGroupKeys,        ///< u32 per group: its first key.
  kGroupOffsets,     ///< u64 per group and one more: where it starts in kGroups.
  kFrequentKeys,     ///< u32 per key of class 1 and above, by class, ascending in each.
  kPrints,           ///< Fingerprints as codes of keys, each different one once.
  kPrintOffsets,     ///< u32 per function: where its fingerprint starts in kPrints.
  kExact,            ///< (upper half of the exact hash, function), ascending.
  kSampleBlocks,     ///< Records, names, callees and the like; one compressed block per sample.
  kSampleDirectory,  ///< One SampleEntry per sample.
};
constexpr std::size_t kSegmentParts = 9;

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
  ClassSizes classes{};  ///< classes[0] = keys.
  std::array<Extent, kSegmentParts> parts{};
  std::uint64_t table_offset = 0;    ///< Of the checksum table: one XXH3 per block before it.
  std::uint64_t table_checksum = 0;  ///< XXH3 of the table.

  [[nodiscard]] const Extent& operator[](SegmentPart part) const { return parts[static_cast<std::size_t>(part)]; }
  [[nodiscard]] Extent& operator[](SegmentPart part) { return parts[static_cast<std::size_t>(part)]; }
  [[nodiscard]] std::uint64_t blocks() const { return (table_offset + kBlockBytes - 1) / kBlockBytes; }
  [[nodiscard]] std::uint32_t groups() const { return keys / kKeysPerGroup + (keys % kKeysPerGroup != 0 ? 1 : 0); }
  /// Keys of the classes from 1 up to but not including `end`.
  [[nodiscard]] std::uint64_t frequent_keys(std::size_t end = kKeyClasses) const {
    std::uint64_t sum = 0;
    for (std::size_t c = 1; c < end; ++c) sum += classes[c];
    return sum;
  }
  friend bool operator==(const SegmentLayout&, const SegmentLayout&) = default;
};
constexpr std::uint64_t kSegmentFooterBytes = 224;

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
