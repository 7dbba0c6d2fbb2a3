// Sections as the loader of Windows maps them, and the symbols in them.

#include <algorithm>

#include "binary/coff_symbols.h"
#include "binary/pe_file.h"

namespace prova::pe {
namespace {

constexpr std::uint64_t kPage = 0x1000;
/// The loader of Windows counts file offsets of sections in sectors, whatever FileAlignment says.
constexpr std::uint64_t kSector = 0x200;

constexpr std::uint64_t rounded_up(std::uint64_t value, std::uint64_t unit) { return (value + unit - 1) / unit * unit; }

/// How many of `tail`, the mapped bytes past VirtualSize, belong to the section: linkers pad with zeros up to
/// FileAlignment, and what is not zero was put there by someone.
std::uint64_t used_tail(ByteView tail) {
  std::size_t used = tail.size();
  while (used > 0 && tail[used - 1] == std::byte{0}) --used;
  return used;
}

/// Where one section's bytes come from. Windows rounds the file offset down to a sector and maps whole pages of the
/// virtual size; VirtualSize 0 means the raw size. Below page alignment the file is mapped as it lies.
Section mapped_section(PeFile& pe, const SectionHeader& header, ByteView strings) {
  const ByteView file = pe.image.file;
  const bool paged = pe.headers.optional.section_alignment >= kPage;
  const std::uint64_t start = paged ? header.raw_offset / kSector * kSector : header.raw_offset;
  const std::uint64_t raw_size =
      header.raw_offset == 0 || (header.characteristics & kSectionUninitialised && header.raw_size == 0)
          ? 0
          : (paged ? rounded_up(header.raw_size, kSector) : header.raw_size);
  Section section;
  section.name = pe.names.keep(section_name(header, strings), header.offset, pe.image.defects);
  section.address = pe.at(header.virtual_address);
  section.size = header.virtual_size != 0 ? header.virtual_size : header.raw_size;
  section.offset = FileOffset{start};
  const std::uint64_t mapped_size = std::min(raw_size, rounded_up(section.size, kPage));
  const ByteView mapped = clamped(file, start, mapped_size);
  if (header.raw_offset != 0 && header.raw_size != 0 &&
      start + std::min<std::uint64_t>(header.raw_size, mapped_size) > file.size()) {
    pe.defect(header.offset + 16,
              fmt::format("section {} needs {} bytes at {:#x}, the file holds {} of them",
                          pe.section_addresses.size() + 1, header.raw_size, header.raw_offset, mapped.size()));
  }
  if (mapped.size() > section.size) {
    section.size += used_tail(mapped.subspan(static_cast<std::size_t>(section.size)));
  }
  section.content = clamped(mapped, 0, section.size);
  section.readable = (header.characteristics & kSectionRead) != 0;
  section.writable = (header.characteristics & kSectionWrite) != 0;
  section.executable = (header.characteristics & kSectionExecute) != 0;
  return section;
}

void report_overlaps(PeFile& pe) {
  const auto& sections = pe.image.sections;
  for (std::size_t i = 1; i < sections.size(); ++i) {
    if (distance(sections[i - 1].address, sections[i].address) < sections[i - 1].size) {
      pe.defect(pe.headers.section_table,
                fmt::format("sections overlap in memory: one of {:#x} bytes at {:#x}, the next at {:#x}",
                            sections[i - 1].size, raw(sections[i - 1].address), raw(sections[i].address)));
    }
  }
}

/// Tiny hand-made files run from their headers: the entry point then lies in no section.
void add_header_section(PeFile& pe) {
  const auto entry = pe.headers.optional.entry_point;
  if (entry == 0 || pe.image.section_at(pe.at(entry)) != nullptr) return;
  const Mapped headers = pe.map(0);
  if (entry >= headers.bytes.size()) return;
  Section section{.name = "(headers)", .address = pe.at(0), .size = headers.bytes.size(), .content = headers.bytes};
  section.executable = true;
  pe.image.sections.insert(pe.image.sections.begin(), std::move(section));
  pe.defect(pe.headers.pe_offset + 0x28, "the entry point lies in the headers");
}

}  // namespace

void read_sections(PeFile& pe) {
  const CoffHeader& coff = pe.headers.coff;
  const ByteView strings = string_table(pe.image.file, coff, kSymbolSize);
  const auto headers = read_section_table(pe.image.file, pe.headers.section_table, coff.section_count,
                                          kMaxImageSections, pe.image.defects);
  for (const SectionHeader& header : headers) {
    pe.image.sections.push_back(mapped_section(pe, header, strings));
    pe.section_addresses.push_back(pe.image.sections.back().address);
  }
  std::stable_sort(pe.image.sections.begin(), pe.image.sections.end(),
                   [](const Section& a, const Section& b) { return raw(a.address) < raw(b.address); });
  report_overlaps(pe);
  add_header_section(pe);
}

void read_symbols(PeFile& pe) {
  for (const CoffSymbol& symbol : read_coff_symbols(pe.image.file, pe.headers.coff, kSymbolSize, pe.image.defects)) {
    if (symbol.section <= 0 || static_cast<std::size_t>(symbol.section) > pe.section_addresses.size()) continue;
    if (!(symbol.is_external() || symbol.storage == StorageClass::kStatic || symbol.storage == StorageClass::kLabel))
      continue;
    if (symbol.is_section() || symbol.name.empty() || pe.names.spent()) continue;
    const VirtualAddress address = pe.section_addresses[static_cast<std::size_t>(symbol.section - 1)] + symbol.value;
    std::string name = pe.names.keep(symbol.name, symbol.offset, pe.image.defects);
    if (name.empty()) continue;
    pe.image.symbols.push_back({.name = std::move(name),
                                .address = address,
                                .size = 0,
                                .kind = kind_of(symbol, pe.image.is_code(address)),
                                .global = symbol.is_external()});
  }
}

}  // namespace prova::pe
