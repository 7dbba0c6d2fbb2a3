#pragma once
// What ELF files say about the tools that made them.

#include "binary/elf_file.h"

namespace prova::elf {

/// Adds the build id (SHT_NOTE, PT_NOTE), the strings of .comment, and the marks of Go and Rust. O(file size).
void add_toolmarks(const ElfFile& elf, BinaryImage& image);

}  // namespace prova::elf
