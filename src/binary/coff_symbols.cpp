#include "binary/coff_symbols.h"

#include "base/byte_reader.h"
#include "binary/name_budget.h"

namespace prova::pe {
namespace {

/// "Symbol Name Representation": 8 bytes, or four zero bytes and an offset into the string table.
std::string_view name_at(const ByteReader& in, FileOffset at, ByteView strings) {
  if (in.value_at<std::uint32_t>(at) == 0) {
    const auto offset = in.value_at<std::uint32_t>(at + 4);
    return offset < 4 ? std::string_view{} : text_at(strings, offset);
  }
  const std::string_view name = as_text(clamped(in.bytes(), raw(at), 8));
  return name.substr(0, name.find('\0'));
}

CoffSymbol symbol_at(const ByteReader& in, FileOffset at, std::uint64_t size, ByteView strings) {
  const bool big = size == kBigObjSymbolSize;
  const FileOffset rest = at + (big ? 16 : 14);
  return {.name = name_at(in, at, strings),
          .value = in.value_at<std::uint32_t>(at + 8),
          .section = big ? in.value_at<std::int32_t>(at + 12) : in.value_at<std::int16_t>(at + 12),
          .type = in.value_at<std::uint16_t>(rest),
          .storage = StorageClass{in.value_at<std::uint8_t>(rest + 2)},
          .aux_count = in.value_at<std::uint8_t>(rest + 3),
          .index = 0,
          .offset = at};
}

}  // namespace

std::vector<CoffSymbol> read_coff_symbols(ByteView file, const CoffHeader& coff, std::uint64_t symbol_size,
                                          std::vector<Defect>& defects) {
  const ByteReader in(file);
  const ByteView strings = string_table(file, coff, symbol_size);
  const FileOffset table{coff.symbol_table};
  if (coff.symbol_table == 0 || coff.symbol_count == 0) return {};
  const std::uint64_t room = raw(table) < file.size() ? (file.size() - raw(table)) / symbol_size : 0;
  std::uint64_t count = coff.symbol_count;
  if (count > room) {
    add_defect(defects, table, fmt::format("{} symbol records declared, {} lie inside the file", count, room));
    count = room;
  }
  std::vector<CoffSymbol> symbols;
  symbols.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    CoffSymbol symbol = symbol_at(in, table + i * symbol_size, symbol_size, strings);
    symbol.index = static_cast<std::uint32_t>(i);
    i += symbol.aux_count;
    symbols.push_back(symbol);
  }
  return symbols;
}

Symbol::Kind kind_of(const CoffSymbol& symbol, bool in_code) {
  if (symbol.is_function()) return Symbol::Kind::kFunction;
  return in_code ? Symbol::Kind::kOther : Symbol::Kind::kObject;
}

}  // namespace prova::pe
