#pragma once
// Where an ELF file's bytes go in memory: the sections of a BinaryImage.

#include "binary/elf_file.h"

namespace prova::elf {

/// Why the section table is not used, or empty when it agrees with the program headers: a table that is missing, cut
/// off, without an executable section for the entry point, or that puts bytes elsewhere than the segments do.
/// Executables run without one, so packers drop or forge it; the kernel reads the program headers alone.
/// O(sections log segments).
[[nodiscard]] std::string distrust_of_sections(const ElfFile& elf);

/// Fills image.sections of an executable or shared library: from the section table where that can be trusted, else
/// one section per PT_LOAD, named "PT_LOAD#0" and so on. Sorted by address.
void map_sections(const ElfFile& elf, BinaryImage& image, LoadBudget& budget);

/// True for sections that take up memory at run time. .tbss does not: its size is that of a template.
[[nodiscard]] bool occupies_memory(const SectionHeader& section);

/// Converts one section header; `address` is where it goes.
[[nodiscard]] Section section_from(const ElfFile& elf, const SectionHeader& header, VirtualAddress address);

}  // namespace prova::elf
