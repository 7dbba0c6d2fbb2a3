// ELF32 and ELF64: executables, shared libraries, relocatable objects. Specifications: System V ABI, generic (gABI)
// and processor supplements; Linux Standard Base for what GNU adds.

#include <algorithm>

#include "binary/arm_exidx.h"
#include "binary/go_functions.h"
#include "binary/eh_frame.h"
#include "binary/elf_dynamic.h"
#include "binary/elf_file.h"
#include "binary/elf_layout.h"
#include "binary/elf_object.h"
#include "binary/elf_relocations.h"
#include "binary/elf_symbols.h"
#include "binary/elf_toolmarks.h"
#include "binary/load.h"

namespace prova {
namespace elf {
namespace {

Arch arch_of(std::uint16_t machine) {
  switch (machine) {
    case EM_386:
      return Arch::kX86;
    case EM_X86_64:
      return Arch::kX64;
    case EM_ARM:
      return Arch::kArm;
    case EM_AARCH64:
      return Arch::kArm64;
    default:
      return Arch::kUnknown;
  }
}

/// A position-independent executable says ET_DYN, like a library. DF_1_PIE marks it; linkers before binutils 2.26 do
/// not set that, but then it asks for an interpreter and has no DT_SONAME, while libc.so has both.
FileKind kind_of(const ElfFile& elf, const Dynamic& dynamic) {
  if (elf.type == ET_EXEC) return FileKind::kExecutable;
  if (elf.type == ET_REL) return FileKind::kObject;
  if (elf.type != ET_DYN) return FileKind::kOther;
  const bool interpreted =
      std::any_of(elf.segments.begin(), elf.segments.end(), [](const Segment& s) { return s.type == PT_INTERP; });
  const bool pie = (dynamic.flags_1.value_or(0) & DF_1_PIE) != 0;
  return pie || (interpreted && !dynamic.get(DT_SONAME)) ? FileKind::kExecutable : FileKind::kSharedLibrary;
}

EhFrame frame_at(const BinaryImage& image, const Section& section, VirtualAddress address) {
  const std::uint64_t skip = distance(section.address, address);
  EhFrame frame;
  frame.content = clamped(section.content, skip, ~0ULL);
  frame.address = address;
  frame.offset = section.offset + skip;
  frame.bits = image.bits;
  frame.order = image.big_endian ? std::endian::big : std::endian::little;
  return frame;
}

/// Reads .eh_frame where a section has that name, else where PT_GNU_EH_FRAME says it is.
void add_unwind(const ElfFile& elf, BinaryImage& image, LoadBudget& budget) {
  bool found = false;
  std::uint64_t left = image.file.size();  // Sections that share their bytes are not read over and over.
  for (const Section& section : image.sections) {
    if (section.name != ".eh_frame" || section.content.size() > left) continue;
    found = true;
    left -= section.content.size();
    read_eh_frame(frame_at(image, section, section.address), image.unwind, budget, image.defects);
  }
  for (const Segment& segment : elf.segments) {
    if (found || segment.type != PT_GNU_EH_FRAME) continue;
    found = true;
    const Section* header = image.section_at(VirtualAddress{segment.vaddr});
    if (header == nullptr) continue;
    const auto address = eh_frame_of_header(frame_at(image, *header, VirtualAddress{segment.vaddr}));
    const Section* section = address ? image.section_at(*address) : nullptr;
    if (section == nullptr) continue;
    EhFrame frame = frame_at(image, *section, *address);
    frame.bounded = false;
    read_eh_frame(frame, image.unwind, budget, image.defects);
  }
  // Linkers leave entries of discarded functions behind, at address 0 or next to it.
  std::erase_if(image.unwind, [&](const UnwindRange& range) { return !image.is_code(range.begin); });
}

void add_arm_index(const ElfFile& elf, BinaryImage& image) {
  if (elf.machine != EM_ARM) return;
  for (const Segment& segment : elf.segments) {
    if (segment.type != PT_ARM_EXIDX) continue;
    const VirtualAddress address{segment.vaddr};
    read_arm_exidx(image, image.bytes_at(address, segment.filesz), address, FileOffset{segment.offset});
    return;  // There is one; a file that names its bytes again and again is hostile.
  }
}

void load_linked(const ElfFile& elf, const Dynamic& dynamic, BinaryImage& image, LoadBudget& budget) {
  if (!elf.loads.empty()) image.base = VirtualAddress{elf.loads.front().vaddr & ~0xfffULL};
  map_sections(elf, image, budget);
  // From here on no section is added or moved.
  const SymbolTable dynamic_table = dynamic_symbols(elf, dynamic, symbols_in_relocations(elf, dynamic));
  apply_dynamic_relocations(elf, dynamic, dynamic_table, image, budget);
  add_exports(elf, dynamic_table, image, budget);
  add_symbols(elf, dynamic_table, nullptr, image, budget);
  for (std::size_t i = 0; i < elf.sections.size(); ++i) {
    if (elf.sections[i].type != SHT_SYMTAB) continue;
    add_symbols(elf, SymbolTable::from_section(elf, i), nullptr, image, budget);
    break;  // gABI: there is at most one.
  }
}

}  // namespace
}  // namespace elf

Result<BinaryImage> load_elf(ByteView file) {
  LoadBudget budget(file.size());
  BinaryImage image;
  PROVA_TRY(elf, elf::read_elf_file(file, budget, image.defects));
  const elf::Dynamic dynamic = elf::read_dynamic(elf, image.defects);
  image.format = Format::kElf;
  image.arch = elf::arch_of(elf.machine);
  image.kind = elf::kind_of(elf, dynamic);
  image.bits = elf.bits;
  image.big_endian = elf.in.order() == std::endian::big;
  image.file = file;
  elf::SectionAddresses placed;
  if (elf.type == elf::ET_REL) {
    placed = elf::load_object(elf, image, budget);
  } else {
    elf::load_linked(elf, dynamic, image, budget);
  }
  // From here on section contents are final: pointers read from them are those of the running program.
  elf::add_entry_points(elf, dynamic, placed.empty() ? nullptr : &placed, image);
  elf::add_unwind(elf, image, budget);
  elf::add_arm_index(elf, image);
  add_go_functions(image, budget);
  elf::add_toolmarks(elf, image);
  budget.report(image.defects);
  sort_tables(image);
  return image;
}

}  // namespace prova
