// Mach-O, thin: executables, libraries, bundles, objects, 32 and 64 bits.

#include <algorithm>

#include "binary/go_functions.h"
#include "binary/load.h"
#include "binary/macho_file.h"
#include "binary/macho_fixups.h"
#include "binary/macho_functions.h"
#include "binary/macho_object.h"
#include "binary/macho_symbols.h"
#include "binary/toolmark_strings.h"

namespace prova {
namespace macho {
namespace {

Arch arch_of(std::uint32_t cpu_type) {
  switch (cpu_type) {
    case CPU_TYPE_X86:
      return Arch::kX86;
    case CPU_TYPE_X86_64:
      return Arch::kX64;
    case CPU_TYPE_ARM:
      return Arch::kArm;
    case CPU_TYPE_ARM64:
      return Arch::kArm64;
    default:
      return Arch::kUnknown;
  }
}

FileKind kind_of(std::uint32_t file_type) {
  switch (file_type) {
    case MH_EXECUTE:
      return FileKind::kExecutable;
    case MH_DYLIB:
    case MH_BUNDLE:
      return FileKind::kSharedLibrary;
    case MH_OBJECT:
      return FileKind::kObject;
    default:
      return FileKind::kOther;
  }
}

/// A section is code where it says that it holds instructions and its segment may be executed: __TEXT also holds
/// strings and tables.
Section section_from(const MachFile& file, const SectionHeader& header) {
  Section section;
  section.name = fmt::format("{},{}", header.segment, header.name);
  section.address = VirtualAddress{header.addr};
  section.size = header.size;
  section.offset = FileOffset{header.offset};
  if (!header.zero_filled()) section.content = clamped(file.bytes, header.offset, header.size);
  section.readable = file.is_object() || (header.protection & VM_PROT_READ) != 0;
  section.executable = (header.protection & VM_PROT_EXECUTE) != 0 && header.holds_code();
  section.writable = (header.protection & VM_PROT_WRITE) != 0 && !(file.is_object() && header.segment == "__TEXT");
  return section;
}

/// Segments without sections (packers make them) stand for themselves. __LINKEDIT holds tables, __PAGEZERO nothing.
Section section_from(const MachFile& file, const Segment& segment) {
  Section section;
  section.name = segment.name;
  section.address = VirtualAddress{segment.vmaddr};
  section.size = segment.vmsize;
  section.offset = FileOffset{segment.fileoff};
  section.content = clamped(file.bytes, segment.fileoff, std::min(segment.filesize, segment.vmsize));
  section.readable = (segment.protection & VM_PROT_READ) != 0;
  section.writable = (segment.protection & VM_PROT_WRITE) != 0;
  section.executable = (segment.protection & VM_PROT_EXECUTE) != 0;
  return section;
}

void map_sections(const MachFile& file, BinaryImage& image, LoadBudget& budget) {
  for (const SectionHeader& header : file.sections) {
    if (header.size == 0) continue;
    if (!budget.take_entry<Section>("0123456789abcdef,0123456789abcdef", header.header)) return;
    image.sections.push_back(section_from(file, header));
    const Section& section = image.sections.back();
    if (!header.zero_filled() && section.content.size() < header.size) {
      add_defect(image.defects, header.header,
                 fmt::format("section of {} bytes at {:#x}, {} lie in the file", header.size, header.offset,
                             section.content.size()));
    }
  }
  for (const Segment& segment : file.segments) {
    const bool nothing = segment.vmsize == 0 || (segment.protection == 0 && segment.filesize == 0);
    if (segment.sections > 0 || segment.name == "__LINKEDIT" || nothing) continue;
    if (!budget.take_entry<Section>(segment.name, segment.header)) return;
    image.sections.push_back(section_from(file, segment));
  }
}

void sort_sections(BinaryImage& image) {
  std::stable_sort(image.sections.begin(), image.sections.end(),
                   [](const Section& a, const Section& b) { return raw(a.address) < raw(b.address); });
}

void check_link_edit(const MachFile& file, const LinkEdit& range, std::string_view what, BinaryImage& image) {
  if (file.bytes_of(range).size() < range.size) {
    add_defect(image.defects, FileOffset{range.offset},
               fmt::format("{} of {} bytes, {} lie in the file", what, range.size, file.bytes_of(range).size()));
  }
}

void add_language(const MachFile& file, BinaryImage& image) {
  for (const SectionHeader& section : file.sections) {
    if (section.name.starts_with("__swift5_")) add_toolmark(image, Toolmark::Kind::kLanguage, "Swift", section.header);
    if (section.name == "__objc_classlist")
      add_toolmark(image, Toolmark::Kind::kLanguage, "Objective-C", section.header);
  }
  add_language_marks(image);
}

}  // namespace
}  // namespace macho

Result<BinaryImage> load_macho(ByteView bytes) {
  LoadBudget budget(bytes.size());
  BinaryImage image;
  PROVA_TRY(file, macho::read_mach_file(bytes, budget, image.defects));
  image.format = Format::kMachO;
  image.arch = macho::arch_of(file.cpu_type);
  image.kind = macho::kind_of(file.file_type);
  image.bits = file.bits;
  image.big_endian = file.in.order() == std::endian::big;
  image.file = bytes;
  image.base = VirtualAddress{file.base()};
  macho::check_link_edit(file, file.rebase, "rebase opcodes", image);
  macho::check_link_edit(file, file.bind, "bind opcodes", image);
  macho::check_link_edit(file, file.lazy_bind, "lazy bind opcodes", image);
  macho::check_link_edit(file, file.exports, "exports trie", image);
  macho::check_link_edit(file, file.chained_fixups, "chained fixups", image);
  macho::check_link_edit(file, {file.stroff, file.strsize}, "string table", image);
  macho::map_sections(file, image, budget);
  if (file.is_object()) {
    const macho::ObjectLayout layout = macho::lay_out_object(file, image, budget);
    macho::sort_sections(image);
    macho::relocate_object(file, layout, image, budget);
  } else {
    macho::sort_sections(image);
    macho::run_fixup_opcodes(file, image, budget);
    macho::follow_fixup_chains(file, image, budget);
    macho::add_indirect_imports(file, image, budget);
  }
  // From here on section contents are final.
  macho::add_symbols(file, image, budget);
  macho::add_exports(file, image, budget);
  macho::add_function_tables(file, image, budget);
  macho::add_entry_points(file, image);
  add_go_functions(image, budget);
  image.toolmarks = file.toolmarks;
  macho::add_language(file, image);
  budget.report(image.defects);
  sort_tables(image);
  return image;
}

}  // namespace prova
