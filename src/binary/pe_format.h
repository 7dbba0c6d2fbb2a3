#pragma once
// The headers of PE and COFF files as numbers. Spec: Microsoft "PE Format"; field names follow it.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "binary/binary_image.h"

namespace prova::pe {

constexpr std::uint16_t kDosMagic = 0x5a4d;          // "MZ"
constexpr std::uint32_t kPeSignature = 0x0000'4550;  // "PE\0\0"
constexpr std::uint64_t kCoffHeaderSize = 20;
constexpr std::uint64_t kSectionHeaderSize = 40;

/// The specification speaks of 96 sections; later Windows loaders take more and some samples use that. Images with
/// more than this get the first ones and a defect. Object files (one COMDAT section per function) have their own cap.
constexpr std::uint32_t kMaxImageSections = 2048;

/// IMAGE_FILE_HEADER, "COFF File Header (Object and Image)".
struct CoffHeader {
  std::uint16_t machine = 0;
  std::uint32_t section_count = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t symbol_table = 0;
  std::uint32_t symbol_count = 0;
  std::uint16_t optional_size = 0;
  std::uint16_t characteristics = 0;
};

constexpr std::uint16_t kFileExecutableImage = 0x0002;
constexpr std::uint16_t kFileDll = 0x2000;

struct DataDirectory {
  std::uint32_t rva = 0;  ///< For kSecurity: an offset in the file.
  std::uint32_t size = 0;
  FileOffset offset{};  ///< Of the directory's own entry, for defects.
};

/// Index in the table of "Optional Header Data Directories".
enum class Directory : std::uint8_t {
  kExport = 0,
  kImport = 1,
  kResource = 2,
  kException = 3,
  kSecurity = 4,
  kBaseRelocation = 5,
  kDebug = 6,
  kTls = 9,
  kLoadConfig = 10,
  kDelayImport = 13,
};
constexpr std::size_t kDirectoryCount = 16;

/// IMAGE_OPTIONAL_HEADER32/64: what later passes need of it.
struct OptionalHeader {
  bool plus = false;  ///< PE32+.
  std::uint8_t linker_major = 0, linker_minor = 0;
  std::uint32_t entry_point = 0;
  std::uint64_t image_base = 0;
  std::uint32_t section_alignment = 0, file_alignment = 0;
  std::uint32_t size_of_image = 0, size_of_headers = 0;
  std::array<DataDirectory, kDirectoryCount> directories{};
};

/// IMAGE_SECTION_HEADER.
struct SectionHeader {
  std::string_view short_name;  ///< The 8 bytes up to a NUL.
  std::uint32_t virtual_size = 0, virtual_address = 0;
  std::uint32_t raw_size = 0, raw_offset = 0;
  std::uint32_t relocation_offset = 0;
  std::uint16_t relocation_count = 0;
  std::uint32_t characteristics = 0;
  FileOffset offset{};  ///< Of this header in the file.
};

constexpr std::uint32_t kSectionUninitialised = 0x0000'0080;
constexpr std::uint32_t kSectionRelocationOverflow = 0x0100'0000;
constexpr std::uint32_t kSectionExecute = 0x2000'0000, kSectionRead = 0x4000'0000, kSectionWrite = 0x8000'0000;

struct Headers {
  FileOffset pe_offset{};  ///< e_lfanew: where "PE\0\0" stands.
  CoffHeader coff;
  OptionalHeader optional;
  FileOffset section_table{};
  [[nodiscard]] const DataDirectory& directory(Directory d) const {
    return optional.directories[static_cast<std::size_t>(d)];
  }
};

/// "Machine Types". kUnknown for those that we do not decode.
[[nodiscard]] Arch arch_of_machine(std::uint16_t machine);

/// The COFF header at `at`. Errors: kTruncated.
[[nodiscard]] Result<CoffHeader> read_coff_header(ByteView file, FileOffset at);

/// Everything up to the section table. O(1).
/// Errors: kTruncated; kMalformed (no "MZ", no PE signature, no known optional header magic).
[[nodiscard]] Result<Headers> read_headers(ByteView file);

/// The section headers that lie inside the file, at most `limit`; the missing ones become a defect. O(count).
[[nodiscard]] std::vector<SectionHeader> read_section_table(ByteView file, FileOffset at, std::uint32_t count,
                                                            std::uint32_t limit, std::vector<Defect>& defects);

/// A section's name: "/123" is an offset into the string table that follows the symbols ("Section Table", Name).
[[nodiscard]] std::string_view section_name(const SectionHeader& header, ByteView string_table);

/// The string table behind the symbols, its 4-byte size included; empty when there is none. `symbol_size` is 18, or
/// 20 in /bigobj files.
[[nodiscard]] ByteView string_table(ByteView file, const CoffHeader& coff, std::uint64_t symbol_size);

}  // namespace prova::pe
