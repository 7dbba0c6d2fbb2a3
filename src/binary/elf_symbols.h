#pragma once
// ELF symbol tables.

#include "binary/elf_file.h"

namespace prova::elf {

/// One entry of a symbol table, in the words of the gABI.
struct SymbolEntry {
  std::uint32_t name = 0, shndx = 0;  ///< shndx with SHN_XINDEX resolved.
  std::uint8_t info = 0, other = 0;
  bool reserved_index = false;  ///< shndx is SHN_ABS, SHN_COMMON or another number that is no section.
  std::uint64_t value = 0, size = 0;
  FileOffset at{};
  [[nodiscard]] std::uint8_t type() const { return info & 0xfU; }
  [[nodiscard]] std::uint8_t binding() const { return info >> 4U; }
  [[nodiscard]] std::uint8_t visibility() const { return other & 3U; }
  [[nodiscard]] bool undefined() const { return shndx == SHN_UNDEF && !reserved_index; }
  [[nodiscard]] bool common() const { return reserved_index && shndx == SHN_COMMON; }
  /// Defined at an address: not undefined, absolute, or a thread-local offset.
  [[nodiscard]] bool has_address() const { return shndx != SHN_UNDEF && !reserved_index && type() != STT_TLS; }
};

/// A symbol table with its strings; entries are decoded on demand. O(1) per entry, no memory.
class SymbolTable {
 public:
  SymbolTable() = default;
  SymbolTable(const ElfFile& elf, ByteView entries, FileOffset offset, ByteView strings, ByteView extended = {})
      : elf_(&elf), entries_(entries), offset_(offset), strings_(strings), extended_(extended) {}
  /// The table that a section header describes, with the string table its sh_link names.
  [[nodiscard]] static SymbolTable from_section(const ElfFile& elf, std::size_t index);

  [[nodiscard]] std::uint64_t count() const { return elf_ == nullptr ? 0 : entries_.size() / entry_size(); }
  /// An undefined, nameless entry when `index` is out of range.
  [[nodiscard]] SymbolEntry at(std::uint64_t index) const;
  [[nodiscard]] bool has_name(const SymbolEntry& entry) const {
    return entry.name == 0 || entry.name < strings_.size();
  }
  /// The name without its version: "memcpy" for "memcpy@@GLIBC_2.14".
  [[nodiscard]] std::string_view name_of(const SymbolEntry& entry) const;

 private:
  [[nodiscard]] std::uint64_t entry_size() const { return elf_->is_64() ? 24 : 16; }
  const ElfFile* elf_ = nullptr;
  ByteView entries_;
  FileOffset offset_{};
  ByteView strings_, extended_;
};

/// Where the sections of a relocatable object were put, by section index; nothing for those without memory.
using SectionAddresses = std::vector<std::optional<VirtualAddress>>;

/// Address of a defined symbol: its value, in an object relative to its section's address in `placed`.
[[nodiscard]] std::optional<VirtualAddress> address_of(const SymbolEntry& entry, const SectionAddresses* placed);

/// Appends the defined symbols of `table`. STT_FUNC and STT_GNU_IFUNC are functions, STT_OBJECT and STT_COMMON objects,
/// the rest (ARM mapping symbols among them) other; section, file and thread-local symbols are left out.
/// On 32-bit ARM bit 0 of a function's value says Thumb: it is cleared, and a symbol "$t" of kind other is added
/// there, as the assembler would have. O(symbols).
void add_symbols(const ElfFile& elf, const SymbolTable& table, const SectionAddresses* placed, BinaryImage& image,
                 LoadBudget& budget);

}  // namespace prova::elf
