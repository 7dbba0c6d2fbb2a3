#pragma once
// Builds small ELF files for tests: any class, either byte order, with exactly the tables a test asks for.

#include <bit>
#include <cstring>
#include <string>
#include <vector>

#include "base/byte_reader.h"

namespace prova::test {

/// Appends integers in a chosen byte order.
class ByteWriter {
 public:
  explicit ByteWriter(std::endian order = std::endian::little) : order_(order) {}
  template <std::integral T>
  ByteWriter& put(T value) {
    if (order_ != std::endian::native) value = byte_swapped(value);
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof(T));
    std::memcpy(bytes_.data() + at, &value, sizeof(T));
    return *this;
  }
  ByteWriter& u8(std::uint64_t v) { return put(static_cast<std::uint8_t>(v)); }
  ByteWriter& u16(std::uint64_t v) { return put(static_cast<std::uint16_t>(v)); }
  ByteWriter& u32(std::uint64_t v) { return put(static_cast<std::uint32_t>(v)); }
  ByteWriter& u64(std::uint64_t v) { return put(v); }
  ByteWriter& word(unsigned bits, std::uint64_t v) { return bits == 64 ? u64(v) : u32(v); }
  ByteWriter& text(std::string_view s) { return bytes(as_bytes(s)); }
  ByteWriter& c_string(std::string_view s) { return text(s).u8(0); }
  ByteWriter& bytes(ByteView view) {
    for (const std::byte b : view) bytes_.push_back(b);
    return *this;
  }
  ByteWriter& pad_to(std::size_t size) {
    if (bytes_.size() < size) bytes_.resize(size);
    return *this;
  }
  ByteWriter& align(std::size_t to) { return pad_to((bytes_.size() + to - 1) / to * to); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] const std::vector<std::byte>& get() const { return bytes_; }

 private:
  std::endian order_;
  std::vector<std::byte> bytes_;
};

/// Overwrites the integer at `at`, little-endian.
template <std::integral T>
void poke(std::vector<std::byte>& file, std::size_t at, T value) {
  std::memcpy(file.data() + at, &value, sizeof(T));
}

struct ElfSection {
  std::string name;
  std::uint32_t type = 1;  ///< SHT_PROGBITS
  std::uint64_t flags = 0, address = 0;
  std::vector<std::byte> content;
  std::uint32_t link = 0, info = 0;
  std::uint64_t entsize = 0, align = 1;
  std::uint64_t memory = 0;  ///< Size of SHT_NOBITS.
};

struct ElfSegment {
  std::uint32_t type = 1, flags = 5;
  std::size_t section = 0;  ///< 1-based: which section it covers.
};

struct ElfSpec {
  unsigned bits = 64;
  std::endian order = std::endian::little;
  std::uint16_t type = 3, machine = 62;
  std::uint64_t entry = 0;
  std::vector<ElfSection> sections;  ///< Section 1 and on; 0 and the name table (last) are added.
  std::vector<ElfSegment> segments;
  bool section_table = true;
};

/// The file: header, program headers, contents, section names, section headers. Contents begin at multiples of 16.
inline std::vector<std::byte> build_elf(const ElfSpec& spec) {
  const unsigned w = spec.bits;
  const std::size_t header_size = w == 64 ? 64 : 52, segment_size = w == 64 ? 56 : 32, section_size = w == 64 ? 64 : 40;
  std::string names(1, '\0');
  std::vector<std::size_t> name_at, offsets;
  std::size_t at = header_size + spec.segments.size() * segment_size;
  for (const ElfSection& s : spec.sections) {
    name_at.push_back(names.size());
    names += s.name + '\0';
    at = (at + 15) / 16 * 16;
    offsets.push_back(at);
    at += s.content.size();
  }
  const std::size_t own_name = names.size(), names_at = at;
  names += std::string(".shstrtab") + '\0';
  const std::size_t table_at = (names_at + names.size() + 15) / 16 * 16;
  const auto size_of = [](const ElfSection& s) { return s.type == 8 ? s.memory : s.content.size(); };

  ByteWriter out(spec.order);
  out.text(
         "\x7f"
         "ELF")
      .u8(w == 64 ? 2 : 1)
      .u8(spec.order == std::endian::little ? 1 : 2)
      .u8(1)
      .pad_to(16);
  out.u16(spec.type).u16(spec.machine).u32(1).word(w, spec.entry).word(w, spec.segments.empty() ? 0 : header_size);
  out.word(w, spec.section_table ? table_at : 0).u32(0).u16(header_size).u16(segment_size).u16(spec.segments.size());
  out.u16(section_size).u16(spec.section_table ? spec.sections.size() + 2 : 0);
  out.u16(spec.section_table ? spec.sections.size() + 1 : 0);
  for (const ElfSegment& p : spec.segments) {
    const ElfSection& s = spec.sections.at(p.section - 1);
    out.u32(p.type);
    if (w == 64) out.u32(p.flags);
    out.word(w, offsets[p.section - 1]).word(w, s.address).word(w, s.address);
    out.word(w, s.content.size()).word(w, size_of(s));
    if (w == 32) out.u32(p.flags);
    out.word(w, 1);
  }
  for (std::size_t i = 0; i < spec.sections.size(); ++i) out.pad_to(offsets[i]).bytes(spec.sections[i].content);
  out.pad_to(names_at).text(names);
  if (!spec.section_table) return out.get();
  const auto header = [&](std::uint64_t name, const ElfSection& s, std::uint64_t offset, std::uint64_t size) {
    out.u32(name).u32(s.type).word(w, s.flags).word(w, s.address).word(w, offset).word(w, size);
    out.u32(s.link).u32(s.info).word(w, s.align).word(w, s.entsize);
  };
  out.pad_to(table_at);
  header(0, ElfSection{.name = {}, .type = 0, .content = {}, .align = 0}, 0, 0);
  for (std::size_t i = 0; i < spec.sections.size(); ++i) {
    header(name_at[i], spec.sections[i], offsets[i], size_of(spec.sections[i]));
  }
  header(own_name, ElfSection{.name = {}, .type = 3, .content = {}}, names_at, names.size());
  return out.get();
}

struct ElfSymbol {
  std::uint32_t name = 0;
  std::uint8_t binding = 1, type = 2, visibility = 0;
  std::uint16_t section = 0;
  std::uint64_t value = 0, size = 0;
};

/// A symbol table with the null entry first.
inline std::vector<std::byte> elf_symbols(const ElfSpec& spec, const std::vector<ElfSymbol>& symbols) {
  ByteWriter out(spec.order);
  out.pad_to(spec.bits == 64 ? 24 : 16);
  for (const ElfSymbol& s : symbols) {
    const unsigned info = s.binding << 4U | s.type;
    out.u32(s.name);
    if (spec.bits == 64) {
      out.u8(info).u8(s.visibility).u16(s.section).u64(s.value).u64(s.size);
    } else {
      out.u32(s.value).u32(s.size).u8(info).u8(s.visibility).u16(s.section);
    }
  }
  return out.get();
}

/// SHT_RELA entries.
struct ElfRelocation {
  std::uint64_t offset = 0;
  std::uint32_t symbol = 0, type = 0;
  std::int64_t addend = 0;
};
inline std::vector<std::byte> elf_relocations(const ElfSpec& spec, const std::vector<ElfRelocation>& entries) {
  ByteWriter out(spec.order);
  for (const ElfRelocation& r : entries) {
    out.word(spec.bits, r.offset);
    out.word(spec.bits, spec.bits == 64 ? std::uint64_t{r.symbol} << 32U | r.type : r.symbol << 8U | r.type);
    out.word(spec.bits, static_cast<std::uint64_t>(r.addend));
  }
  return out.get();
}

inline std::vector<std::byte> bytes_of(std::string_view text) {
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}

/// A shared library: .text at 0x1000 (16 bytes), .data at 0x2000 (four words), one exported function "f" at 0x1004, the
/// undefined function "puts" with a slot at the first word of .data, and a relative relocation of the second to 0x1008.
inline ElfSpec small_library(unsigned bits = 64, std::endian order = std::endian::little) {
  ElfSpec spec;
  spec.bits = bits, spec.order = order, spec.machine = bits == 64 ? 62 : 40;
  spec.entry = 0x1000;
  const std::uint64_t w = bits / 8;
  const bool wide = bits == 64;
  const auto strings = bytes_of(std::string_view("\0f\0puts\0", 8));
  const auto symbols = elf_symbols(spec, {{.name = 1, .section = 1, .value = 0x1004, .size = 4}, {.name = 3}});
  // AMD64: JUMP_SLOT 7, RELATIVE 8; ARM: 22, 23.
  const auto relocations =
      elf_relocations(spec, {{0x2000, 2, wide ? 7U : 22U, 0}, {0x2000 + w, 0, wide ? 8U : 23U, 0x1008}});
  ByteWriter dynamic(order);
  const auto entry = [&](std::uint64_t tag, std::uint64_t value) { dynamic.word(bits, tag).word(bits, value); };
  entry(5, 0x4000), entry(10, strings.size()), entry(6, 0x3000), entry(7, 0x5000), entry(8, relocations.size());
  entry(0, 0);
  spec.sections = {
      {.name = ".text", .flags = 6, .address = 0x1000, .content = bytes_of("0123456789abcdef")},
      {.name = ".data", .flags = 3, .address = 0x2000, .content = std::vector<std::byte>(4 * w)},
      {.name = ".dynsym", .type = 11, .flags = 2, .address = 0x3000, .content = symbols, .link = 4},
      {.name = ".dynstr", .type = 3, .flags = 2, .address = 0x4000, .content = strings},
      {.name = ".rela.dyn", .type = 4, .flags = 2, .address = 0x5000, .content = relocations, .link = 3},
      {.name = ".dynamic", .type = 6, .flags = 3, .address = 0x6000, .content = dynamic.get(), .link = 4},
      {.name = ".bss", .type = 8, .flags = 3, .address = 0x7000, .content = {}, .memory = 0x100},
  };
  spec.segments = {{.flags = 5, .section = 1}, {.flags = 6, .section = 2},           {.flags = 4, .section = 3},
                   {.flags = 4, .section = 4}, {.flags = 4, .section = 5},           {.flags = 6, .section = 6},
                   {.flags = 6, .section = 7}, {.type = 2, .flags = 6, .section = 6}};
  return spec;
}

}  // namespace prova::test
