#include "binary/coff_unwind.h"
#include "binary/eh_frame.h"
#include "binary/go_functions.h"
#include "binary/load.h"
#include "binary/pe_file.h"

namespace prova {
namespace {

void identify(pe::PeFile& file) {
  BinaryImage& image = file.image;
  const pe::CoffHeader& coff = file.headers.coff;
  image.format = Format::kPe;
  image.arch = pe::arch_of_machine(coff.machine);
  image.bits = file.headers.optional.plus ? 64 : 32;
  image.base = VirtualAddress{file.headers.optional.image_base};
  image.kind = (coff.characteristics & pe::kFileDll) != 0               ? FileKind::kSharedLibrary
               : (coff.characteristics & pe::kFileExecutableImage) != 0 ? FileKind::kExecutable
                                                                        : FileKind::kOther;
  if (image.arch == Arch::kUnknown) {
    file.defect(file.headers.pe_offset + 4, fmt::format("machine {:#06x} is none that we decode", coff.machine));
  }
}

void read_go_functions(BinaryImage& image) {
  LoadBudget budget(image.file.size());
  add_go_functions(image, budget);
  budget.report(image.defects);
}

}  // namespace

void pe::read_call_frames(BinaryImage& image) {
  LoadBudget budget(image.file.size());
  for (const Section& section : image.sections) {
    // Section names in stripped images are cut to 8 characters.
    if (section.name != ".eh_frame" && section.name != ".eh_fram") continue;
    const EhFrame frame{.content = section.content,
                        .address = section.address,
                        .offset = section.offset,
                        .bits = image.bits,
                        .text_base = std::nullopt,
                        .data_base = std::nullopt};
    read_eh_frame(frame, image.unwind, budget, image.defects);
  }
  budget.report(image.defects);
}

void pe::read_unwind(PeFile& file) {
  // 32-bit x86 has no function table; some linkers leave rubbish in the directory. GNU compilers write DWARF there.
  if (file.image.arch == Arch::kX86) return read_call_frames(file.image);
  const Mapped table = file.map_directory(Directory::kException, "exception directory");
  if (table.bytes.empty()) return;
  read_function_table(file.image, file.at(file.headers.directory(Directory::kException).rva), table.bytes.size());
}

bool looks_like_pe(ByteView file) { return as_text(clamped(file, 0, 2)) == "MZ"; }

Result<BinaryImage> load_pe(ByteView bytes) {
  PROVA_TRY(headers, pe::read_headers(bytes));
  pe::PeFile file(bytes);
  file.headers = headers;
  identify(file);
  pe::read_sections(file);  // From here on no section is added or moved: look-ups by RVA rely on that.
  pe::read_entry_points(file);
  pe::read_imports(file);
  pe::read_delay_imports(file);
  pe::read_exports(file);
  pe::read_base_relocations(file);
  pe::read_load_config(file);
  pe::read_unwind(file);
  pe::read_symbols(file);
  read_go_functions(file.image);
  pe::read_toolmarks(file);
  sort_tables(file.image);
  return std::move(file.image);
}

}  // namespace prova
