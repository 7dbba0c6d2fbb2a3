#pragma once
// Mach-O symbol tables: nlist, the indirect table behind stubs and pointer slots, the exports trie.

#include "binary/macho_file.h"

namespace prova::macho {

/// One nlist entry. Source: <mach-o/nlist.h>.
struct SymbolEntry {
  std::string_view name;  ///< As in the file.
  std::uint8_t type = 0, section = 0;
  std::uint16_t desc = 0;
  std::uint64_t value = 0;
  FileOffset at{};
  [[nodiscard]] bool debugging() const { return (type & 0xe0U) != 0; }
  [[nodiscard]] bool external() const { return (type & 0x01U) != 0; }
  [[nodiscard]] bool private_external() const { return (type & 0x10U) != 0; }
  [[nodiscard]] bool in_section() const { return !debugging() && (type & 0x0eU) == 0x0eU; }
  [[nodiscard]] bool absolute() const { return !debugging() && (type & 0x0eU) == 0x02U; }
  [[nodiscard]] bool undefined() const { return !debugging() && ((type & 0x0eU) == 0 || (type & 0x0eU) == 0x0cU); }
};

/// Number of whole entries in the file; a defect when fewer than announced.
[[nodiscard]] std::uint32_t symbol_count(const MachFile& file);
/// O(1). An entry of no meaning when `index` is out of range. `value` is moved by the slide for symbols in sections.
[[nodiscard]] SymbolEntry symbol_at(const MachFile& file, std::uint32_t index);

/// Appends the symbols defined in sections; those in a section of instructions are functions, others objects.
/// Local labels of the assembler ("ltmp0") and alternative entries into a function are of kind other. O(symbols).
void add_symbols(const MachFile& file, BinaryImage& image, LoadBudget& budget);

/// Appends the undefined symbols that stubs (Reach::kCode) and pointer slots (Reach::kPointer) stand for by the
/// indirect symbol table. O(entries).
void add_indirect_imports(const MachFile& file, BinaryImage& image, LoadBudget& budget);

/// Appends the exports by the trie, or, where there is none, by the symbol table. Re-exports get a forwarder of the
/// form "LIBRARY:name". Each node of the trie is visited once, so cycles end. O(trie size).
void add_exports(const MachFile& file, BinaryImage& image, LoadBudget& budget);

}  // namespace prova::macho
