#include "binary/elf_layout.h"

#include <algorithm>

namespace prova::elf {
namespace {

void sort_by_address(std::vector<Section>& sections) {
  std::stable_sort(sections.begin(), sections.end(),
                   [](const Section& a, const Section& b) { return raw(a.address) < raw(b.address); });
}

void map_section_table(const ElfFile& elf, BinaryImage& image, LoadBudget& budget) {
  for (const SectionHeader& header : elf.sections) {
    if (!occupies_memory(header)) continue;
    if (!budget.take_entry<Section>(elf.name_of(header), header.header)) return;
    image.sections.push_back(section_from(elf, header, VirtualAddress{header.addr}));
    const Section& section = image.sections.back();
    if (header.type != SHT_NOBITS && section.content.size() < header.size) {
      add_defect(image.defects, header.header,
                 fmt::format("section {} of {} bytes at {:#x}, {} lie in the file", image.sections.size() - 1,
                             header.size, header.offset, section.content.size()));
    }
  }
}

void map_segments(const ElfFile& elf, BinaryImage& image, LoadBudget& budget) {
  for (std::size_t i = 0; i < elf.loads.size(); ++i) {
    const Segment& segment = elf.loads[i];
    if (!budget.take_entry<Section>("", segment.header)) return;
    Section section;
    section.name = fmt::format("PT_LOAD#{}", i);
    section.address = VirtualAddress{segment.vaddr};
    section.size = segment.memsz;
    section.offset = FileOffset{segment.offset};
    section.content = clamped(elf.bytes, segment.offset, std::min(segment.filesz, segment.memsz));
    section.readable = (segment.flags & PF_R) != 0;
    section.writable = (segment.flags & PF_W) != 0;
    section.executable = (segment.flags & PF_X) != 0;
    if (segment.filesz > segment.memsz || section.content.size() < segment.filesz) {
      add_defect(image.defects, segment.header,
                 fmt::format("segment {} takes {} bytes of the file for {} in memory, {} are there", i, segment.filesz,
                             segment.memsz, section.content.size()));
    }
    image.sections.push_back(std::move(section));
  }
}

bool holds_entry(const ElfFile& elf) {
  const Segment* segment = elf.load_at(elf.entry);
  if (elf.entry == 0 || segment == nullptr || (segment->flags & PF_X) == 0) return true;  // Says nothing.
  return std::any_of(elf.sections.begin(), elf.sections.end(), [&](const SectionHeader& s) {
    return occupies_memory(s) && (s.flags & SHF_EXECINSTR) != 0 && elf.entry - s.addr < s.size;
  });
}

}  // namespace

bool occupies_memory(const SectionHeader& section) {
  if ((section.flags & SHF_ALLOC) == 0 || section.size == 0) return false;
  return section.type != SHT_NOBITS || (section.flags & SHF_TLS) == 0;
}

Section section_from(const ElfFile& elf, const SectionHeader& header, VirtualAddress address) {
  Section section;
  section.name = elf.name_of(header);
  section.address = address;
  section.size = header.size;
  section.offset = FileOffset{header.offset};
  // A compressed section holds no bytes that anyone could run or point at.
  if ((header.flags & SHF_COMPRESSED) == 0) section.content = elf.content_of(header);
  section.writable = (header.flags & SHF_WRITE) != 0;
  section.executable = (header.flags & SHF_EXECINSTR) != 0;
  return section;
}

std::string distrust_of_sections(const ElfFile& elf) {
  if (elf.sections.empty()) return "no section table";
  if (elf.loads.empty()) return {};  // Nothing to compare with.
  if (!elf.sections_complete) return "the section table is cut off";
  bool any = false;
  for (const SectionHeader& section : elf.sections) {
    if (!occupies_memory(section)) continue;
    any = true;
    if (section.type == SHT_NOBITS) continue;
    const Segment* segment = elf.load_at(section.addr);
    if (segment == nullptr) return fmt::format("no segment holds the section at {:#x}", section.addr);
    if (segment->offset + (section.addr - segment->vaddr) != section.offset) {
      return fmt::format("the section at {:#x} lies elsewhere in the file than its segment says", section.addr);
    }
  }
  if (!any) return "the section table maps nothing";
  if (!holds_entry(elf)) return fmt::format("no executable section holds the entry point {:#x}", elf.entry);
  return {};
}

void map_sections(const ElfFile& elf, BinaryImage& image, LoadBudget& budget) {
  const std::string why_not = distrust_of_sections(elf);
  if (why_not.empty()) {
    map_section_table(elf, image, budget);
  } else {
    // A stripped table is common; one that contradicts the segments is somebody's doing.
    const FileOffset at = elf.sections.empty() ? FileOffset{0} : elf.sections.front().header;
    add_defect(image.defects, at, fmt::format("{}, segments are used instead", why_not));
    map_segments(elf, image, budget);
  }
  sort_by_address(image.sections);
}

}  // namespace prova::elf
