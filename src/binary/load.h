#pragma once
// Start here: from the bytes of an untrusted file to the programs inside it.

#include <optional>
#include <vector>

#include "binary/binary_image.h"

namespace prova {

/// What a container may hold before we stop reading it: a static libcrypto has some 900 members, LLVM's largest
/// archives a few thousand.
constexpr std::size_t kMaxMembers = 20'000;

/// How to read bytes that no header describes (`--raw ARCH@BASE`).
struct RawLayout {
  Arch arch = Arch::kX64;
  VirtualAddress base{};
};

/// Parses "x64@0x180000000". Errors: kUsage, naming what was expected.
[[nodiscard]] Result<RawLayout> parse_raw_layout(std::string_view text);

struct LoadedFile {
  std::string container;            ///< "", "ar", "fat".
  std::vector<BinaryImage> images;  ///< At least one; an archive's members in their order.
  std::vector<Defect> defects;      ///< Of the container itself, and members that could not be read.
};

/// Recognises and loads PE32, PE32+, ELF32, ELF64, Mach-O (thin and fat), COFF objects, `ar` archives of these, and
/// with `raw` set a memory dump. A damaged file yields what can be read and a list of defects.
/// `file` must outlive the result. Memory: O(file size). Errors: kUnsupported (not a format that we read, or nothing
/// in it that is); kTruncated, kMalformed, kLimit when not even the headers can be read.
[[nodiscard]] Result<LoadedFile> load(ByteView file, const std::optional<RawLayout>& raw = std::nullopt);

// One loader per format; `load` picks by magic number. Each returns what it could read, or the error of the first
// structure without which nothing can be.
[[nodiscard]] bool looks_like_pe(ByteView file);
[[nodiscard]] Result<BinaryImage> load_pe(ByteView file);
[[nodiscard]] bool looks_like_coff_object(ByteView file);
[[nodiscard]] Result<BinaryImage> load_coff_object(ByteView file);
[[nodiscard]] bool looks_like_elf(ByteView file);
[[nodiscard]] Result<BinaryImage> load_elf(ByteView file);
[[nodiscard]] bool looks_like_macho(ByteView file);
[[nodiscard]] Result<BinaryImage> load_macho(ByteView file);
[[nodiscard]] bool looks_like_fat_macho(ByteView file);
[[nodiscard]] Result<LoadedFile> load_fat_macho(ByteView file);
[[nodiscard]] bool looks_like_archive(ByteView file);
[[nodiscard]] Result<LoadedFile> load_archive(ByteView file);
[[nodiscard]] Result<BinaryImage> load_raw(ByteView file, const RawLayout& layout);

}  // namespace prova
