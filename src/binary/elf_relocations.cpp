#include "binary/elf_relocations.h"

#include <algorithm>
#include <array>

namespace prova::elf {
namespace {

/// What the dynamic linker writes for a relocation; S, A and B as in the processor supplements, B being 0 here.
enum class Action : std::uint8_t {
  kNone,      ///< Nothing that we could know: thread-local storage, copies.
  kRelative,  ///< B + A
  kAbsolute,  ///< S + A
  kSlot,      ///< S: a slot of the global offset table
  kResolver,  ///< A is the address of a function that returns the value
};

struct ActionRow {
  std::uint16_t machine;
  std::uint32_t type;
  Action action;
};

/// The types that linkers leave for the loader. System V ABI supplements: AMD64 table 4.9, Intel386 table 2.7;
/// AAELF64 section 5.7 (static data 257, dynamic 1024 and up); AAELF32 table 4.9.
constexpr auto kActions = std::to_array<ActionRow>({
    {EM_X86_64, 1, Action::kAbsolute},
    {EM_X86_64, 6, Action::kSlot},
    {EM_X86_64, 7, Action::kSlot},
    {EM_X86_64, 8, Action::kRelative},
    {EM_X86_64, 37, Action::kResolver},
    {EM_386, 1, Action::kAbsolute},
    {EM_386, 6, Action::kSlot},
    {EM_386, 7, Action::kSlot},
    {EM_386, 8, Action::kRelative},
    {EM_386, 42, Action::kResolver},
    {EM_AARCH64, 257, Action::kAbsolute},
    {EM_AARCH64, 1025, Action::kSlot},
    {EM_AARCH64, 1026, Action::kSlot},
    {EM_AARCH64, 1027, Action::kRelative},
    {EM_AARCH64, 1032, Action::kResolver},
    {EM_ARM, 2, Action::kAbsolute},
    {EM_ARM, 21, Action::kSlot},
    {EM_ARM, 22, Action::kSlot},
    {EM_ARM, 23, Action::kRelative},
    {EM_ARM, 160, Action::kResolver},
});

Action action_of(std::uint16_t machine, std::uint32_t type) {
  for (const ActionRow& row : kActions) {
    if (row.machine == machine && row.type == type) return row.action;
  }
  return Action::kNone;
}

/// The machine's own number for "B + A", which is what RELR entries stand for.
std::uint32_t relative_type(std::uint16_t machine) {
  for (const ActionRow& row : kActions) {
    if (row.machine == machine && row.action == Action::kRelative) return row.type;
  }
  return 0;
}

class DynamicLinker {
 public:
  DynamicLinker(const ElfFile& elf, const SymbolTable& symbols, BinaryImage& image, LoadBudget& budget)
      : elf_(elf), symbols_(symbols), image_(image), budget_(budget), patcher_(image) {}

  void apply(const RelocationTable& table) {
    const std::uint64_t count = table.count(elf_);
    for (std::uint64_t i = 0; i < count && !budget_.spent(); ++i) apply(table.at(elf_, i), table.addends);
  }

  /// RELR: an even word is the address of a place; an odd one says in its upper bits which of the following words are
  /// places too. gABI, "Relative Relocation Table". The addends stand at the places, so nothing is patched.
  void apply_relr(ByteView words, FileOffset offset) {
    const unsigned width = elf_.bits / 8;
    std::uint64_t next = 0;
    for (std::uint64_t at = 0; at + width <= words.size() && !budget_.spent(); at += width) {
      const std::uint64_t word = *read_integer(words.subspan(static_cast<std::size_t>(at)), width, elf_.in.order());
      if ((word & 1U) == 0) {
        add_relr(word, offset + at);
        next = word + width;
        continue;
      }
      for (unsigned bit = 1; bit < elf_.bits; ++bit) {
        if ((word >> bit & 1U) != 0) add_relr(next + (bit - 1) * width, offset + at);
      }
      next += (elf_.bits - 1) * width;
    }
  }

  void report() { unmapped_.report(image_.defects, "relocations of places outside the image"); }

 private:
  void apply(const RelocationEntry& entry, bool addends) {
    const unsigned width = elf_.bits / 8;
    const VirtualAddress where{entry.offset};
    const Action action = action_of(elf_.machine, entry.type);
    const auto original = patcher_.original_at(where, width);
    if (image_.section_at(where) == nullptr && entry.type != 0) unmapped_.add(entry.at);
    Relocation relocation{where, entry.type, std::nullopt, {}};
    const SymbolEntry symbol = entry.symbol == 0 ? SymbolEntry{} : symbols_.at(entry.symbol);
    const std::uint64_t addend = addends ? static_cast<std::uint64_t>(entry.addend) : original.value_or(0);
    std::optional<std::uint64_t> value;
    if (action == Action::kRelative || action == Action::kResolver) {
      value = addend;
    } else if (entry.symbol != 0 && symbol.undefined()) {
      relocation.symbol = symbols_.name_of(symbol);
      if (action == Action::kAbsolute || action == Action::kSlot) import(relocation.symbol, where, entry.at);
    } else if (symbol.has_address()) {
      if (action == Action::kAbsolute) value = symbol.value + addend;
      if (action == Action::kSlot) value = symbol.value;
    }
    if (value) {
      const std::uint64_t masked = width == 8 ? *value : *value & 0xffff'ffffU;
      relocation.target = in_image(masked);
      // What a resolver returns is decided at run time; its slot keeps what the linker wrote.
      const bool known = action != Action::kResolver;
      if (known && original && *original != masked && !patcher_.write(where, masked, width)) unmapped_.add(entry.at);
    }
    add(std::move(relocation), entry.at);
  }

  void add_relr(std::uint64_t address, FileOffset at) {
    const auto value = patcher_.original_at(VirtualAddress{address}, elf_.bits / 8);
    if (!value) return unmapped_.add(at);
    add({VirtualAddress{address}, relative_type(elf_.machine), in_image(*value), {}}, at);
  }

  void add(Relocation relocation, FileOffset at) {
    if (budget_.take_entry<Relocation>(relocation.symbol, at)) image_.relocations.push_back(std::move(relocation));
  }

  void import(std::string_view name, VirtualAddress where, FileOffset at) {
    if (name.empty() || !budget_.take_entry<Import>(name, at)) return;
    image_.imports.push_back({{}, std::string(name), where, Import::Reach::kPointer});
  }

  [[nodiscard]] std::optional<VirtualAddress> in_image(std::uint64_t address) const {
    const VirtualAddress target{address};
    return image_.section_at(target) != nullptr ? std::optional(target) : std::nullopt;
  }

  const ElfFile& elf_;
  const SymbolTable& symbols_;
  BinaryImage& image_;
  LoadBudget& budget_;
  SectionPatcher patcher_;
  DefectTally unmapped_;
};

/// In executables that are not position-independent, an undefined function with a value has its PLT stub there.
void add_stub_imports(const SymbolTable& symbols, BinaryImage& image, LoadBudget& budget) {
  for (std::uint64_t i = 1; i < symbols.count(); ++i) {
    const SymbolEntry entry = symbols.at(i);
    if (!entry.undefined() || entry.value == 0 || entry.type() != STT_FUNC) continue;
    const std::string_view name = symbols.name_of(entry);
    if (name.empty() || !image.is_code(VirtualAddress{entry.value})) continue;
    if (!budget.take_entry<Import>(name, entry.at)) return;
    image.imports.push_back({{}, std::string(name), VirtualAddress{entry.value}, Import::Reach::kCode});
  }
}

/// The tables that PT_DYNAMIC names. DT_JMPREL's may be part of DT_RELA's: the same entry twice does no harm.
std::vector<RelocationTable> dynamic_tables(const ElfFile& elf, const Dynamic& dynamic) {
  std::vector<RelocationTable> tables;
  const auto add = [&](std::uint64_t address_tag, std::uint64_t size_tag, bool addends) {
    const auto address = dynamic.get(address_tag), size = dynamic.get(size_tag);
    if (!address || !size) return;
    tables.push_back({elf.mapped_at(*address, *size), elf.offset_of(*address), addends});
  };
  add(DT_RELA, DT_RELASZ, true);
  add(DT_REL, DT_RELSZ, false);
  add(DT_JMPREL, DT_PLTRELSZ, dynamic.get(DT_PLTREL).value_or(DT_RELA) == DT_RELA);
  return tables;
}

}  // namespace

std::uint64_t symbols_in_relocations(const ElfFile& elf, const Dynamic& dynamic) {
  std::uint64_t count = 0;
  for (const RelocationTable& table : dynamic_tables(elf, dynamic)) {
    for (std::uint64_t i = 0; i < table.count(elf); ++i) {
      count = std::max<std::uint64_t>(count, std::uint64_t{table.at(elf, i).symbol} + 1);
    }
  }
  return count;
}

RelocationEntry RelocationTable::at(const ElfFile& elf, std::uint64_t index) const {
  const ByteReader in(entries, elf.in.order());
  const std::uint64_t place = index * entry_size(elf);
  RelocationEntry entry;
  entry.at = offset + place;
  if (elf.is_64()) {
    entry.offset = in.value_at<std::uint64_t>(FileOffset{place});
    const auto info = in.value_at<std::uint64_t>(FileOffset{place + 8});
    entry.type = static_cast<std::uint32_t>(info);
    entry.symbol = static_cast<std::uint32_t>(info >> 32U);
    if (addends) entry.addend = in.value_at<std::int64_t>(FileOffset{place + 16});
  } else {
    entry.offset = in.value_at<std::uint32_t>(FileOffset{place});
    const auto info = in.value_at<std::uint32_t>(FileOffset{place + 4});
    entry.type = info & 0xffU;
    entry.symbol = info >> 8U;
    if (addends) entry.addend = in.value_at<std::int32_t>(FileOffset{place + 8});
  }
  return entry;
}

void apply_dynamic_relocations(const ElfFile& elf, const Dynamic& dynamic, const SymbolTable& symbols,
                               BinaryImage& image, LoadBudget& budget) {
  DynamicLinker linker(elf, symbols, image, budget);
  if (dynamic.present) {
    for (const RelocationTable& table : dynamic_tables(elf, dynamic)) linker.apply(table);
    if (const auto relr = dynamic.get(DT_RELR), size = dynamic.get(DT_RELRSZ); relr && size) {
      linker.apply_relr(elf.mapped_at(*relr, *size), elf.offset_of(*relr));
    }
  } else {
    for (const SectionHeader& header : elf.sections) {
      if ((header.flags & SHF_ALLOC) == 0 || (header.type != SHT_RELA && header.type != SHT_REL)) continue;
      linker.apply(RelocationTable{elf.content_of(header), FileOffset{header.offset}, header.type == SHT_RELA});
    }
  }
  linker.report();
  add_stub_imports(symbols, image, budget);
}

}  // namespace prova::elf
