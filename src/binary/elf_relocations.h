#pragma once
// ELF relocation tables: what each entry says, and what the dynamic linker does with it.

#include "binary/elf_dynamic.h"
#include "binary/section_patcher.h"

namespace prova::elf {

struct RelocationEntry {
  std::uint64_t offset = 0;  ///< r_offset: an address, in an object relative to the section.
  std::uint32_t type = 0, symbol = 0;
  std::int64_t addend = 0;  ///< 0 in SHT_REL tables: there it stands at the place itself.
  FileOffset at{};
};

/// One SHT_REL or SHT_RELA table; entries are decoded on demand. gABI, "Relocation".
struct RelocationTable {
  ByteView entries;
  FileOffset offset{};
  bool addends = false;
  [[nodiscard]] std::uint64_t entry_size(const ElfFile& elf) const { return elf.bits / 8 * (addends ? 3 : 2); }
  [[nodiscard]] std::uint64_t count(const ElfFile& elf) const { return entries.size() / entry_size(elf); }
  [[nodiscard]] RelocationEntry at(const ElfFile& elf, std::uint64_t index) const;
};

/// One more than the highest symbol index in the dynamic relocations. O(relocations).
[[nodiscard]] std::uint64_t symbols_in_relocations(const ElfFile& elf, const Dynamic& dynamic);

/// Applies the dynamic relocations (DT_RELA, DT_REL, DT_JMPREL, DT_RELR; without PT_DYNAMIC the allocated relocation
/// sections) as if the image were loaded at its preferred address, so that pointer_at reads what the program would.
/// Fills image.relocations, and image.imports with the slots that undefined symbols are written to, or, where the
/// linker gave an undefined function an address of its own, with that address. O(relocations log sections).
void apply_dynamic_relocations(const ElfFile& elf, const Dynamic& dynamic, const SymbolTable& symbols,
                               BinaryImage& image, LoadBudget& budget);

}  // namespace prova::elf
