#include "binary/macho_object.h"

#include <algorithm>
#include <unordered_set>

#include "binary/instruction_fields.h"
#include "binary/macho_symbols.h"
#include "binary/section_patcher.h"

namespace prova::macho {
namespace {

constexpr std::uint64_t kExternalSize = 8;
constexpr std::uint64_t kRelocationSize = 8;

/// struct relocation_info.
struct RelocationEntry {
  std::uint32_t address = 0, symbol = 0, type = 0;
  bool scattered = false, relative = false, external = false;
  unsigned width = 4;
  FileOffset at{};
};

RelocationEntry relocation_at(const MachFile& file, const SectionHeader& section, std::uint64_t index) {
  const std::uint64_t at = section.reloff + index * kRelocationSize;
  const std::uint32_t info = file.u32_at(at + 4);
  RelocationEntry entry;
  entry.at = FileOffset{at};
  entry.address = file.u32_at(at);
  entry.scattered = (entry.address & 0x8000'0000U) != 0;
  entry.symbol = info & 0xff'ffffU;
  entry.relative = (info >> 24U & 1U) != 0;
  entry.width = 1U << (info >> 25U & 3U);
  entry.external = (info >> 27U & 1U) != 0;
  entry.type = info >> 28U;
  return entry;
}

std::uint64_t relocation_count(const MachFile& file, const SectionHeader& section) {
  const std::uint64_t room =
      section.reloff < file.bytes.size() ? (file.bytes.size() - section.reloff) / kRelocationSize : 0;
  return std::min<std::uint64_t>(section.nreloc, room);
}

/// Relocation types of the two machines under common names.
enum class Kind : std::uint8_t {
  kNone,
  kUnsigned,
  kSubtractor,
  kRelative,
  kBranch26,
  kPage21,
  kPageOffset12,
  kGotRelative,
  kGotPage21,
  kGotPageOffset12,
  kGotPointer,
  kAddend,
};

Kind kind_of(const MachFile& file, std::uint32_t type) {
  constexpr auto kX64 = std::to_array<Kind>(
      {Kind::kUnsigned, Kind::kRelative /* SIGNED */, Kind::kRelative /* BRANCH */, Kind::kGotRelative /* GOT_LOAD */,
       Kind::kGotRelative /* GOT */, Kind::kSubtractor, Kind::kRelative /* SIGNED_1 */, Kind::kRelative /* SIGNED_2 */,
       Kind::kRelative /* SIGNED_4 */, Kind::kNone /* TLV */});
  constexpr auto kArm64 =
      std::to_array<Kind>({Kind::kUnsigned, Kind::kSubtractor, Kind::kBranch26, Kind::kPage21, Kind::kPageOffset12,
                           Kind::kGotPage21, Kind::kGotPageOffset12, Kind::kGotPointer /* POINTER_TO_GOT */,
                           Kind::kNone /* TLVP_LOAD_PAGE21 */, Kind::kNone /* TLVP_LOAD_PAGEOFF12 */, Kind::kAddend});
  if (file.cpu_type == CPU_TYPE_X86_64 && type < kX64.size()) return kX64[type];
  if (file.cpu_type == CPU_TYPE_ARM64 && type < kArm64.size()) return kArm64[type];
  return Kind::kNone;
}

bool uses_got(Kind kind) { return kind >= Kind::kGotRelative && kind <= Kind::kGotPointer; }

bool needs_got(const MachFile& file) {
  std::uint64_t left = file.bytes.size() / kRelocationSize;  // Honest tables do not overlap.
  for (const SectionHeader& section : file.sections) {
    for (std::uint64_t i = 0; i < relocation_count(file, section) && left > 0; ++i, --left) {
      if (uses_got(kind_of(file, relocation_at(file, section, i).type))) return true;
    }
  }
  return false;
}

class ObjectRelocator {
 public:
  ObjectRelocator(const MachFile& file, const ObjectLayout& layout, BinaryImage& image, LoadBudget& budget)
      : file_(file), layout_(layout), image_(image), budget_(budget), patcher_(image) {}

  void run() {
    std::uint64_t left = file_.bytes.size() / kRelocationSize;
    for (const SectionHeader& section : file_.sections) {
      const std::uint64_t count = relocation_count(file_, section);
      if (count < section.nreloc) {
        add_defect(image_.defects, section.header,
                   fmt::format("{} relocations announced, {} lie in the file", section.nreloc, count));
      }
      subtrahend_.reset();
      addend_ = 0;
      for (std::uint64_t i = 0; i < count && left > 0 && !budget_.spent(); ++i, --left) {
        relocate(section, relocation_at(file_, section, i));
      }
    }
    unapplied_.report(image_.defects, "relocations could not be applied");
  }

 private:
  void relocate(const SectionHeader& section, const RelocationEntry& entry) {
    const Kind kind = kind_of(file_, entry.type);
    if (kind == Kind::kAddend) {
      addend_ = static_cast<std::uint64_t>(sign_extended(entry.symbol, 24));
      return;
    }
    if (entry.scattered || entry.address >= section.size) return unapplied_.add(entry.at);
    const SymbolEntry symbol = entry.external ? symbol_at(file_, entry.symbol) : SymbolEntry{};
    const std::uint64_t s = entry.external ? value_of(entry.symbol, symbol) : file_.slide;
    if (kind == Kind::kSubtractor) {
      subtrahend_ = s;
      return;
    }
    const VirtualAddress where{section.addr + entry.address};
    Relocation relocation{where, entry.type, std::nullopt, {}};
    const bool undefined = entry.external && symbol.undefined();
    if (undefined) relocation.symbol = without_underscore(symbol.name);
    if (kind != Kind::kNone && !apply(kind, entry, s, where, undefined, relocation)) unapplied_.add(entry.at);
    subtrahend_.reset();
    addend_ = 0;
    if (budget_.take_entry<Relocation>(relocation.symbol, entry.at))
      image_.relocations.push_back(std::move(relocation));
  }

  [[nodiscard]] std::uint64_t value_of(std::uint32_t index, const SymbolEntry& symbol) const {
    if (symbol.in_section() || symbol.absolute()) return symbol.value;
    return layout_.externals + index * kExternalSize;
  }

  bool apply(Kind kind, const RelocationEntry& entry, std::uint64_t s, VirtualAddress where, bool undefined,
             Relocation& relocation) {
    const auto content = patcher_.original_at(where, entry.width);
    if (!content) return false;
    // Fields that are instructions keep their addend elsewhere.
    const bool instruction = kind == Kind::kBranch26 || kind == Kind::kPage21 || kind == Kind::kPageOffset12 ||
                             kind == Kind::kGotPage21 || kind == Kind::kGotPageOffset12;
    const std::uint64_t stored = static_cast<std::uint64_t>(sign_extended(*content, 8 * std::min(entry.width, 7U)));
    const std::uint64_t a = instruction ? addend_ : entry.width == 8 ? *content : stored;
    const std::uint64_t p = raw(where);
    if (!undefined) relocation.target = target_of(kind, entry, s + a, p);
    std::uint64_t slot = 0;
    if (uses_got(kind)) {
      if (!entry.external || layout_.got_bytes == nullptr) return false;
      slot = fill_slot(entry.symbol, s, undefined, relocation.symbol, entry.at);
    }
    const auto page = [](std::uint64_t address) { return address >> 12U; };
    const auto insn = static_cast<std::uint32_t>(*content);
    std::uint64_t value = 0;
    switch (kind) {
      case Kind::kUnsigned:
        value = s + a - subtrahend_.value_or(0);
        break;
      // A section's own address is in the field already, and all sections move together.
      case Kind::kRelative:
        value = entry.external ? s + a - (p + 4) : a;
        break;
      case Kind::kGotRelative:
        value = slot + a - (p + 4);
        break;
      case Kind::kGotPointer:
        value = entry.relative ? slot - p : slot;
        break;
      case Kind::kBranch26:
        value = with_branch26(insn, s + a - p);
        break;
      case Kind::kPage21:
        value = with_adr21(insn, page(s + a) - page(p));
        break;
      case Kind::kPageOffset12:
        value = with_imm12(insn, ((s + a) & 0xfffU) >> imm12_scale(insn));
        break;
      case Kind::kGotPage21:
        value = with_adr21(insn, page(slot) - page(p));
        break;
      case Kind::kGotPageOffset12:
        value = with_imm12(insn, (slot & 0xfffU) >> imm12_scale(insn));
        break;
      case Kind::kNone:
      case Kind::kSubtractor:
      case Kind::kAddend:
        return true;
    }
    return patcher_.write(where, value, entry.width);
  }

  [[nodiscard]] std::optional<VirtualAddress> target_of(Kind kind, const RelocationEntry& entry, std::uint64_t value,
                                                        std::uint64_t p) const {
    if (subtrahend_) return std::nullopt;
    if (kind == Kind::kRelative && !entry.external) value += p + 4 - file_.slide;
    const VirtualAddress target{value};
    return image_.section_at(target) != nullptr ? std::optional(target) : std::nullopt;
  }

  std::uint64_t fill_slot(std::uint32_t index, std::uint64_t value, bool undefined, const std::string& name,
                          FileOffset at) {
    const unsigned width = file_.bits / 8;
    const std::uint64_t slot = *layout_.got + std::uint64_t{index} * width;
    if (index >= symbol_count(file_) || !filled_.insert(index).second) return slot;
    for (unsigned i = 0; i < width; ++i) {
      const unsigned shift = 8 * (file_.in.order() == std::endian::little ? i : width - 1 - i);
      (*layout_.got_bytes)[std::size_t{index} * width + i] = static_cast<std::byte>(value >> shift);
    }
    if (undefined && !name.empty() && budget_.take_entry<Import>(name, at)) {
      image_.imports.push_back({{}, name, VirtualAddress{slot}, Import::Reach::kPointer});
    }
    return slot;
  }

  const MachFile& file_;
  const ObjectLayout& layout_;
  BinaryImage& image_;
  LoadBudget& budget_;
  SectionPatcher patcher_;
  std::optional<std::uint64_t> subtrahend_;  ///< Of the pair that SUBTRACTOR begins.
  std::uint64_t addend_ = 0;                 ///< Of ARM64_RELOC_ADDEND before this one.
  std::unordered_set<std::uint32_t> filled_;
  DefectTally unapplied_;
};

}  // namespace

ObjectLayout lay_out_object(const MachFile& file, BinaryImage& image, LoadBudget& budget) {
  std::uint64_t end = kObjectBase;
  for (const Section& section : image.sections) end = std::max(end, raw(section.address) + section.size);
  ObjectLayout layout;
  layout.externals = (end + 15) & ~15ULL;
  const std::uint64_t count = symbol_count(file);
  if (!needs_got(file)) return layout;
  layout.got = (layout.externals + count * kExternalSize + 15) & ~15ULL;
  const std::uint64_t size = count * (file.bits / 8);
  if (size == 0 || !budget.take(size, FileOffset{file.symoff})) return layout;
  auto content = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(size));
  Section section;
  section.name = "__DATA,__got";
  section.address = VirtualAddress{*layout.got};
  section.size = size;
  section.content = *content;
  section.writable = true;
  layout.got_bytes = content.get();
  image.owned.push_back(std::move(content));
  image.sections.push_back(std::move(section));
  return layout;
}

void relocate_object(const MachFile& file, const ObjectLayout& layout, BinaryImage& image, LoadBudget& budget) {
  for (std::uint32_t i = 0; i < symbol_count(file); ++i) {
    const SymbolEntry entry = symbol_at(file, i);
    if (!entry.undefined() || entry.name.empty()) continue;
    const std::string_view name = without_underscore(entry.name);
    if (!budget.take_entry<Import>(name, entry.at)) return;
    image.imports.push_back(
        {{}, std::string(name), VirtualAddress{layout.externals + i * kExternalSize}, Import::Reach::kCode});
  }
  ObjectRelocator(file, layout, image, budget).run();
}

}  // namespace prova::macho
