#include "binary/coff_relocate.h"

#include "base/byte_reader.h"

namespace prova::pe {
namespace {

/// How a relocation type turns symbol S, addend A, place P and base B into the stored field.
enum class Formula : std::uint8_t {
  kAddress64,       ///< S + A
  kAddress32,       ///< S + A
  kRva32,           ///< S + A - B
  kRelative32,      ///< S + A - (P + 4 + distance)
  kBranch26,        ///< (S + A - P) / 4 in bits 0 to 25
  kBranch19,        ///< (S + A - P) / 4 in bits 5 to 23
  kBranch14,        ///< (S + A - P) / 4 in bits 5 to 18
  kPage21,          ///< page(S + A) - page(P), ADRP
  kRelative21,      ///< S + A - P, ADR
  kPageOffsetAdd,   ///< (S + A) mod 4096, ADD
  kPageOffsetLoad,  ///< (S + A) mod 4096 in units of the access, LDR and STR
};

struct Rule {
  std::uint32_t type;
  Formula formula;
  std::uint8_t distance = 0;  ///< IMAGE_REL_AMD64_REL32_n: bytes between the field and the next instruction.
};

constexpr auto kRulesX64 = std::to_array<Rule>({{0x1, Formula::kAddress64},
                                                {0x2, Formula::kAddress32},
                                                {0x3, Formula::kRva32},
                                                {0x4, Formula::kRelative32, 0},
                                                {0x5, Formula::kRelative32, 1},
                                                {0x6, Formula::kRelative32, 2},
                                                {0x7, Formula::kRelative32, 3},
                                                {0x8, Formula::kRelative32, 4},
                                                {0x9, Formula::kRelative32, 5}});
constexpr auto kRulesX86 =
    std::to_array<Rule>({{0x6, Formula::kAddress32}, {0x7, Formula::kRva32}, {0x14, Formula::kRelative32}});
constexpr auto kRulesArm64 = std::to_array<Rule>({{0x1, Formula::kAddress32},
                                                  {0x2, Formula::kRva32},
                                                  {0x3, Formula::kBranch26},
                                                  {0x4, Formula::kPage21},
                                                  {0x5, Formula::kRelative21},
                                                  {0x6, Formula::kPageOffsetAdd},
                                                  {0x7, Formula::kPageOffsetLoad},
                                                  {0xe, Formula::kAddress64},
                                                  {0xf, Formula::kBranch19},
                                                  {0x10, Formula::kBranch14},
                                                  {0x11, Formula::kRelative32}});

std::span<const Rule> rules_of(Arch arch) {
  switch (arch) {
    case Arch::kX64:
      return kRulesX64;
    case Arch::kX86:
      return kRulesX86;
    case Arch::kArm64:
      return kRulesArm64;
    default:
      return {};
  }
}

template <typename T>
void store(std::span<std::byte> bytes, T value) {
  if constexpr (std::endian::native == std::endian::big) value = byte_swapped(value);
  std::memcpy(bytes.data(), &value, sizeof value);
}

/// The low `width` bits of `value` as a signed number.
constexpr std::uint64_t sign_extended(std::uint64_t value, unsigned width) {
  const std::uint64_t sign = 1ULL << (width - 1);
  return ((value & (2 * sign - 1)) ^ sign) - sign;
}

/// Replaces bits [low, low + width) of an instruction.
constexpr std::uint32_t with_field(std::uint32_t word, unsigned low, unsigned width, std::uint64_t value) {
  const std::uint32_t mask = ((1U << width) - 1) << low;
  return (word & ~mask) | ((static_cast<std::uint32_t>(value) << low) & mask);
}

/// A branch of AArch64: the field counts instructions.
VirtualAddress patch_branch(std::span<std::byte> bytes, std::uint32_t word, unsigned low, unsigned width,
                            const Patch& p) {
  const std::uint64_t addend = sign_extended(word >> low, width) * 4;
  const VirtualAddress target = p.symbol + addend;
  store(bytes, with_field(word, low, width, distance(p.place, target) >> 2));
  return target;
}

/// ADR or ADRP: bits 0 and 1 of the immediate in bits 29 and 30, the rest in bits 5 to 23. The addend counts bytes,
/// also in ADRP.
VirtualAddress patch_adr(std::span<std::byte> bytes, std::uint32_t word, unsigned shift, const Patch& p) {
  const std::uint64_t addend = sign_extended(((word >> 29) & 3) | (((word >> 5) & 0x7ffff) << 2), 21);
  const VirtualAddress target = p.symbol + addend;
  const std::uint64_t value = (raw(target) >> shift) - (raw(p.place) >> shift);
  store(bytes, with_field(with_field(word, 29, 2, value & 3), 5, 19, value >> 2));
  return target;
}

/// Bits 10 to 21 of ADD, LDR and STR. A load counts in units of its access: 2^(bits 30-31) bytes, 16 for a vector.
VirtualAddress patch_page_offset(std::span<std::byte> bytes, std::uint32_t word, bool load, const Patch& p) {
  constexpr std::uint32_t kVector128 = 0x0480'0000;
  const unsigned shift = !load ? 0 : (word >> 30) + ((word & kVector128) == kVector128 ? 4 : 0);
  const std::uint64_t addend = ((word >> 10) & 0xfff) << shift;
  const VirtualAddress target = p.symbol + addend;
  store(bytes, with_field(word, 10, 12, (raw(target) & 0xfff) >> shift));
  return target;
}

VirtualAddress patch_32(std::span<std::byte> bytes, std::uint32_t word, std::uint64_t subtract, const Patch& p) {
  const VirtualAddress target = p.symbol + sign_extended(word, 32);
  store(bytes, static_cast<std::uint32_t>(raw(target) - subtract));
  return target;
}

VirtualAddress patch_64(std::span<std::byte> bytes, const Patch& p) {
  const auto addend = ByteReader(bytes).value_at<std::uint64_t>(FileOffset{0});
  const VirtualAddress target = p.symbol + addend;
  store(bytes, raw(target));
  return target;
}

}  // namespace

std::optional<VirtualAddress> apply_relocation(Arch arch, const Patch& patch, std::span<std::byte> bytes) {
  const Rule* rule = nullptr;
  for (const Rule& r : rules_of(arch)) {
    if (r.type == patch.type) rule = &r;
  }
  const std::size_t width = rule != nullptr && rule->formula == Formula::kAddress64 ? 8 : 4;
  if (rule == nullptr || bytes.size() < width) return std::nullopt;
  const auto word = ByteReader(bytes).value_at<std::uint32_t>(FileOffset{0});
  switch (rule->formula) {
    case Formula::kAddress64:
      return patch_64(bytes, patch);
    case Formula::kAddress32:
      return patch_32(bytes, word, 0, patch);
    case Formula::kRva32:
      return patch_32(bytes, word, raw(patch.base), patch);
    case Formula::kRelative32:
      return patch_32(bytes, word, raw(patch.place) + 4 + rule->distance, patch);
    case Formula::kBranch26:
      return patch_branch(bytes, word, 0, 26, patch);
    case Formula::kBranch19:
      return patch_branch(bytes, word, 5, 19, patch);
    case Formula::kBranch14:
      return patch_branch(bytes, word, 5, 14, patch);
    case Formula::kPage21:
      return patch_adr(bytes, word, 12, patch);
    case Formula::kRelative21:
      return patch_adr(bytes, word, 0, patch);
    case Formula::kPageOffsetAdd:
      return patch_page_offset(bytes, word, false, patch);
    case Formula::kPageOffsetLoad:
      return patch_page_offset(bytes, word, true, patch);
  }
  return std::nullopt;
}

}  // namespace prova::pe
