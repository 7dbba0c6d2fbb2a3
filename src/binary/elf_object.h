#pragma once
// Relocatable ELF objects (.o, kernel modules): we do what a linker would, with addresses of our own choice.

#include "binary/elf_dynamic.h"
#include "binary/elf_relocations.h"

namespace prova::elf {

/// Objects are laid out from here: sections in file order, each aligned as it asks, then a "COMMON" section for common
/// symbols, then one stand-in address per undefined symbol ("external area", mapped by no section), then, where the
/// code uses one, a ".got" section made up by us. Low enough for absolute 32-bit relocations.
constexpr std::uint64_t kObjectBase = 0x10000;
/// An object's memory: a branch must reach all of it (AArch64 128 MB, x86-64 2 GB); kernel modules and the largest
/// objects of C++ programs have below 100 MB.
constexpr std::uint64_t kMaxObjectMemory = 1ULL << 30;
/// Alignments beyond this are ignored: sections ask for 4096 at most in practice.
constexpr std::uint64_t kMaxSectionAlignment = 1ULL << 16;

/// Lays the object out and fills sections, symbols, imports (undefined symbols, Reach::kCode at their stand-in) and
/// relocations, which are applied to owned copies for x86-64, i386, AArch64 and 32-bit ARM. Relocation::target is the
/// address referred to; for x86 code, the addend's usual -4 is taken out of it. Returns where the sections went.
[[nodiscard]] SectionAddresses load_object(const ElfFile& elf, BinaryImage& image, LoadBudget& budget);

/// Value formula and place of one static relocation type.
struct StaticRelocation {
  enum class Value : std::uint8_t {
    kAbsolute,     ///< S + A
    kRelative,     ///< S + A - P
    kPage,         ///< Page(S + A) - Page(P), in pages
    kGotRelative,  ///< G(S) + A - P
    kGotPage,      ///< Page(G(S)) - Page(P), in pages
    kGotLow,       ///< G(S)
    kGotOffset,    ///< G(S) + A - GOT
    kFromGot,      ///< S + A - GOT
    kGotBase,      ///< GOT + A - P
  };
  enum class Field : std::uint8_t {
    kWord8,
    kWord16,
    kWord32,
    kWord64,
    kBranch26,
    kBranch19,
    kBranch14,
    kAdr21,
    kImm12,
    kImm16,
    kArmBranch24,
    kArmImm16,
    kPrel31,
    kThumbBranch,
    kThumbImm16,
  };
  std::uint16_t machine;
  std::uint32_t type;
  Value value;
  Field field;
  std::uint8_t shift = 0;  ///< The value is shifted right by this before it is stored.
  [[nodiscard]] bool uses_got() const { return value >= Value::kGotRelative && value <= Value::kGotOffset; }
};

/// The formula of a type, or null when we leave it alone (thread-local storage, hints). O(log types).
[[nodiscard]] const StaticRelocation* static_relocation(std::uint16_t machine, std::uint32_t type);

/// The addend that a SHT_REL relocation keeps in its field. `content` is what the place holds.
[[nodiscard]] std::uint64_t addend_in_field(StaticRelocation::Field field, std::uint64_t content);
/// `content` with `value` in the field.
[[nodiscard]] std::uint64_t field_with(const StaticRelocation& relocation, std::uint64_t content, std::uint64_t value);
/// Bytes that hold the field.
[[nodiscard]] unsigned width_of(StaticRelocation::Field field);

}  // namespace prova::elf
