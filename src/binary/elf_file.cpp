#include "binary/elf_file.h"

#include <algorithm>

#include "binary/load.h"

namespace prova::elf {
namespace {

constexpr std::string_view kMagic =
    "\x7f"
    "ELF";
constexpr std::uint64_t kIdentSize = 16;
constexpr std::uint16_t PN_XNUM = 0xffff;

/// Where the fields of the header lie; they follow from the size of a word. gABI, "ELF Header".
struct HeaderLayout {
  std::uint64_t entry, phoff, shoff, phentsize, phnum, shentsize, shnum, shstrndx, size;
  std::uint64_t segment_size, section_size;
};
constexpr HeaderLayout kLayout32{24, 28, 32, 42, 44, 46, 48, 50, 52, 32, 40};
constexpr HeaderLayout kLayout64{24, 32, 40, 54, 56, 58, 60, 62, 64, 56, 64};

Segment read_segment(const ElfFile& elf, std::uint64_t at) {
  const auto u32 = [&](std::uint64_t field) { return elf.in.value_at<std::uint32_t>(FileOffset{at + field}); };
  const auto word = [&](std::uint64_t field) { return elf.word_at(at + field); };
  if (elf.is_64()) return {u32(0), u32(4), word(8), word(16), word(32), word(40), FileOffset{at}};
  return {u32(0), u32(24), word(4), word(8), word(16), word(20), FileOffset{at}};
}

SectionHeader read_section(const ElfFile& elf, std::uint64_t at) {
  const auto u32 = [&](std::uint64_t field) { return elf.in.value_at<std::uint32_t>(FileOffset{at + field}); };
  const auto word = [&](std::uint64_t field) { return elf.word_at(at + field); };
  SectionHeader s;
  s.name = u32(0);
  s.type = u32(4);
  s.flags = word(8);
  const std::uint64_t w = elf.bits / 8;
  s.addr = word(8 + w);
  s.offset = word(8 + 2 * w);
  s.size = word(8 + 3 * w);
  s.link = u32(8 + 4 * w);
  s.info = u32(12 + 4 * w);
  s.addralign = word(16 + 4 * w);
  s.entsize = word(16 + 5 * w);
  s.header = FileOffset{at};
  return s;
}

/// How many of `count` entries of `size` bytes at `offset` lie in the file; a defect when not all do.
std::uint64_t entries_in_file(const ElfFile& elf, std::uint64_t offset, std::uint64_t count, std::uint64_t size,
                              std::string_view what, std::vector<Defect>& defects) {
  const std::uint64_t room = offset < elf.bytes.size() ? (elf.bytes.size() - offset) / size : 0;
  if (count <= room) return count;
  add_defect(defects, FileOffset{offset}, fmt::format("{} {} announced, {} lie in the file", count, what, room));
  return room;
}

void read_segments(ElfFile& elf, const HeaderLayout& layout, std::uint64_t extended_count, LoadBudget& budget,
                   std::vector<Defect>& defects) {
  const std::uint64_t at = elf.word_at(layout.phoff);
  std::uint64_t count = elf.in.value_at<std::uint16_t>(FileOffset{layout.phnum});
  if (count == PN_XNUM && extended_count != 0) count = extended_count;
  if (at == 0 || count == 0) return;
  const auto entry_size = elf.in.value_at<std::uint16_t>(FileOffset{layout.phentsize});
  if (entry_size != layout.segment_size) {
    add_defect(defects, FileOffset{layout.phentsize},
               fmt::format("program headers of {} bytes, expected {}", entry_size, layout.segment_size));
  }
  count = entries_in_file(elf, at, count, layout.segment_size, "program headers", defects);
  for (std::uint64_t i = 0; i < count; ++i) {
    const Segment segment = read_segment(elf, at + i * layout.segment_size);
    if (!budget.take(2 * sizeof(Segment), segment.header)) return;
    elf.segments.push_back(segment);
    if (segment.type == PT_LOAD && segment.memsz > 0) elf.loads.push_back(segment);
  }
  std::stable_sort(elf.loads.begin(), elf.loads.end(),
                   [](const Segment& a, const Segment& b) { return a.vaddr < b.vaddr; });
}

/// Returns e_phnum's extension, which section 0 holds.
std::uint64_t read_sections(ElfFile& elf, const HeaderLayout& layout, LoadBudget& budget,
                            std::vector<Defect>& defects) {
  const std::uint64_t at = elf.word_at(layout.shoff);
  if (at == 0) return 0;
  const auto entry_size = elf.in.value_at<std::uint16_t>(FileOffset{layout.shentsize});
  if (entry_size != layout.section_size) {
    add_defect(defects, FileOffset{layout.shentsize},
               fmt::format("section headers of {} bytes, expected {}", entry_size, layout.section_size));
    return 0;
  }
  if (!elf.in.contains(FileOffset{at}, layout.section_size)) {
    add_defect(defects, FileOffset{layout.shoff},
               fmt::format("section headers at {:#x}, the file ends at {:#x}", at, elf.bytes.size()));
    return 0;
  }
  // gABI: counts that do not fit the header's 16 bits stand in section 0.
  const SectionHeader zero = read_section(elf, at);
  std::uint64_t count = elf.in.value_at<std::uint16_t>(FileOffset{layout.shnum});
  if (count == 0) count = zero.size;
  std::uint64_t names = elf.in.value_at<std::uint16_t>(FileOffset{layout.shstrndx});
  if (names == SHN_XINDEX) names = zero.link;
  const std::uint64_t present = entries_in_file(elf, at, count, layout.section_size, "section headers", defects);
  elf.sections_complete = present == count;
  for (std::uint64_t i = 0; i < present; ++i) {
    const SectionHeader section = read_section(elf, at + i * layout.section_size);
    if (!budget.take(sizeof(SectionHeader), section.header)) break;
    elf.sections.push_back(section);
  }
  if (names < elf.sections.size()) elf.section_names = elf.content_of(elf.sections[names]);
  return zero.info;
}

}  // namespace

std::string_view name_in(ByteView strings, std::uint64_t offset) {
  const std::string_view rest = as_text(clamped(strings, offset, kMaxNameLength));
  return rest.substr(0, rest.find('\0'));
}

std::string_view ElfFile::name_of(const SectionHeader& section) const { return name_in(section_names, section.name); }

ByteView ElfFile::content_of(const SectionHeader& section) const {
  return section.type == SHT_NOBITS ? ByteView{} : clamped(bytes, section.offset, section.size);
}

const Segment* ElfFile::load_at(std::uint64_t address) const {
  // The gABI demands ascending, disjoint PT_LOADs, so the last one that begins at or before the address decides.
  const auto it = std::upper_bound(loads.begin(), loads.end(), address,
                                   [](std::uint64_t a, const Segment& s) { return a < s.vaddr; });
  if (it == loads.begin()) return nullptr;
  const Segment& segment = *std::prev(it);
  return address - segment.vaddr < segment.memsz ? &segment : nullptr;
}

ByteView ElfFile::mapped_at(std::uint64_t address, std::uint64_t limit) const {
  const Segment* segment = load_at(address);
  if (segment == nullptr) return {};
  return clamped(clamped(bytes, segment->offset, segment->filesz), address - segment->vaddr, limit);
}

FileOffset ElfFile::offset_of(std::uint64_t address) const {
  const Segment* segment = load_at(address);
  return FileOffset{segment == nullptr ? 0 : segment->offset + (address - segment->vaddr)};
}

Result<ElfFile> read_elf_file(ByteView file, LoadBudget& budget, std::vector<Defect>& defects) {
  const ByteReader ident(file);
  PROVA_TRY(magic, ident.slice(FileOffset{0}, kMagic.size()));
  if (as_text(magic) != kMagic) return fail(ErrorCode::kMalformed, "ELF magic not found", FileOffset{0});
  PROVA_TRY(file_class, ident.read_at<std::uint8_t>(FileOffset{4}));
  if (file_class != 1 && file_class != 2) {
    return fail(ErrorCode::kMalformed, fmt::format("ELF class {}, expected 1 or 2", file_class), FileOffset{4});
  }
  PROVA_TRY(encoding, ident.read_at<std::uint8_t>(FileOffset{5}));
  if (encoding != 1 && encoding != 2) {
    return fail(ErrorCode::kMalformed, fmt::format("ELF byte order {}, expected 1 or 2", encoding), FileOffset{5});
  }
  ElfFile elf;
  elf.bytes = file;
  elf.in = ByteReader(file, encoding == 1 ? std::endian::little : std::endian::big);
  elf.bits = file_class == 2 ? 64 : 32;
  const HeaderLayout& layout = elf.is_64() ? kLayout64 : kLayout32;
  PROVA_TRY(header, elf.in.slice(FileOffset{0}, layout.size));
  (void)header;
  elf.type = elf.in.value_at<std::uint16_t>(FileOffset{kIdentSize});
  elf.machine = elf.in.value_at<std::uint16_t>(FileOffset{kIdentSize + 2});
  elf.entry = elf.word_at(layout.entry);
  const std::uint64_t extended_count = read_sections(elf, layout, budget, defects);
  read_segments(elf, layout, extended_count, budget, defects);
  return elf;
}

}  // namespace prova::elf

namespace prova {

bool looks_like_elf(ByteView file) { return as_text(clamped(file, 0, elf::kMagic.size())) == elf::kMagic; }

}  // namespace prova
