#pragma once
// A Mach-O file's own headers, decoded but not yet interpreted. Source: Apple's <mach-o/loader.h>, <mach-o/nlist.h>;
// names and numbers are theirs.

#include <optional>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "binary/binary_image.h"
#include "binary/load_budget.h"

namespace prova::macho {

constexpr std::uint32_t MH_OBJECT = 1, MH_EXECUTE = 2, MH_DYLIB = 6, MH_BUNDLE = 8;
constexpr std::uint32_t MH_TWOLEVEL = 0x80;
constexpr std::uint32_t CPU_TYPE_X86 = 7, CPU_TYPE_X86_64 = 0x01000007, CPU_TYPE_ARM = 12, CPU_TYPE_ARM64 = 0x0100000c;
constexpr std::uint32_t S_REGULAR = 0, S_ZEROFILL = 1, S_NON_LAZY_SYMBOL_POINTERS = 6, S_LAZY_SYMBOL_POINTERS = 7,
                        S_SYMBOL_STUBS = 8, S_MOD_INIT_FUNC_POINTERS = 9, S_MOD_TERM_FUNC_POINTERS = 10,
                        S_GB_ZEROFILL = 12, S_LAZY_DYLIB_SYMBOL_POINTERS = 16, S_THREAD_LOCAL_ZEROFILL = 18,
                        S_THREAD_LOCAL_VARIABLE_POINTERS = 20, S_INIT_FUNC_OFFSETS = 22;
constexpr std::uint32_t S_ATTR_PURE_INSTRUCTIONS = 0x80000000, S_ATTR_SOME_INSTRUCTIONS = 0x400;
constexpr std::uint32_t VM_PROT_READ = 1, VM_PROT_WRITE = 2, VM_PROT_EXECUTE = 4;

/// Objects have addresses that begin at 0; we move them here, so that no function lies at the null pointer.
constexpr std::uint64_t kObjectBase = 0x10000;

struct Segment {
  std::string_view name;
  std::uint64_t vmaddr = 0, vmsize = 0, fileoff = 0, filesize = 0;
  std::uint32_t protection = 0;
  std::size_t sections = 0;
  FileOffset header{};
};

struct SectionHeader {
  std::string_view segment, name;
  std::uint64_t addr = 0, size = 0;
  std::uint32_t offset = 0, reloff = 0, nreloc = 0, flags = 0, reserved1 = 0, reserved2 = 0;
  std::uint32_t protection = 0;  ///< Of the segment it belongs to.
  FileOffset header{};
  [[nodiscard]] std::uint32_t type() const { return flags & 0xffU; }
  [[nodiscard]] bool zero_filled() const {
    return type() == S_ZEROFILL || type() == S_GB_ZEROFILL || type() == S_THREAD_LOCAL_ZEROFILL;
  }
  [[nodiscard]] bool holds_code() const { return (flags & (S_ATTR_PURE_INSTRUCTIONS | S_ATTR_SOME_INSTRUCTIONS)) != 0; }
};

/// A stretch of __LINKEDIT that a load command points at.
struct LinkEdit {
  std::uint32_t offset = 0, size = 0;
};

struct MachFile {
  ByteView bytes;
  ByteReader in{ByteView{}};
  unsigned bits = 64;
  std::uint32_t cpu_type = 0, cpu_subtype = 0, file_type = 0, flags = 0;
  std::uint64_t slide = 0;  ///< kObjectBase in objects, else 0; already added to all addresses below.
  std::vector<Segment> segments;
  std::vector<SectionHeader> sections;      ///< n_sect and r_symbolnum count from 1 in this list.
  std::vector<std::string_view> libraries;  ///< Library ordinal n is entry n - 1.
  std::uint32_t symoff = 0, nsyms = 0, stroff = 0, strsize = 0;
  std::uint32_t indirectsymoff = 0, nindirectsyms = 0;
  LinkEdit rebase, bind, lazy_bind, exports, function_starts, chained_fixups;
  std::optional<std::uint64_t> main_offset;     ///< LC_MAIN: offset in __TEXT.
  std::optional<std::uint64_t> thread_address;  ///< LC_UNIXTHREAD: program counter.
  std::vector<Toolmark> toolmarks;

  [[nodiscard]] bool is_64() const { return bits == 64; }
  [[nodiscard]] bool is_object() const { return file_type == MH_OBJECT; }
  [[nodiscard]] std::uint64_t word_at(std::uint64_t offset) const {
    return is_64() ? in.value_at<std::uint64_t>(FileOffset{offset}) : in.value_at<std::uint32_t>(FileOffset{offset});
  }
  [[nodiscard]] std::uint32_t u32_at(std::uint64_t offset) const {
    return in.value_at<std::uint32_t>(FileOffset{offset});
  }
  [[nodiscard]] ByteView bytes_of(const LinkEdit& range) const { return clamped(bytes, range.offset, range.size); }
  /// Address of the Mach header in memory: that of the segment which begins at the start of the file.
  [[nodiscard]] std::uint64_t base() const;
  /// Install name of a library by ordinal; empty for "this image", "any" and numbers out of range.
  [[nodiscard]] std::string_view library(std::uint64_t ordinal) const {
    return ordinal >= 1 && ordinal <= libraries.size() ? libraries[static_cast<std::size_t>(ordinal - 1)]
                                                       : std::string_view{};
  }
};

/// Reads header and load commands. Commands that are cut off or too short become defects. O(load commands).
/// Errors: kTruncated (no whole header); kMalformed (no Mach-O magic).
[[nodiscard]] Result<MachFile> read_mach_file(ByteView file, LoadBudget& budget, std::vector<Defect>& defects);

/// The NUL-terminated text at `offset`: cut at kMaxNameLength, empty when there is none.
[[nodiscard]] std::string_view name_in(ByteView strings, std::uint64_t offset);

/// Name as the programmer wrote it: C compilers put one underscore before every name, which is taken off here;
/// names of symbols, imports and exports all pass through this.
[[nodiscard]] std::string_view without_underscore(std::string_view name);

}  // namespace prova::macho
