#pragma once
// The COFF symbol table, as it stands in object files and in images from GNU linkers.
// Spec: Microsoft PE Format, "COFF Symbol Table".

#include "binary/pe_format.h"

namespace prova::pe {

constexpr std::uint64_t kSymbolSize = 18;
constexpr std::uint64_t kBigObjSymbolSize = 20;  // SectionNumber has 32 bits.

/// "Storage Class"; only those that name something in memory.
enum class StorageClass : std::uint8_t { kExternal = 2, kStatic = 3, kLabel = 6, kSection = 104, kWeakExternal = 105 };

struct CoffSymbol {
  std::string_view name;  ///< A view into the file.
  std::uint32_t value = 0;
  std::int32_t section = 0;  ///< From 1; 0 undefined or common, -1 absolute, -2 debug.
  std::uint16_t type = 0;
  StorageClass storage{};
  std::uint8_t aux_count = 0;
  std::uint32_t index = 0;  ///< In the table, auxiliary records counted.
  FileOffset offset{};      ///< Of the record.
  /// "Type Representation": the complex type in bits 4 to 7 is DT_FCN.
  [[nodiscard]] bool is_function() const { return (type >> 4) == 2; }
  /// The record that GNU and Microsoft tools write for a section itself: static, value 0, an auxiliary record behind.
  [[nodiscard]] bool is_section() const {
    return storage == StorageClass::kSection ||
           (storage == StorageClass::kStatic && value == 0 && type == 0 && aux_count > 0);
  }
  [[nodiscard]] bool is_external() const {
    return storage == StorageClass::kExternal || storage == StorageClass::kWeakExternal;
  }
};

/// The records that lie in the file, auxiliary ones left out, in file order; a table that ends early is a defect.
/// O(count); 48 bytes of memory per 18 bytes of file.
[[nodiscard]] std::vector<CoffSymbol> read_coff_symbols(ByteView file, const CoffHeader& coff,
                                                        std::uint64_t symbol_size, std::vector<Defect>& defects);

/// What a symbol with this type in a section of this kind is.
[[nodiscard]] Symbol::Kind kind_of(const CoffSymbol& symbol, bool in_code);

}  // namespace prova::pe
