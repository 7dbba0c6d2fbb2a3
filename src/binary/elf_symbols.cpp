#include "binary/elf_symbols.h"

namespace prova::elf {
namespace {

Symbol::Kind kind_of(const SymbolEntry& entry) {
  switch (entry.type()) {
    case STT_FUNC:
    case STT_GNU_IFUNC:
      return Symbol::Kind::kFunction;
    case STT_OBJECT:
    case STT_COMMON:
      return Symbol::Kind::kObject;
    default:
      return Symbol::Kind::kOther;
  }
}

bool is_bookkeeping(const SymbolEntry& entry) { return entry.type() == STT_SECTION || entry.type() == STT_FILE; }

}  // namespace

SymbolTable SymbolTable::from_section(const ElfFile& elf, std::size_t index) {
  const SectionHeader& header = elf.sections[index];
  const ByteView strings = header.link < elf.sections.size() ? elf.content_of(elf.sections[header.link]) : ByteView{};
  ByteView extended;
  for (const SectionHeader& other : elf.sections) {
    if (other.type == SHT_SYMTAB_SHNDX && other.link == index) extended = elf.content_of(other);
  }
  return {elf, elf.content_of(header), FileOffset{header.offset}, strings, extended};
}

SymbolEntry SymbolTable::at(std::uint64_t index) const {
  if (index >= count()) return {};
  const ByteReader in(entries_, elf_->in.order());
  const std::uint64_t at = index * entry_size();
  const auto u8 = [&](std::uint64_t field) { return in.value_at<std::uint8_t>(FileOffset{at + field}); };
  const auto u16 = [&](std::uint64_t field) { return in.value_at<std::uint16_t>(FileOffset{at + field}); };
  const auto u32 = [&](std::uint64_t field) { return in.value_at<std::uint32_t>(FileOffset{at + field}); };
  const auto u64 = [&](std::uint64_t field) { return in.value_at<std::uint64_t>(FileOffset{at + field}); };
  SymbolEntry entry;
  entry.at = offset_ + at;
  entry.name = u32(0);
  if (elf_->is_64()) {
    entry.info = u8(4), entry.other = u8(5), entry.shndx = u16(6);
    entry.value = u64(8), entry.size = u64(16);
  } else {
    entry.value = u32(4), entry.size = u32(8);
    entry.info = u8(12), entry.other = u8(13), entry.shndx = u16(14);
  }
  if (entry.shndx == SHN_XINDEX && !extended_.empty()) {
    entry.shndx = ByteReader(extended_, elf_->in.order()).value_at<std::uint32_t>(FileOffset{index * 4});
  } else {
    entry.reserved_index = entry.shndx >= SHN_LORESERVE;
  }
  return entry;
}

std::string_view SymbolTable::name_of(const SymbolEntry& entry) const {
  const std::string_view name = name_in(strings_, entry.name);
  const std::size_t version = name.find('@', 1);
  return name.substr(0, version);
}

std::optional<VirtualAddress> address_of(const SymbolEntry& entry, const SectionAddresses* placed) {
  if (!entry.has_address()) return std::nullopt;
  if (placed == nullptr) return VirtualAddress{entry.value};
  if (entry.shndx >= placed->size() || !(*placed)[entry.shndx]) return std::nullopt;
  return *(*placed)[entry.shndx] + entry.value;
}

void add_symbols(const ElfFile& elf, const SymbolTable& table, const SectionAddresses* placed, BinaryImage& image,
                 LoadBudget& budget) {
  DefectTally nameless;
  for (std::uint64_t i = 1; i < table.count() && !budget.spent(); ++i) {
    const SymbolEntry entry = table.at(i);
    if (!table.has_name(entry)) nameless.add(entry.at);
    const auto address = address_of(entry, placed);
    if (!address || is_bookkeeping(entry)) continue;
    const std::string_view name = table.name_of(entry);
    const Symbol::Kind kind = kind_of(entry);
    if (name.empty() && kind != Symbol::Kind::kFunction) continue;
    if (!budget.take_entry<Symbol>(name, entry.at)) break;
    Symbol symbol{std::string(name), *address, entry.size, kind, entry.binding() != STB_LOCAL};
    const bool thumb = elf.machine == EM_ARM && kind == Symbol::Kind::kFunction && (raw(*address) & 1U) != 0;
    if (thumb) {
      symbol.address = VirtualAddress{raw(*address) - 1};
      if (budget.take_entry<Symbol>("", entry.at)) {
        image.symbols.push_back({"$t", symbol.address, 0, Symbol::Kind::kOther, false});
      }
    }
    image.symbols.push_back(std::move(symbol));
  }
  nameless.report(image.defects, "symbols whose name lies outside of the string table");
}

}  // namespace prova::elf
