#pragma once
// What the dynamic linker would read: PT_DYNAMIC, and the relocations, imports and exports behind it.

#include <array>

#include "binary/elf_file.h"
#include "binary/elf_symbols.h"

namespace prova::elf {

constexpr std::uint64_t DT_NEEDED = 1, DT_PLTRELSZ = 2, DT_HASH = 4, DT_STRTAB = 5, DT_SYMTAB = 6, DT_RELA = 7,
                        DT_RELASZ = 8, DT_STRSZ = 10, DT_INIT = 12, DT_FINI = 13, DT_SONAME = 14, DT_REL = 17,
                        DT_RELSZ = 18, DT_PLTREL = 20, DT_JMPREL = 23, DT_INIT_ARRAY = 25, DT_FINI_ARRAY = 26,
                        DT_INIT_ARRAYSZ = 27, DT_FINI_ARRAYSZ = 28, DT_PREINIT_ARRAY = 32, DT_PREINIT_ARRAYSZ = 33,
                        DT_RELRSZ = 35, DT_RELR = 36, DT_GNU_HASH = 0x6ffffef5, DT_FLAGS_1 = 0x6ffffffb;
constexpr std::uint64_t DF_1_PIE = 0x08000000;

/// The entries of the dynamic section by tag; the last of a tag counts, as in glibc.
struct Dynamic {
  std::array<std::optional<std::uint64_t>, 64> standard{};
  std::optional<std::uint64_t> gnu_hash, flags_1;
  bool present = false;
  [[nodiscard]] std::optional<std::uint64_t> get(std::uint64_t tag) const { return standard[tag]; }
};

/// Reads PT_DYNAMIC. Without one, `present` is false. O(entries).
[[nodiscard]] Dynamic read_dynamic(const ElfFile& elf, std::vector<Defect>& defects);

/// The dynamic symbol table. Its length is not recorded in PT_DYNAMIC: it comes from the section table where that
/// agrees, else from DT_HASH, else from the last chain of DT_GNU_HASH, which leaves undefined symbols out; but it has
/// `at_least` entries, because relocations refer to them. Without PT_DYNAMIC, the SHT_DYNSYM section. O(hash table).
[[nodiscard]] SymbolTable dynamic_symbols(const ElfFile& elf, const Dynamic& dynamic, std::uint64_t at_least);

/// Appends the defined, visible symbols of global or weak binding. O(symbols).
void add_exports(const ElfFile& elf, const SymbolTable& symbols, BinaryImage& image, LoadBudget& budget);

/// Appends entry point, DT_INIT, DT_FINI and the functions in the init and fini arrays, those that lie in code.
/// Without PT_DYNAMIC, sections of those types are used; in an object, at their addresses in `placed`.
/// REQUIRES: relocations have been applied. O(entries).
void add_entry_points(const ElfFile& elf, const Dynamic& dynamic, const SectionAddresses* placed, BinaryImage& image);

}  // namespace prova::elf
