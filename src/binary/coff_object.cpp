// COFF objects, /bigobj ones included. An object has no addresses: each section gets one, in file order, and the
// relocations are applied as a linker would, so that the passes behind see calls as they will be.

#include <algorithm>

#include "base/byte_reader.h"
#include "binary/coff_relocate.h"
#include "binary/coff_symbols.h"
#include "binary/coff_unwind.h"
#include "binary/compiler_strings.h"
#include "binary/load.h"
#include "binary/name_budget.h"

namespace prova {
namespace pe {
namespace {

/// Where objects are laid out; the first section stands one page above, where an image would have its headers, so
/// that no relative virtual address is 0, which tables use for "none".
constexpr VirtualAddress kObjectBase{0x10000};
constexpr std::uint64_t kFirstSection = 0x1000;
/// Sections, common symbols and externals together: branches of 32 bits reach every part of it.
constexpr std::uint64_t kMaxSpan = 0x4000'0000;
/// Room between stand-ins of external symbols, and the least between sections, so that no two begin at one address.
constexpr std::uint64_t kSpacing = 16;
/// /bigobj files declare up to 2^31 sections; the largest objects known have some hundred thousand.
constexpr std::uint32_t kMaxObjectSections = 1U << 20;
/// Section headers can share their bytes and relocations; what is copied or recorded may not exceed this many times
/// the file.
constexpr std::uint64_t kOwnedPerFileByte = 2;
constexpr std::uint64_t kRelocationSize = 10;

constexpr std::uint64_t kBigObjHeaderSize = 56;
constexpr std::uint16_t kAnonymousMagic = 0xffff;  // Sig2 of ANON_OBJECT_HEADER; Sig1 is 0.
/// ANON_OBJECT_HEADER_BIGOBJ, ClassID: {d1baa1c7-baee-4ba9-af20-faf66aa4dcb8}.
constexpr std::string_view kBigObjClass("\xc7\xa1\xba\xd1\xee\xba\xa9\x4b\xaf\x20\xfa\xf6\x6a\xa4\xdc\xb8", 16);

struct ObjectHeader {
  CoffHeader coff;
  FileOffset section_table{};
  std::uint64_t symbol_size = kSymbolSize;
};

bool is_big_object(ByteView file) {
  const ByteReader in(file);
  return in.value_at<std::uint16_t>(FileOffset{0}) == 0 &&
         in.value_at<std::uint16_t>(FileOffset{2}) == kAnonymousMagic &&
         in.value_at<std::uint16_t>(FileOffset{4}) >= 2 && as_text(clamped(file, 12, 16)) == kBigObjClass;
}

Result<ObjectHeader> read_object_header(ByteView file) {
  if (!is_big_object(file)) {
    PROVA_TRY(coff, read_coff_header(file, FileOffset{0}));
    return ObjectHeader{coff, FileOffset{kCoffHeaderSize + coff.optional_size}, kSymbolSize};
  }
  const ByteReader in(file);
  PROVA_TRY(fixed, in.slice(FileOffset{0}, kBigObjHeaderSize));
  (void)fixed;
  const CoffHeader coff{.machine = in.value_at<std::uint16_t>(FileOffset{6}),
                        .section_count = in.value_at<std::uint32_t>(FileOffset{44}),
                        .timestamp = in.value_at<std::uint32_t>(FileOffset{8}),
                        .symbol_table = in.value_at<std::uint32_t>(FileOffset{48}),
                        .symbol_count = in.value_at<std::uint32_t>(FileOffset{52}),
                        .optional_size = 0,
                        .characteristics = 0};
  return ObjectHeader{coff, FileOffset{kBigObjHeaderSize}, kBigObjSymbolSize};
}

/// What a relocation's symbol index leads to.
struct Target {
  enum class Kind : std::uint8_t { kNone, kDefined, kAbsolute, kExternal };
  VirtualAddress address{};
  Kind kind = Kind::kNone;
  std::uint32_t symbol = 0;  ///< Index into ObjectLoad::symbols_, for the name.
};

class ObjectLoad {
 public:
  ObjectLoad(ByteView file, const ObjectHeader& header) : header_(header), names_(file.size()) {
    image_.file = file;
    image_.format = Format::kCoffObject;
    image_.kind = FileKind::kObject;
    image_.arch = arch_of_machine(header.coff.machine);
    image_.bits = image_.arch == Arch::kX64 || image_.arch == Arch::kArm64 ? 64 : 32;
    image_.base = kObjectBase;
  }

  BinaryImage run() {
    place_sections();
    resolve_symbols();  // From here on every symbol has an address.
    relocate_sections();
    read_unwind();
    add_symbols();
    read_compiler_strings(image_);
    sort_tables(image_);
    return std::move(image_);
  }

 private:
  void place_sections();
  Section section_of(const SectionHeader& header, std::size_t index, ByteView strings);
  void resolve_symbols();
  [[nodiscard]] Target target_of(const CoffSymbol& symbol, std::uint32_t index);
  [[nodiscard]] Target defined_target(const CoffSymbol& symbol, std::uint32_t index) const;
  void resolve_weak();
  void add_common(const CoffSymbol& symbol, VirtualAddress address);
  void add_external(const CoffSymbol& symbol, VirtualAddress address);
  void relocate_sections();
  [[nodiscard]] std::uint64_t relocation_count(const SectionHeader& header, FileOffset& at);
  void relocate_section(std::size_t index);
  void relocate(Section& section, std::span<std::byte> bytes, FileOffset at);
  void read_unwind();
  void add_symbols();
  /// Takes `size` bytes of addresses; nullopt once kMaxSpan is used up.
  [[nodiscard]] std::optional<VirtualAddress> take(std::uint64_t size, std::uint64_t alignment);

  ObjectHeader header_;
  BinaryImage image_;
  NameBudget names_;
  std::vector<SectionHeader> headers_;
  std::vector<CoffSymbol> symbols_;
  std::vector<Target> targets_;  ///< By index in the file's symbol table.
  std::uint64_t next_ = kFirstSection;
  std::uint64_t owned_left_ = 0;
  std::uint64_t relocations_left_ = 0;
};

std::optional<VirtualAddress> ObjectLoad::take(std::uint64_t size, std::uint64_t alignment) {
  const std::uint64_t at = (next_ + alignment - 1) / alignment * alignment;
  if (size > kMaxSpan || at > kMaxSpan - size) return std::nullopt;
  next_ = at + std::max(size, kSpacing);
  return kObjectBase + at;
}

Section ObjectLoad::section_of(const SectionHeader& header, std::size_t index, ByteView strings) {
  Section section;
  section.name = names_.keep(section_name(header, strings), header.offset, image_.defects);
  // IMAGE_SCN_ALIGN_*: bits 20 to 23 hold 1 + log2; 15 is not defined.
  const unsigned align_bits = (header.characteristics >> 20) & 15;
  const std::uint64_t declared = align_bits == 0 || align_bits == 15 ? 1 : std::uint64_t{1} << (align_bits - 1);
  const std::uint64_t alignment = std::max(kSpacing, declared);
  const auto address = take(header.raw_size, alignment);
  if (!address) {
    add_defect(image_.defects, header.offset + 16,
               fmt::format("section {} of {} bytes does not fit into {:#x} bytes of addresses", index + 1,
                           header.raw_size, kMaxSpan));
  }
  section.address = address.value_or(kObjectBase);
  section.size = address ? header.raw_size : 0;
  section.offset = FileOffset{header.raw_offset};
  if ((header.characteristics & kSectionUninitialised) == 0 && header.raw_offset != 0) {
    section.content = clamped(image_.file, header.raw_offset, section.size);
    if (section.content.size() < section.size) {
      add_defect(image_.defects, header.offset + 16,
                 fmt::format("section {} needs {} bytes at {:#x}, the file holds {} of them", index + 1,
                             header.raw_size, header.raw_offset, section.content.size()));
    }
  }
  section.readable = (header.characteristics & kSectionRead) != 0;
  section.writable = (header.characteristics & kSectionWrite) != 0;
  section.executable = (header.characteristics & kSectionExecute) != 0;
  return section;
}

void ObjectLoad::place_sections() {
  headers_ = read_section_table(image_.file, header_.section_table, header_.coff.section_count, kMaxObjectSections,
                                image_.defects);
  const ByteView strings = string_table(image_.file, header_.coff, header_.symbol_size);
  image_.sections.reserve(headers_.size() + 1);
  for (std::size_t i = 0; i < headers_.size(); ++i) {
    image_.sections.push_back(section_of(headers_[i], i, strings));
  }
}

Target ObjectLoad::defined_target(const CoffSymbol& symbol, std::uint32_t index) const {
  if (symbol.section == -1) return {VirtualAddress{symbol.value}, Target::Kind::kAbsolute, index};
  if (symbol.section <= 0 || static_cast<std::size_t>(symbol.section) > headers_.size()) return {};
  const Section& section = image_.sections[static_cast<std::size_t>(symbol.section - 1)];
  return {section.address + symbol.value, Target::Kind::kDefined, index};
}

/// An undefined symbol gets a stand-in; a common one ("section 0, value is its size") zero-filled memory. A section
/// of another member (".idata$4" in import libraries) gets an address, but is no import.
Target ObjectLoad::target_of(const CoffSymbol& symbol, std::uint32_t index) {
  const bool elsewhere = symbol.is_external() || symbol.storage == StorageClass::kSection;
  if (symbol.section != 0 || !elsewhere) return defined_target(symbol, index);
  const bool common = symbol.storage == StorageClass::kExternal && symbol.value != 0;
  const auto address = take(common ? symbol.value : 1, kSpacing);
  if (!address) {
    add_defect(image_.defects, symbol.offset,
               fmt::format("symbol does not fit into {:#x} bytes of addresses", kMaxSpan));
    return {};
  }
  if (common) {
    add_common(symbol, *address);
    return {*address, Target::Kind::kDefined, index};
  }
  if (symbol.storage == StorageClass::kExternal) add_external(symbol, *address);
  return {*address, Target::Kind::kExternal, index};
}

void ObjectLoad::add_common(const CoffSymbol& symbol, VirtualAddress address) {
  image_.symbols.push_back({.name = names_.keep(symbol.name, symbol.offset, image_.defects),
                            .address = address,
                            .size = symbol.value,
                            .kind = Symbol::Kind::kObject,
                            .global = true});
}

/// "__imp_NAME" is the slot in the import address table, any other name the function or variable itself.
void ObjectLoad::add_external(const CoffSymbol& symbol, VirtualAddress address) {
  constexpr std::string_view kSlot = "__imp_";
  const bool slot = symbol.name.starts_with(kSlot);
  image_.imports.push_back(
      {.library = {},
       .name = names_.keep(symbol.name.substr(slot ? kSlot.size() : 0), symbol.offset, image_.defects),
       .where = address,
       .reach = slot ? Import::Reach::kPointer : Import::Reach::kCode});
}

void ObjectLoad::resolve_symbols() {
  symbols_ = read_coff_symbols(image_.file, header_.coff, header_.symbol_size, image_.defects);
  if (symbols_.empty()) return;
  targets_.resize(std::size_t{symbols_.back().index} + 1);
  const std::uint64_t commons = next_ = (next_ + 0xfff) & ~0xfffULL;
  for (const bool want_common : {true, false}) {  // Common symbols first: they get a section of their own.
    for (std::size_t i = 0; i < symbols_.size(); ++i) {
      const CoffSymbol& s = symbols_[i];
      const bool common = s.section == 0 && s.storage == StorageClass::kExternal && s.value != 0;
      if (common == want_common) targets_[s.index] = target_of(s, static_cast<std::uint32_t>(i));
    }
    if (!want_common || next_ == commons) continue;
    Section section;
    section.name = "(common)";
    section.address = kObjectBase + commons;
    section.size = next_ - commons;
    section.writable = true;
    image_.sections.push_back(std::move(section));
  }
  resolve_weak();
}

/// "Auxiliary Format 3: Weak Externals": the first field is the index of the symbol to use when no other is linked.
void ObjectLoad::resolve_weak() {
  const ByteReader in(image_.file);
  for (const CoffSymbol& symbol : symbols_) {
    Target& target = targets_[symbol.index];
    if (symbol.storage != StorageClass::kWeakExternal || target.kind != Target::Kind::kExternal) continue;
    const auto tag =
        symbol.aux_count == 0 ? symbol.index : in.value_at<std::uint32_t>(symbol.offset + header_.symbol_size);
    if (tag < targets_.size() && targets_[tag].kind == Target::Kind::kDefined) {
      target = targets_[tag];
    } else {
      add_external(symbol, target.address);
    }
  }
}

/// "COFF Relocations": a count of 0xffff with the overflow flag means that the first record holds the real one.
std::uint64_t ObjectLoad::relocation_count(const SectionHeader& header, FileOffset& at) {
  at = FileOffset{header.relocation_offset};
  std::uint64_t count = header.relocation_count;
  if (count == 0xffff && (header.characteristics & kSectionRelocationOverflow) != 0) {
    const auto real = ByteReader(image_.file).value_at<std::uint32_t>(at);
    at = at + kRelocationSize;
    count = real == 0 ? 0 : real - 1;
  }
  const std::uint64_t room = raw(at) < image_.file.size() ? (image_.file.size() - raw(at)) / kRelocationSize : 0;
  if (count > room) {
    add_defect(image_.defects, header.offset + 24,
               fmt::format("{} relocations declared, {} lie inside the file", count, room));
    count = room;
  }
  if (count > relocations_left_) {
    add_defect(image_.defects, header.offset + 24,
               "sections share their relocations, those past the file size are left out");
    count = relocations_left_;
  }
  relocations_left_ -= count;
  return count;
}

void ObjectLoad::relocate_sections() {
  owned_left_ = kOwnedPerFileByte * image_.file.size();
  relocations_left_ = image_.file.size() / kRelocationSize;
  std::uint64_t declared = 0;
  for (const SectionHeader& header : headers_) declared += header.relocation_count;
  image_.relocations.reserve(static_cast<std::size_t>(std::min(declared, relocations_left_)));
  for (std::size_t i = 0; i < headers_.size(); ++i) relocate_section(i);
}

void ObjectLoad::relocate_section(std::size_t index) {
  Section& section = image_.sections[index];
  if (headers_[index].relocation_count == 0 || section.content.empty()) return;
  FileOffset at{};
  const std::uint64_t count = relocation_count(headers_[index], at);
  if (count == 0) return;
  if (section.content.size() > owned_left_) {
    add_defect(image_.defects, headers_[index].offset,
               "sections share their bytes, this one is left without relocation");
    return;
  }
  owned_left_ -= section.content.size();
  auto bytes = std::make_shared<std::vector<std::byte>>(section.content.begin(), section.content.end());
  for (std::uint64_t i = 0; i < count; ++i) relocate(section, *bytes, at + i * kRelocationSize);
  section.content = *bytes;
  image_.owned.push_back(std::move(bytes));
}

/// One record: VirtualAddress (an offset in the section), SymbolTableIndex, Type.
void ObjectLoad::relocate(Section& section, std::span<std::byte> bytes, FileOffset at) {
  const ByteReader in(image_.file);
  const auto offset = in.value_at<std::uint32_t>(at);
  const auto index = in.value_at<std::uint32_t>(at + 4);
  const std::uint32_t type = in.value_at<std::uint16_t>(at + 8);
  const Target target = index < targets_.size() ? targets_[index] : Target{};
  if (offset >= bytes.size() || target.kind == Target::Kind::kNone) {
    add_defect(
        image_.defects, at,
        fmt::format("relocation of offset {:#x} in {} bytes by symbol {} has no meaning", offset, bytes.size(), index));
    return;
  }
  Relocation relocation{.where = section.address + offset, .type = type, .target = std::nullopt, .symbol = {}};
  const auto refers =
      apply_relocation(image_.arch, {type, relocation.where, target.address, kObjectBase}, bytes.subspan(offset));
  if (target.kind == Target::Kind::kDefined) relocation.target = refers;
  if (target.kind == Target::Kind::kExternal) {
    relocation.symbol = names_.keep(symbols_[target.symbol].name, at, image_.defects);
  }
  image_.relocations.push_back(std::move(relocation));
}

void ObjectLoad::read_unwind() {
  if (image_.arch == Arch::kX86) return read_call_frames(image_);
  for (std::size_t i = 0; i < headers_.size(); ++i) {
    const Section& section = image_.sections[i];
    if (section.name.starts_with(".pdata")) read_function_table(image_, section.address, section.content.size());
  }
}

void ObjectLoad::add_symbols() {
  for (const CoffSymbol& s : symbols_) {
    const Target& target = targets_[s.index];
    const bool wanted = s.is_external() || s.storage == StorageClass::kStatic || s.storage == StorageClass::kLabel;
    if (s.name == "@comp.id" && s.section == -1) {  // What the Rich header of the linked file will count.
      image_.toolmarks.push_back(
          {Toolmark::Kind::kRichHeader, fmt::format("{}.{} x 1", s.value >> 16, s.value & 0xffff), s.offset});
    }
    if (!wanted || s.is_section() || s.section <= 0 || target.kind != Target::Kind::kDefined || names_.spent())
      continue;
    std::string name = names_.keep(s.name, s.offset, image_.defects);
    if (name.empty()) continue;
    const Section& section = image_.sections[static_cast<std::size_t>(s.section - 1)];
    image_.symbols.push_back({.name = std::move(name),
                              .address = target.address,
                              .size = 0,
                              .kind = kind_of(s, section.executable),
                              .global = s.is_external()});
  }
}

}  // namespace
}  // namespace pe

bool looks_like_coff_object(ByteView file) {
  if (pe::is_big_object(file)) return true;
  const auto coff = pe::read_coff_header(file, FileOffset{0});
  if (!coff || pe::arch_of_machine(coff->machine) == Arch::kUnknown) return false;
  const bool image = (coff->characteristics & pe::kFileExecutableImage) != 0 || coff->optional_size != 0;
  // Two bytes of machine are little: the symbol table must lie in the file, or be absent, as well.
  return !image && coff->section_count > 0 && file.size() >= pe::kCoffHeaderSize + pe::kSectionHeaderSize &&
         coff->symbol_table <= file.size();
}

Result<BinaryImage> load_coff_object(ByteView file) {
  PROVA_TRY(header, pe::read_object_header(file));
  if (pe::arch_of_machine(header.coff.machine) == Arch::kUnknown) {
    return fail(ErrorCode::kUnsupported, fmt::format("machine {:#06x} is none that we decode", header.coff.machine),
                FileOffset{0});
  }
  return pe::ObjectLoad(file, header).run();
}

}  // namespace prova
