#include "binary/elf_object.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "binary/elf_layout.h"

namespace prova::elf {
namespace {

using Value = StaticRelocation::Value;

constexpr std::uint64_t aligned(std::uint64_t address, std::uint64_t alignment) {
  const bool usable = alignment > 1 && alignment <= kMaxSectionAlignment && (alignment & (alignment - 1)) == 0;
  return usable ? (address + alignment - 1) & ~(alignment - 1) : address;
}

class ObjectLinker {
 public:
  ObjectLinker(const ElfFile& elf, BinaryImage& image, LoadBudget& budget)
      : elf_(elf), image_(image), budget_(budget), width_(elf.bits / 8) {}

  SectionAddresses link() {
    place_sections();
    find_symbols();
    find_relocations();
    place_commons();
    place_externals();
    place_got();
    // From here on no section is added or moved.
    add_imports();
    add_symbols(elf_, symbols_, &placed_, image_, budget_);
    SectionPatcher patcher(image_);
    for (const SectionHeader* header : relocation_sections_) relocate(*header, patcher);
    unapplied_.report(image_.defects, "relocations could not be applied");
    return std::move(placed_);
  }

 private:
  void place_sections() {
    placed_.resize(elf_.sections.size());
    for (std::size_t i = 0; i < elf_.sections.size(); ++i) {
      const SectionHeader& header = elf_.sections[i];
      if (!occupies_memory(header)) continue;
      const std::uint64_t address = aligned(next_, header.addralign);
      if (header.size > kObjectBase + kMaxObjectMemory - std::min(address, kObjectBase + kMaxObjectMemory)) {
        add_defect(
            image_.defects, header.header,
            fmt::format("section {} of {} bytes, objects of at most {} accepted", i, header.size, kMaxObjectMemory));
        continue;
      }
      if (!budget_.take_entry<Section>(elf_.name_of(header), header.header)) return;
      image_.sections.push_back(section_from(elf_, header, VirtualAddress{address}));
      if (header.type != SHT_NOBITS && image_.sections.back().content.size() < header.size) {
        add_defect(image_.defects, header.header,
                   fmt::format("section {} of {} bytes at {:#x}, {} lie in the file", i, header.size, header.offset,
                               image_.sections.back().content.size()));
      }
      placed_[i] = VirtualAddress{address};
      next_ = address + header.size;
    }
  }

  void find_symbols() {
    for (std::size_t i = 0; i < elf_.sections.size(); ++i) {
      if (elf_.sections[i].type != SHT_SYMTAB) continue;
      symbols_ = SymbolTable::from_section(elf_, i);
      symtab_ = i;
      return;
    }
  }

  /// Common symbols have an alignment for a value. gABI, "Symbol Table".
  void place_commons() {
    const std::uint64_t begin = aligned(next_, 16);
    std::uint64_t end = begin;
    for (std::uint64_t i = 1; i < symbols_.count(); ++i) {
      const SymbolEntry entry = symbols_.at(i);
      if (!entry.common()) continue;
      const std::uint64_t address = aligned(end, entry.value);
      if (entry.size > kMaxObjectMemory - std::min(address - begin, kMaxObjectMemory)) continue;
      const std::string_view name = symbols_.name_of(entry);
      if (!budget_.take_entry<Symbol>(name, entry.at)) break;
      image_.symbols.push_back({std::string(name), VirtualAddress{address}, entry.size, Symbol::Kind::kObject, true});
      commons_[i] = address;
      end = address + entry.size;
    }
    if (end == begin) return;
    Section section;
    section.name = "COMMON";
    section.address = VirtualAddress{begin};
    section.size = end - begin;
    section.writable = true;
    image_.sections.push_back(std::move(section));
    next_ = end;
  }

  void place_externals() {
    externals_ = aligned(next_, 16);
    next_ = externals_ + symbols_.count() * kExternalSize;
  }

  /// A slot for every symbol, whether it needs one or not: then slot and symbol index determine each other.
  void place_got() {
    if (!needs_got()) return;
    got_ = aligned(next_, 16);
    const std::uint64_t size = std::max<std::uint64_t>(1, symbols_.count()) * width_;
    if (!budget_.take(size, FileOffset{0})) return;
    auto content = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(size));
    Section section;
    section.name = ".got";
    section.address = VirtualAddress{*got_};
    section.size = size;
    section.content = *content;
    section.writable = true;
    image_.owned.push_back(content);
    got_bytes_ = content.get();
    image_.sections.push_back(std::move(section));
  }

  [[nodiscard]] bool needs_got() const {
    for (const SectionHeader* header : relocation_sections_) {
      const RelocationTable table = table_of(*header);
      for (std::uint64_t i = 0; i < table.count(elf_); ++i) {
        const StaticRelocation* rule = static_relocation(elf_.machine, table.at(elf_, i).type);
        if (rule != nullptr && rule->value >= Value::kGotRelative) return true;
      }
    }
    return false;
  }

  void add_imports() {
    for (std::uint64_t i = 1; i < symbols_.count(); ++i) {
      const SymbolEntry entry = symbols_.at(i);
      const std::string_view name = entry.undefined() ? symbols_.name_of(entry) : std::string_view{};
      if (name.empty() || name == kGotSymbol) continue;
      if (!budget_.take_entry<Import>(name, entry.at)) return;
      image_.imports.push_back(
          {{}, std::string(name), VirtualAddress{externals_ + i * kExternalSize}, Import::Reach::kCode});
    }
  }

  /// Tables of relocations for sections with memory. Honest tables do not overlap, so together they are no larger than
  /// the file; that bounds the time spent on them.
  void find_relocations() {
    std::uint64_t left = elf_.bytes.size();
    for (const SectionHeader& header : elf_.sections) {
      if ((header.type != SHT_RELA && header.type != SHT_REL) || header.info >= placed_.size() ||
          !placed_[header.info]) {
        continue;
      }
      if (header.link != symtab_) {
        add_defect(image_.defects, header.header,
                   fmt::format("relocations refer to symbol table {}, expected {}", header.link, symtab_));
      } else if (elf_.content_of(header).size() > left) {
        add_defect(image_.defects, header.header, "relocation tables overlap, this one is left out");
      } else {
        left -= elf_.content_of(header).size();
        relocation_sections_.push_back(&header);
      }
    }
  }

  [[nodiscard]] RelocationTable table_of(const SectionHeader& header) const {
    return {elf_.content_of(header), FileOffset{header.offset}, header.type == SHT_RELA};
  }

  void relocate(const SectionHeader& header, SectionPatcher& patcher) {
    const RelocationTable table = table_of(header);
    const SectionHeader& target = elf_.sections[header.info];
    for (std::uint64_t i = 0; i < table.count(elf_) && !budget_.spent(); ++i) {
      const RelocationEntry entry = table.at(elf_, i);
      if (entry.offset < target.size) {
        relocate(entry, *placed_[header.info] + entry.offset, table.addends, patcher);
      } else {
        unapplied_.add(entry.at);
      }
    }
  }

  void relocate(const RelocationEntry& entry, VirtualAddress where, bool addends, SectionPatcher& patcher) {
    const SymbolEntry symbol = symbols_.at(entry.symbol);
    const bool undefined = symbol.undefined() && entry.symbol != 0;
    Relocation relocation{where, entry.type, std::nullopt, {}};
    if (undefined) relocation.symbol = symbols_.name_of(symbol);
    const StaticRelocation* rule = static_relocation(elf_.machine, entry.type);
    const auto s = value_of(entry.symbol, symbol);
    if (rule != nullptr && s) {
      const auto content = patcher.original_at(where, width_of(rule->field));
      const std::uint64_t addend =
          addends ? static_cast<std::uint64_t>(entry.addend) : addend_in_field(rule->field, content.value_or(0));
      if (!undefined) relocation.target = target_of(*rule, *s + addend, where);
      if (rule->uses_got()) fill_slot(entry.symbol, *s);
      const auto value = value_of(*rule, entry.symbol, *s, addend, where);
      const bool applied =
          content && value &&
          patcher.write(where, field_with(*rule, *patcher.current_at(where, width_of(rule->field)), *value),
                        width_of(rule->field));
      if (!applied) unapplied_.add(entry.at);
    }
    if (budget_.take_entry<Relocation>(relocation.symbol, entry.at))
      image_.relocations.push_back(std::move(relocation));
  }

  /// S: where the symbol is, or what stands for it.
  [[nodiscard]] std::optional<std::uint64_t> value_of(std::uint32_t index, const SymbolEntry& symbol) const {
    if (index == 0) return 0;
    if (symbol.undefined()) {
      if (got_ && symbols_.name_of(symbol) == kGotSymbol) return *got_;
      return externals_ + index * kExternalSize;
    }
    if (const auto it = commons_.find(index); it != commons_.end()) return it->second;
    if (symbol.reserved_index && symbol.shndx == SHN_ABS) return symbol.value;
    const auto address = address_of(symbol, &placed_);
    return address ? std::optional(raw(*address)) : std::nullopt;
  }

  /// The rule's formula.
  [[nodiscard]] std::optional<std::uint64_t> value_of(const StaticRelocation& rule, std::uint32_t index,
                                                      std::uint64_t s, std::uint64_t a, VirtualAddress where) const {
    const std::uint64_t p = raw(where);
    if (rule.value >= Value::kGotRelative && !got_) return std::nullopt;
    const std::uint64_t got = got_.value_or(0), slot = got + index * width_;
    const auto page = [](std::uint64_t address) { return address >> 12U; };
    switch (rule.value) {
      case Value::kAbsolute:
        return s + a;
      case Value::kRelative:
        return s + a - p;
      case Value::kPage:
        return page(s + a) - page(p);
      case Value::kGotRelative:
        return slot + a - p;
      case Value::kGotPage:
        return page(slot) - page(p);
      case Value::kGotLow:
        return slot;
      case Value::kGotOffset:
        return (is_absolute_got_access(rule, where) ? slot : slot - got) + a;
      case Value::kFromGot:
        return s + a - got;
      case Value::kGotBase:
        return got + a - p;
    }
    return std::nullopt;
  }

  /// i386 code without a GOT register reads `foo@GOT` at its absolute address: ModRM with mod 0 and no base register.
  /// System V ABI Intel386 supplement, R_386_GOT32X.
  [[nodiscard]] bool is_absolute_got_access(const StaticRelocation& rule, VirtualAddress where) const {
    if (rule.machine != EM_386) return false;
    const ByteView modrm = image_.bytes_at(VirtualAddress{raw(where) - 1}, 1);
    return !modrm.empty() && (std::to_integer<unsigned>(modrm.front()) & 0xc7U) == 0x05U;
  }

  void fill_slot(std::uint32_t index, std::uint64_t value) {
    if (got_bytes_ == nullptr || index >= symbols_.count() || !filled_.insert(index).second) return;
    for (unsigned i = 0; i < width_; ++i) {
      const unsigned shift = 8 * (elf_.in.order() == std::endian::little ? i : width_ - 1 - i);
      (*got_bytes_)[static_cast<std::size_t>(index) * width_ + i] = static_cast<std::byte>(value >> shift);
    }
    const SymbolEntry symbol = symbols_.at(index);
    const std::string_view name = symbol.undefined() ? symbols_.name_of(symbol) : std::string_view{};
    if (name.empty() || !budget_.take_entry<Import>(name, symbol.at)) return;
    image_.imports.push_back({{}, std::string(name), VirtualAddress{*got_ + index * width_}, Import::Reach::kPointer});
  }

  [[nodiscard]] std::optional<VirtualAddress> target_of(const StaticRelocation& rule, std::uint64_t value,
                                                        VirtualAddress where) const {
    const bool x86 = elf_.machine == EM_X86_64 || elf_.machine == EM_386;
    const bool relative = rule.value == Value::kRelative || rule.value == Value::kGotRelative;
    const VirtualAddress target{value + (x86 && relative && image_.is_code(where) ? 4 : 0)};
    return image_.section_at(target) != nullptr ? std::optional(target) : std::nullopt;
  }

  /// Bytes between the stand-ins of two undefined symbols: room enough that no two are taken for one.
  static constexpr std::uint64_t kExternalSize = 8;
  static constexpr std::string_view kGotSymbol = "_GLOBAL_OFFSET_TABLE_";

  const ElfFile& elf_;
  BinaryImage& image_;
  LoadBudget& budget_;
  unsigned width_;
  std::uint64_t next_ = kObjectBase;
  SectionAddresses placed_;
  SymbolTable symbols_;
  std::size_t symtab_ = 0;
  std::vector<const SectionHeader*> relocation_sections_;
  std::unordered_map<std::uint64_t, std::uint64_t> commons_;  ///< Symbol index to address.
  std::uint64_t externals_ = 0;
  std::optional<std::uint64_t> got_;
  std::vector<std::byte>* got_bytes_ = nullptr;
  std::unordered_set<std::uint32_t> filled_;  ///< Symbols whose slot in the .got has its value.
  DefectTally unapplied_;
};

}  // namespace

SectionAddresses load_object(const ElfFile& elf, BinaryImage& image, LoadBudget& budget) {
  image.base = VirtualAddress{kObjectBase};
  return ObjectLinker(elf, image, budget).link();
}

}  // namespace prova::elf
