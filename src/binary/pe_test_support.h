#pragma once
// The smallest PE files that a test needs, built field by field.

#include <map>
#include <vector>

#include "binary/bytes_test_support.h"
#include "binary/pe_format.h"

namespace prova::test {

constexpr std::uint32_t kTextFlags = 0x6000'0020, kRdataFlags = 0x4000'0040, kDataFlags = 0xc000'0040;

struct TestSection {
  std::string name;
  std::uint32_t rva = 0x1000;
  std::string content;
  std::uint32_t characteristics = kTextFlags;
  std::uint32_t virtual_size = 0;  ///< 0: the size of the content.
};

struct PeSpec {
  bool plus = true;
  std::uint16_t machine = 0x8664;
  std::uint16_t characteristics = 0x0022;
  std::uint32_t timestamp = 0;
  std::uint32_t entry = 0;
  std::uint64_t base = 0x1'4000'0000;
  std::vector<TestSection> sections;
  std::map<pe::Directory, std::pair<std::uint32_t, std::uint32_t>> directories;  ///< RVA, size.
  std::string stub;     ///< Bytes from 0x80 on, before the PE header: a Rich header.
  std::string symbols;  ///< COFF symbol records; appended behind the sections, with `strings`.
  std::string strings;  ///< String table without its size field.
  std::string overlay;  ///< Appended last.
};

constexpr std::size_t kTestFirstRaw = 0x400;  ///< Where the first section's bytes lie.
constexpr std::size_t kTestFileAlignment = 0x200;

/// Offset of "PE\0\0" in the file that build_pe makes.
inline std::size_t pe_offset_of(const PeSpec& spec) { return 0x80 + (spec.stub.size() + 7) / 8 * 8; }
inline std::size_t optional_size_of(const PeSpec& spec) { return spec.plus ? 240 : 224; }
inline std::size_t section_table_of(const PeSpec& spec) { return pe_offset_of(spec) + 24 + optional_size_of(spec); }
/// Offset of a data directory's entry.
inline std::size_t directory_offset_of(const PeSpec& spec, pe::Directory directory) {
  return pe_offset_of(spec) + 24 + (spec.plus ? 112 : 96) + 8 * static_cast<std::size_t>(directory);
}

inline void write_optional_header(Blob& out, const PeSpec& spec) {
  const std::size_t at = pe_offset_of(spec) + 24;
  out.at(at).u16(spec.plus ? 0x20b : 0x10b).u8(14).u8(30);
  out.at(at + 16).u32(spec.entry);
  if (spec.plus) {
    out.at(at + 24).u64(spec.base);
  } else {
    out.at(at + 28).u32(spec.base);
  }
  out.at(at + 32).u32(0x1000).u32(kTestFileAlignment);
  out.at(at + 56).u32(0x10'0000).u32(kTestFirstRaw);  // SizeOfImage, SizeOfHeaders
  out.at(at + (spec.plus ? 108 : 92)).u32(16);
  for (const auto& [directory, place] : spec.directories) {
    out.at(directory_offset_of(spec, directory)).u32(place.first).u32(place.second);
  }
}

inline std::string build_pe(const PeSpec& spec) {
  Blob out(kTestFirstRaw);
  const std::size_t pe = pe_offset_of(spec);
  out.at(0).text("MZ").at(0x3c).u32(pe).at(0x80).text(spec.stub);
  out.at(pe).u32(0x4550).u16(spec.machine).u16(spec.sections.size()).u32(spec.timestamp);
  out.at(pe + 20).u16(optional_size_of(spec)).u16(spec.characteristics);
  write_optional_header(out, spec);
  std::size_t raw = kTestFirstRaw;
  for (std::size_t i = 0; i < spec.sections.size(); ++i) {
    const TestSection& section = spec.sections[i];
    const std::size_t size =
        (section.content.size() + kTestFileAlignment - 1) / kTestFileAlignment * kTestFileAlignment;
    const std::size_t header = section_table_of(spec) + 40 * i;
    out.at(header).text(section.name).at(header + 8);
    out.u32(section.virtual_size != 0 ? section.virtual_size : section.content.size()).u32(section.rva);
    out.u32(size).u32(raw).at(header + 36).u32(section.characteristics);
    out.at(raw).text(section.content).pad_to(raw + size);
    raw += size;
  }
  if (!spec.symbols.empty()) {
    out.at(pe + 12).u32(raw).u32(spec.symbols.size() / 18);
    out.at(raw).text(spec.symbols).u32(spec.strings.size() + 4).text(spec.strings);
  }
  return out.str() + spec.overlay;
}

/// One section of code at RVA 0x1000 that returns at once.
inline PeSpec minimal_pe() {
  PeSpec spec;
  spec.entry = 0x1000;
  spec.sections.push_back({.name = ".text", .rva = 0x1000, .content = "\xc3"});
  return spec;
}

}  // namespace prova::test
