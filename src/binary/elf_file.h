#pragma once
// An ELF file's own headers, decoded but not yet interpreted. Names and numbers are those of the System V ABI,
// chapter 4 and 5 (gABI), and of the processor supplements.

#include <optional>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "binary/binary_image.h"
#include "binary/load_budget.h"

namespace prova::elf {

constexpr std::uint16_t ET_REL = 1, ET_EXEC = 2, ET_DYN = 3;
constexpr std::uint16_t EM_386 = 3, EM_ARM = 40, EM_X86_64 = 62, EM_AARCH64 = 183;
constexpr std::uint32_t PT_LOAD = 1, PT_DYNAMIC = 2, PT_INTERP = 3, PT_NOTE = 4, PT_GNU_EH_FRAME = 0x6474e550,
                        PT_ARM_EXIDX = 0x7000'0001;
constexpr std::uint32_t PF_X = 1, PF_W = 2, PF_R = 4;
constexpr std::uint32_t SHT_PROGBITS = 1, SHT_SYMTAB = 2, SHT_STRTAB = 3, SHT_RELA = 4, SHT_NOTE = 7, SHT_NOBITS = 8,
                        SHT_REL = 9, SHT_DYNSYM = 11, SHT_SYMTAB_SHNDX = 18, SHT_RELR = 19;
constexpr std::uint64_t SHF_WRITE = 1, SHF_ALLOC = 2, SHF_EXECINSTR = 4, SHF_TLS = 0x400, SHF_COMPRESSED = 0x800;
constexpr std::uint32_t SHN_UNDEF = 0, SHN_LORESERVE = 0xff00, SHN_ABS = 0xfff1, SHN_COMMON = 0xfff2,
                        SHN_XINDEX = 0xffff;
constexpr std::uint8_t STB_LOCAL = 0, STB_GLOBAL = 1, STB_WEAK = 2, STB_GNU_UNIQUE = 10;
constexpr std::uint8_t STT_NOTYPE = 0, STT_OBJECT = 1, STT_FUNC = 2, STT_SECTION = 3, STT_FILE = 4, STT_COMMON = 5,
                       STT_TLS = 6, STT_GNU_IFUNC = 10;
constexpr std::uint8_t STV_DEFAULT = 0, STV_INTERNAL = 1, STV_HIDDEN = 2, STV_PROTECTED = 3;

/// Program header: one segment.
struct Segment {
  std::uint32_t type = 0, flags = 0;
  std::uint64_t offset = 0, vaddr = 0, filesz = 0, memsz = 0;
  FileOffset header{};  ///< Where the header itself lies.
};

/// Section header.
struct SectionHeader {
  std::uint32_t name = 0, type = 0, link = 0, info = 0;
  std::uint64_t flags = 0, addr = 0, offset = 0, size = 0, addralign = 0, entsize = 0;
  FileOffset header{};
};

struct ElfFile {
  ByteView bytes;
  ByteReader in{ByteView{}};
  unsigned bits = 64;
  std::uint16_t type = 0, machine = 0;
  std::uint64_t entry = 0;
  std::vector<Segment> segments;        ///< In file order.
  std::vector<Segment> loads;           ///< PT_LOAD alone, ascending by address.
  std::vector<SectionHeader> sections;  ///< In file order: indices in the file are indices here. May be empty.
  bool sections_complete = false;       ///< All of the section table lies in the file.
  ByteView section_names;

  [[nodiscard]] bool is_64() const { return bits == 64; }
  /// Address, offset or size of the file's class.
  [[nodiscard]] std::uint64_t word_at(std::uint64_t offset) const {
    return is_64() ? in.value_at<std::uint64_t>(FileOffset{offset}) : in.value_at<std::uint32_t>(FileOffset{offset});
  }
  /// Name of a section; empty when the offset is outside the string table.
  [[nodiscard]] std::string_view name_of(const SectionHeader& section) const;
  /// Bytes of a section in the file, cut at the end of the file; empty for SHT_NOBITS.
  [[nodiscard]] ByteView content_of(const SectionHeader& section) const;
  /// The PT_LOAD segment that holds `address`, or null. O(log segments).
  [[nodiscard]] const Segment* load_at(std::uint64_t address) const;
  /// Bytes that the segments put at `address`, at most `limit`; empty outside of them.
  [[nodiscard]] ByteView mapped_at(std::uint64_t address, std::uint64_t limit) const;
  /// Where the byte at `address` lies in the file; 0 when no segment holds it.
  [[nodiscard]] FileOffset offset_of(std::uint64_t address) const;
};

/// Reads identification, header, program headers and section headers. Tables that are cut off are read as far as they
/// go. O(headers). Errors: kTruncated (no whole ELF header); kMalformed (no magic; class or byte order not defined).
[[nodiscard]] Result<ElfFile> read_elf_file(ByteView file, LoadBudget& budget, std::vector<Defect>& defects);

/// The NUL-terminated name at `offset` of a string table: cut at kMaxNameLength, empty when there is none.
[[nodiscard]] std::string_view name_in(ByteView strings, std::uint64_t offset);

}  // namespace prova::elf
