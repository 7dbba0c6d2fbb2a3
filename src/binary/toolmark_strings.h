#pragma once
// Toolmarks that are strings wherever they occur: shared by ELF and Mach-O.

#include "binary/binary_image.h"

namespace prova {

/// Adds a toolmark unless its twin is there.
void add_toolmark(BinaryImage& image, Toolmark::Kind kind, std::string value, FileOffset offset);

/// Adds what a compiler string such as "GCC: (Debian 12.2.0-14) 12.2.0" says: kCompiler; for those of linkers
/// ("Linker: LLD 19.1.7") kLinkerVersion; for rustc's also kLanguage.
void add_compiler_string(BinaryImage& image, std::string_view text, FileOffset offset);

/// Looks for what Go and Rust leave in the data of every program: Go's build info (its version), paths of the Rust
/// standard library ("/rustc/COMMIT/"). O(file size).
void add_language_marks(BinaryImage& image);

}  // namespace prova
