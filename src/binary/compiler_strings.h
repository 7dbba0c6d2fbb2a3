#pragma once
// Version strings that compilers leave in the program: GCC, Clang, rustc, Go.

#include "binary/binary_image.h"

namespace prova {

/// Different strings kept per file: a program linked from many objects repeats two or three.
constexpr std::size_t kMaxCompilerStrings = 64;

/// Adds kCompiler, kLanguage and kBuildId (Go) toolmarks found in the bytes of the sections. Each different value
/// once, at its first place. O(bytes in sections), overlapping sections counted once.
void read_compiler_strings(BinaryImage& image);

}  // namespace prova
