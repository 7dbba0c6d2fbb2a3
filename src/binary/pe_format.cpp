#include "binary/pe_format.h"

#include <algorithm>

#include "base/byte_reader.h"
#include "binary/name_budget.h"

namespace prova::pe {
namespace {

constexpr std::uint16_t kMagicPe32 = 0x10b, kMagicPe32Plus = 0x20b;

/// Data directories, as many as the header declares, as exist and as lie in the file. The loader of Windows reads
/// them by NumberOfRvaAndSizes, whatever SizeOfOptionalHeader says.
void read_directories(const ByteReader& in, FileOffset count_at, OptionalHeader& header) {
  const auto declared = in.value_at<std::uint32_t>(count_at);
  const std::size_t count = std::min<std::size_t>(declared, kDirectoryCount);
  for (std::size_t i = 0; i < count; ++i) {
    const FileOffset at = count_at + 4 + 8 * i;
    if (!in.contains(at, 8)) return;
    header.directories[i] = {in.value_at<std::uint32_t>(at), in.value_at<std::uint32_t>(at + 4), at};
  }
}

Result<OptionalHeader> read_optional_header(ByteView file, FileOffset at) {
  const ByteReader in(file);
  PROVA_TRY(magic, in.read_at<std::uint16_t>(at));
  if (magic != kMagicPe32 && magic != kMagicPe32Plus) {
    return fail(ErrorCode::kMalformed,
                fmt::format("optional header magic is {:#06x}, expected 0x010b or 0x020b", magic), at);
  }
  OptionalHeader header;
  header.plus = magic == kMagicPe32Plus;
  const std::uint64_t count_field = header.plus ? 108 : 92;  // NumberOfRvaAndSizes
  PROVA_TRY(fixed, in.slice(at, count_field));
  (void)fixed;
  header.linker_major = in.value_at<std::uint8_t>(at + 2);
  header.linker_minor = in.value_at<std::uint8_t>(at + 3);
  header.entry_point = in.value_at<std::uint32_t>(at + 16);
  header.image_base = header.plus ? in.value_at<std::uint64_t>(at + 24) : in.value_at<std::uint32_t>(at + 28);
  header.section_alignment = in.value_at<std::uint32_t>(at + 32);
  header.file_alignment = in.value_at<std::uint32_t>(at + 36);
  header.size_of_image = in.value_at<std::uint32_t>(at + 56);
  header.size_of_headers = in.value_at<std::uint32_t>(at + 60);
  read_directories(in, at + count_field, header);
  return header;
}

/// The number behind "/" in a section name; MSVC and LLVM write base 64 behind "//" for tables over 9,999,999 bytes.
std::optional<std::uint64_t> long_name_offset(std::string_view name) {
  const bool base64 = name.starts_with("//");
  const std::string_view digits = name.substr(base64 ? 2 : 1);
  if (digits.empty()) return std::nullopt;
  constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::uint64_t value = 0;
  for (const char c : digits) {
    const std::size_t digit = base64 ? kBase64.find(c) : std::string_view("0123456789").find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    value = value * (base64 ? 64 : 10) + digit;  // At most 7 digits: no overflow.
  }
  return value;
}

}  // namespace

Arch arch_of_machine(std::uint16_t machine) {
  switch (machine) {
    case 0x014c:
      return Arch::kX86;
    case 0x8664:
      return Arch::kX64;
    case 0x01c0:
    case 0x01c2:
    case 0x01c4:
      return Arch::kArm;
    case 0xaa64:
    case 0xa641:
    case 0xa64e:
      return Arch::kArm64;
    default:
      return Arch::kUnknown;
  }
}

Result<CoffHeader> read_coff_header(ByteView file, FileOffset at) {
  const ByteReader in(file);
  PROVA_TRY(fixed, in.slice(at, kCoffHeaderSize));
  (void)fixed;
  return CoffHeader{.machine = in.value_at<std::uint16_t>(at),
                    .section_count = in.value_at<std::uint16_t>(at + 2),
                    .timestamp = in.value_at<std::uint32_t>(at + 4),
                    .symbol_table = in.value_at<std::uint32_t>(at + 8),
                    .symbol_count = in.value_at<std::uint32_t>(at + 12),
                    .optional_size = in.value_at<std::uint16_t>(at + 16),
                    .characteristics = in.value_at<std::uint16_t>(at + 18)};
}

Result<Headers> read_headers(ByteView file) {
  const ByteReader in(file);
  PROVA_TRY(magic, in.read_at<std::uint16_t>(FileOffset{0}));
  if (magic != kDosMagic) {
    return fail(ErrorCode::kMalformed, fmt::format("DOS magic is {:#06x}, expected 0x5a4d", magic), FileOffset{0});
  }
  Headers headers;
  PROVA_TRY(e_lfanew, in.read_at<std::uint32_t>(FileOffset{0x3c}));
  headers.pe_offset = FileOffset{e_lfanew};
  PROVA_TRY(signature, in.read_at<std::uint32_t>(headers.pe_offset));
  if (signature != kPeSignature) {
    return fail(ErrorCode::kMalformed, fmt::format("PE signature is {:#010x}, expected 0x00004550", signature),
                headers.pe_offset);
  }
  PROVA_TRY(coff, read_coff_header(file, headers.pe_offset + 4));
  headers.coff = coff;
  const FileOffset optional_at = headers.pe_offset + 4 + kCoffHeaderSize;
  PROVA_TRY(optional, read_optional_header(file, optional_at));
  headers.optional = optional;
  headers.section_table = optional_at + coff.optional_size;
  return headers;
}

std::vector<SectionHeader> read_section_table(ByteView file, FileOffset at, std::uint32_t count, std::uint32_t limit,
                                              std::vector<Defect>& defects) {
  const ByteReader in(file);
  const std::uint64_t room = raw(at) < file.size() ? (file.size() - raw(at)) / kSectionHeaderSize : 0;
  std::uint64_t readable = count;
  if (readable > limit) {
    add_defect(defects, at, fmt::format("{} sections, at most {} read", count, limit));
    readable = limit;
  }
  if (readable > room) {
    add_defect(defects, at, fmt::format("{} section headers declared, {} lie inside the file", count, room));
    readable = room;
  }
  std::vector<SectionHeader> headers;
  headers.reserve(static_cast<std::size_t>(readable));
  for (std::uint64_t i = 0; i < readable; ++i) {
    const FileOffset h = at + i * kSectionHeaderSize;
    const std::string_view name = as_text(clamped(file, raw(h), 8));
    headers.push_back({.short_name = name.substr(0, name.find('\0')),
                       .virtual_size = in.value_at<std::uint32_t>(h + 8),
                       .virtual_address = in.value_at<std::uint32_t>(h + 12),
                       .raw_size = in.value_at<std::uint32_t>(h + 16),
                       .raw_offset = in.value_at<std::uint32_t>(h + 20),
                       .relocation_offset = in.value_at<std::uint32_t>(h + 24),
                       .relocation_count = in.value_at<std::uint16_t>(h + 32),
                       .characteristics = in.value_at<std::uint32_t>(h + 36),
                       .offset = h});
  }
  return headers;
}

std::string_view section_name(const SectionHeader& header, ByteView strings) {
  if (!header.short_name.starts_with('/')) return header.short_name;
  const auto offset = long_name_offset(header.short_name);
  if (!offset || *offset < 4 || *offset >= strings.size()) return header.short_name;
  return text_at(strings, *offset);
}

ByteView string_table(ByteView file, const CoffHeader& coff, std::uint64_t symbol_size) {
  if (coff.symbol_table == 0) return {};
  const FileOffset at{coff.symbol_table + symbol_size * coff.symbol_count};
  const ByteReader in(file);
  const auto declared = in.value_at<std::uint32_t>(at);
  return declared < 4 ? ByteView{} : clamped(file, raw(at), declared);
}

}  // namespace prova::pe
