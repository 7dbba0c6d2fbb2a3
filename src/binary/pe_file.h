#pragma once
// A PE file while it is being loaded: its headers, its memory as Windows would map it, and the image that fills up.
// Each pass (imports, exports, unwind, ...) is one file, reads `PeFile` and adds to `image`.

#include "base/byte_reader.h"
#include "binary/binary_image.h"
#include "binary/name_budget.h"
#include "binary/pe_format.h"

namespace prova::pe {

/// File bytes that are mapped at some RVA, up to the end of their section, and where they lie in the file.
struct Mapped {
  ByteView bytes;
  FileOffset offset{};
  [[nodiscard]] ByteReader reader() const { return ByteReader(bytes, std::endian::little, offset); }
};

struct PeFile {
  Headers headers;
  BinaryImage image;
  NameBudget names;
  /// Address of each section in the order of the section table, which symbols refer to (from 1).
  std::vector<VirtualAddress> section_addresses;

  explicit PeFile(ByteView file) : names(file.size()) { image.file = file; }

  [[nodiscard]] VirtualAddress at(std::uint64_t rva) const { return image.base + rva; }
  [[nodiscard]] unsigned pointer_size() const { return headers.optional.plus ? 8 : 4; }
  /// Bytes mapped at `rva`, at most `limit`, from a section or the headers; empty where the file holds none. O(log n).
  [[nodiscard]] Mapped map(std::uint64_t rva, std::uint64_t limit = ~0ULL) const;
  /// The bytes of a data directory, cut where its section ends: a defect then. Empty without one when it is absent.
  [[nodiscard]] Mapped map_directory(Directory directory, std::string_view what);
  /// NUL-terminated text at `rva`, a view into the file; nullopt where nothing is mapped.
  [[nodiscard]] std::optional<std::string_view> text(std::uint64_t rva) const;
  void defect(FileOffset offset, std::string message) { add_defect(image.defects, offset, std::move(message)); }
  void toolmark(Toolmark::Kind kind, std::string value, FileOffset offset) {
    image.toolmarks.push_back({kind, std::move(value), offset});
  }
};

// The passes, in the order in which load_pe runs them. None fails: what is wrong becomes a defect.

/// Sections as Windows maps them (see pe_sections.cpp for the rounding).
void read_sections(PeFile& pe);
/// The symbol table that GNU linkers leave in an image ("COFF Symbol Table").
void read_symbols(PeFile& pe);
/// "The .idata Section" and "Delay-Load Import Tables". Also the imphash toolmark, over the ordinary imports alone.
void read_imports(PeFile& pe);
void read_delay_imports(PeFile& pe);
/// "The .edata Section (Image Only)".
void read_exports(PeFile& pe);
/// "The .reloc Section (Image Only)".
void read_base_relocations(PeFile& pe);
/// Entry point and TLS callbacks ("The .tls Section").
void read_entry_points(PeFile& pe);
/// Guard CF function table and SafeSEH handlers ("The Load Configuration Structure").
void read_load_config(PeFile& pe);
/// "The .pdata Section": x64, ARM and ARM64 function tables.
void read_unwind(PeFile& pe);
/// Rich header, timestamps, PDB, version resource, signer, linker version, compiler strings.
void read_toolmarks(PeFile& pe);

}  // namespace prova::pe
