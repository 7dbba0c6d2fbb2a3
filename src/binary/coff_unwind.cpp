#include "binary/coff_unwind.h"

#include "base/byte_reader.h"

namespace prova::pe {
namespace {

constexpr std::uint64_t kRuntimeFunctionSize = 12;  // x64: begin, end, unwind information, all RVAs.
constexpr std::uint64_t kArmEntrySize = 8;          // ARM, ARM64: begin RVA, then packed data or the RVA of .xdata.
constexpr unsigned kUnwFlagChainInfo = 4;
/// Header, 65,535 epilogue scopes and 255 words of codes: the most that the fields can say.
constexpr std::uint64_t kMaxXdataBytes = 8 + 65'535 * 4 + 255 * 4;
constexpr std::uint32_t kPackedFunction = 1, kPackedFragment = 2;

struct RuntimeFunction {
  std::uint32_t begin = 0, end = 0, unwind = 0;
  friend bool operator==(const RuntimeFunction&, const RuntimeFunction&) = default;
};

FileOffset offset_of(const BinaryImage& image, VirtualAddress address) {
  const Section* section = image.section_at(address);
  return section == nullptr ? FileOffset{0} : section->offset + distance(section->address, address);
}

std::optional<RuntimeFunction> runtime_function_at(const BinaryImage& image, VirtualAddress address) {
  const ByteReader in(image.bytes_at(address, kRuntimeFunctionSize));
  if (in.size() < kRuntimeFunctionSize) return std::nullopt;
  return RuntimeFunction{in.value_at<std::uint32_t>(FileOffset{0}), in.value_at<std::uint32_t>(FileOffset{4}),
                         in.value_at<std::uint32_t>(FileOffset{8})};
}

/// The entry that `function` continues. With bit 0 set its unwind field is the RVA of that entry; otherwise it leads
/// to UNWIND_INFO, whose chain flag says that the entry stands behind the (even number of) unwind codes.
std::optional<RuntimeFunction> chained(const BinaryImage& image, const RuntimeFunction& function) {
  if ((function.unwind & 1) != 0) return runtime_function_at(image, image.base + (function.unwind & ~1U));
  const VirtualAddress info = image.base + function.unwind;
  const ByteReader in(image.bytes_at(info, 4));
  if (in.size() < 4 || ((in.value_at<std::uint8_t>(FileOffset{0}) >> 3) & kUnwFlagChainInfo) == 0) return std::nullopt;
  const std::uint64_t codes = in.value_at<std::uint8_t>(FileOffset{2});
  return runtime_function_at(image, info + 4 + 2 * ((codes + 1) & ~1ULL));
}

/// Begin of the entry at the end of the chain; nullopt when `function` is not chained.
std::optional<VirtualAddress> root_of(BinaryImage& image, const RuntimeFunction& function, FileOffset at) {
  std::optional<RuntimeFunction> next = chained(image, function);
  std::optional<RuntimeFunction> last;
  for (int i = 0; next; ++i) {
    if (i == kMaxUnwindChain) {
      add_defect(image.defects, at, fmt::format("chain of more than {} unwind entries", kMaxUnwindChain));
      return std::nullopt;
    }
    last = next;
    next = chained(image, *last);
  }
  if (!last || last->begin == function.begin) return std::nullopt;
  return image.base + last->begin;
}

void read_x64_entry(BinaryImage& image, const RuntimeFunction& function, FileOffset at) {
  if (function == RuntimeFunction{}) return;  // Padding.
  const VirtualAddress begin = image.base + function.begin;
  if (function.end <= function.begin || !image.is_code(begin)) {
    add_defect(
        image.defects, at,
        fmt::format("unwind entry for RVA {:#x} to {:#x}, which is not a range of code", function.begin, function.end));
    return;
  }
  image.unwind.push_back(
      {.begin = begin, .size = function.end - function.begin, .parent = root_of(image, function, at)});
}

/// Bits 0 and 1 of the second word: 0 leads to .xdata with the length in bits 0 to 17, 1 and 2 are packed with the
/// length in bits 2 to 12, 3 is reserved. Lengths count instructions of 4 bytes (ARM64) or half-words (ARM).
std::optional<std::uint64_t> arm_function_size(const BinaryImage& image, std::uint32_t word) {
  const std::uint64_t unit = image.arch == Arch::kArm64 ? 4 : 2;
  switch (word & 3) {
    case 0: {
      const ByteReader in(image.bytes_at(image.base + word, 4));
      if (in.size() < 4) return std::nullopt;
      return (in.value_at<std::uint32_t>(FileOffset{0}) & 0x3ffff) * unit;
    }
    case kPackedFunction:
    case kPackedFragment:
      return ((word >> 2) & 0x7ff) * unit;
    default:
      return std::nullopt;
  }
}

/// Bytes of the unwind code that begins with `first`. Spec: Microsoft, "ARM64 exception handling", "Unwind codes".
std::uint64_t arm64_code_bytes(std::uint8_t first) {
  if (first < 0xc0) return 1;                 // alloc_s, save_r19r20_x, save_fplr, save_fplr_x
  if (first < 0xe0 || first == 0xe2) return 2;  // alloc_m, save_*, add_fp
  if (first == 0xe0) return 4;                // alloc_l
  if (first == 0xe7) return 3;                // save_any_reg
  if (first >= 0xf8 && first <= 0xfb) return first - 0xf8 + 2U;
  return 1;
}

/// `end_c` in the prologue: what follows it was set up elsewhere, so the entry is a part of a function (shrink-wrapped
/// or split), and no call leads to its begin.
bool arm64_continues_a_frame(const BinaryImage& image, std::uint32_t xdata) {
  constexpr std::uint8_t kEnd = 0xe4, kEndContinued = 0xe5;
  const ByteReader in(image.bytes_at(image.base + xdata, kMaxXdataBytes));
  const auto header = in.value_at<std::uint32_t>(FileOffset{0});
  const bool extended = (header >> 22) == 0;
  const auto second = in.value_at<std::uint32_t>(FileOffset{4});
  const std::uint64_t epilogues = extended ? second & 0xffff : header >> 22 & 0x1f;
  const std::uint64_t words = extended ? second >> 16 & 0xff : header >> 27;
  const bool packed_epilogue = (header >> 21 & 1) != 0;
  const std::uint64_t begin = (extended ? 8 : 4) + (packed_epilogue ? 0 : epilogues * 4);
  for (std::uint64_t at = begin; at < begin + words * 4;) {
    const auto code = in.value_at<std::uint8_t>(FileOffset{at}, kEnd);
    if (code == kEnd || code == kEndContinued) return code == kEndContinued;
    at += arm64_code_bytes(code);
  }
  return false;
}

/// A part of a function: packed as such, or said so by its .xdata (on ARM in bit 22 of the header).
bool is_arm_fragment(const BinaryImage& image, std::uint32_t word) {
  if ((word & 3) != 0) return (word & 3) == kPackedFragment;
  if (image.arch == Arch::kArm64) return arm64_continues_a_frame(image, word);
  const ByteReader in(image.bytes_at(image.base + word, 4));
  return (in.value_at<std::uint32_t>(FileOffset{0}) >> 22 & 1) != 0;
}

void read_arm_entry(BinaryImage& image, std::uint32_t begin_rva, std::uint32_t word, FileOffset at) {
  if (begin_rva == 0 && word == 0) return;  // Padding.
  // Bit 0 of an ARM address says Thumb; the range begins at the even address.
  const VirtualAddress begin = image.base + (image.arch == Arch::kArm ? begin_rva & ~1U : begin_rva);
  const auto size = arm_function_size(image, word);
  if (!size || *size == 0 || !image.is_code(begin)) {
    add_defect(image.defects, at,
               fmt::format("unwind entry {:#010x} for RVA {:#x} gives no range of code", word, begin_rva));
    return;
  }
  // Which function a fragment belongs to is not said.
  image.unwind.push_back(
      {.begin = begin, .size = *size, .parent = std::nullopt, .enters_with_frame = is_arm_fragment(image, word)});
}

}  // namespace

void read_function_table(BinaryImage& image, VirtualAddress table, std::uint64_t size) {
  const ByteReader in(image.bytes_at(table, size));
  const FileOffset origin = offset_of(image, table);
  if (image.arch == Arch::kX64) {
    for (std::uint64_t i = 0; i + kRuntimeFunctionSize <= in.size(); i += kRuntimeFunctionSize) {
      read_x64_entry(image,
                     {in.value_at<std::uint32_t>(FileOffset{i}), in.value_at<std::uint32_t>(FileOffset{i + 4}),
                      in.value_at<std::uint32_t>(FileOffset{i + 8})},
                     origin + i);
    }
  } else if (image.arch == Arch::kArm || image.arch == Arch::kArm64) {
    for (std::uint64_t i = 0; i + kArmEntrySize <= in.size(); i += kArmEntrySize) {
      read_arm_entry(image, in.value_at<std::uint32_t>(FileOffset{i}), in.value_at<std::uint32_t>(FileOffset{i + 4}),
                     origin + i);
    }
  }
}

}  // namespace prova::pe
