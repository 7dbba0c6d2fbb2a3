// Imports, delay-loaded imports and exports.

#include <algorithm>

#include "binary/imphash.h"
#include "binary/pe_file.h"

namespace prova::pe {
namespace {

/// chrome.dll imports some 2,000 names from 60 libraries. Descriptors may share one thunk array, so the file's size
/// does not bound their number.
constexpr std::size_t kMaxImports = 100'000;
constexpr std::uint64_t kMaxImportDescriptors = 10'000;
/// Ordinals have 16 bits, so no more exports can be told apart; names may share them.
constexpr std::uint32_t kMaxExports = 65'536;

constexpr std::uint64_t kImportDescriptorSize = 20, kDelayDescriptorSize = 32, kExportDirectorySize = 40;

/// One library's two parallel tables, as RVAs.
struct ThunkTables {
  std::uint64_t names = 0;  ///< Import lookup table.
  std::uint64_t slots = 0;  ///< Import address table.
  std::uint64_t bias = 0;   ///< Subtracted from an entry to get the RVA of its name.
};

/// Entries that may still be looked at: descriptors can share one table of a million bad entries.
struct ThunkBudget {
  std::size_t left = kMaxImports;
};

/// The name that a lookup table entry stands for; nullopt when it points nowhere.
std::optional<std::string> import_name(PeFile& pe, std::uint64_t entry, std::uint64_t bias, FileOffset at) {
  const bool by_ordinal = (entry >> (pe.pointer_size() * 8 - 1)) != 0;
  if (by_ordinal) return fmt::format("#{}", entry & 0xffff);
  const auto text = pe.text(entry - bias + 2);  // Behind the 2-byte hint.
  if (!text || text->empty()) return std::nullopt;
  return pe.names.keep(*text, at, pe.image.defects);
}

/// Walks one library's tables up to the zero entry.
void read_thunks(PeFile& pe, std::string_view library, const ThunkTables& tables, ThunkBudget& budget) {
  const unsigned width = pe.pointer_size();
  const Mapped mapped = pe.map(tables.names);
  const ByteReader in = mapped.reader();
  for (std::uint64_t i = 0;; ++i) {
    const FileOffset at = mapped.offset + i * width;
    if (!in.contains(FileOffset{i * width}, width)) {
      pe.defect(at, "import lookup table without a zero entry at its end");
      return;
    }
    const std::uint64_t entry = width == 8 ? in.value_at<std::uint64_t>(FileOffset{i * width})
                                           : in.value_at<std::uint32_t>(FileOffset{i * width});
    if (entry == 0) return;
    if (budget.left-- == 0) {
      budget.left = 0;
      pe.defect(at, fmt::format("more than {} imports, the rest is left out", kMaxImports));
      return;
    }
    auto name = import_name(pe, entry, tables.bias, at);
    if (!name) {
      pe.defect(at, fmt::format("import entry {:#x} is neither an ordinal nor the RVA of a name", entry));
      continue;
    }
    pe.image.imports.push_back({.library = pe.names.keep(library, at, pe.image.defects),
                                .name = *std::move(name),
                                .where = pe.at(tables.slots + i * width),
                                .reach = Import::Reach::kPointer});
    if (pe.names.spent()) return;
  }
}

bool may_go_on(const PeFile& pe, const ThunkBudget& budget) { return budget.left > 0 && !pe.names.spent(); }

/// The RVA of a delay-load field: Visual C++ 6 wrote addresses and left bit 0 of Attributes clear.
std::uint64_t delay_rva(const PeFile& pe, bool rva_based, std::uint32_t field) {
  return rva_based || field == 0 ? field : field - pe.headers.optional.image_base;
}

struct ExportTables {
  std::uint32_t base = 0, function_count = 0, name_count = 0;
  Mapped functions, names, ordinals;
};

/// Cuts a declared count to the entries that the file holds.
std::uint32_t counted(PeFile& pe, std::string_view what, std::uint32_t declared, const Mapped& table,
                      std::uint64_t width, FileOffset at) {
  const std::uint64_t room = std::min<std::uint64_t>(table.bytes.size() / width, kMaxExports);
  if (declared <= room) return declared;
  pe.defect(at, fmt::format("{} {} declared, {} can be read", declared, what, room));
  return static_cast<std::uint32_t>(room);
}

ExportTables export_tables(PeFile& pe, const Mapped& directory) {
  const ByteReader in = directory.reader();
  ExportTables tables;
  tables.base = in.value_at<std::uint32_t>(FileOffset{16});
  tables.functions = pe.map(in.value_at<std::uint32_t>(FileOffset{28}));
  tables.names = pe.map(in.value_at<std::uint32_t>(FileOffset{32}));
  tables.ordinals = pe.map(in.value_at<std::uint32_t>(FileOffset{36}));
  tables.function_count = counted(pe, "exported addresses", in.value_at<std::uint32_t>(FileOffset{20}),
                                  tables.functions, 4, directory.offset + 20);
  const auto declared = in.value_at<std::uint32_t>(FileOffset{24});
  const std::uint32_t names = counted(pe, "exported names", declared, tables.names, 4, directory.offset + 24);
  const std::uint32_t ordinals = counted(pe, "export ordinals", declared, tables.ordinals, 2, directory.offset + 24);
  tables.name_count = std::min(names, ordinals);
  return tables;
}

/// Adds the export of function `index` under `name`. An address inside the export directory is a forwarder's text.
void add_export(PeFile& pe, const ExportTables& tables, std::uint32_t index, std::string name) {
  const auto rva = tables.functions.reader().value_at<std::uint32_t>(FileOffset{index * 4ULL});
  if (rva == 0) return;
  const DataDirectory& directory = pe.headers.directory(Directory::kExport);
  Export entry{.name = std::move(name), .address = pe.at(rva), .forwarder = {}};
  if (rva >= directory.rva && rva - directory.rva < directory.size) {
    const FileOffset at = tables.functions.offset + index * 4ULL;
    entry.forwarder = pe.names.keep(pe.text(rva).value_or(""), at, pe.image.defects);
  }
  pe.image.exports.push_back(std::move(entry));
}

}  // namespace

void read_imports(PeFile& pe) {
  const DataDirectory& directory = pe.headers.directory(Directory::kImport);
  // The size is not used: Windows walks to the zero descriptor, and packers write what they like there.
  if (directory.rva == 0) return;
  const Mapped table = pe.map(directory.rva);
  const ByteReader in = table.reader();
  ThunkBudget budget;
  for (std::uint64_t i = 0; may_go_on(pe, budget); ++i) {
    const FileOffset d{i * kImportDescriptorSize};
    const auto name_rva = in.value_at<std::uint32_t>(d + 12);
    const auto slots = in.value_at<std::uint32_t>(d + 16);
    if (!in.contains(d, kImportDescriptorSize) || i >= kMaxImportDescriptors) {
      pe.defect(table.bytes.empty() ? directory.offset : table.offset + raw(d),
                fmt::format("import directory without an end after {} libraries", i));
      break;
    }
    if (name_rva == 0 || slots == 0) break;
    const auto library = pe.text(name_rva);
    if (!library)
      pe.defect(table.offset + raw(d) + 12, fmt::format("library name at RVA {:#x} is not in the file", name_rva));
    const auto lookup = in.value_at<std::uint32_t>(d);
    const bool usable = lookup != 0 && !pe.map(lookup).bytes.empty();  // Borland linkers write none.
    read_thunks(pe, library.value_or(""), {.names = usable ? lookup : slots, .slots = slots, .bias = 0}, budget);
  }
  if (!pe.image.imports.empty()) {
    if (auto hash = imphash(pe.image.imports); !hash.empty()) {
      pe.toolmark(Toolmark::Kind::kImphash, std::move(hash), table.offset);
    }
  }
}

void read_delay_imports(PeFile& pe) {
  const DataDirectory& directory = pe.headers.directory(Directory::kDelayImport);
  if (directory.rva == 0) return;
  const Mapped table = pe.map(directory.rva);
  const ByteReader in = table.reader();
  ThunkBudget budget;
  for (std::uint64_t i = 0; may_go_on(pe, budget); ++i) {
    const FileOffset d{i * kDelayDescriptorSize};
    if (!in.contains(d, kDelayDescriptorSize) || i >= kMaxImportDescriptors) {
      pe.defect(table.bytes.empty() ? directory.offset : table.offset + raw(d),
                fmt::format("delay import directory without an end after {} libraries", i));
      return;
    }
    const bool rva_based = (in.value_at<std::uint32_t>(d) & 1) != 0;
    const auto field = [&](std::uint64_t at) { return delay_rva(pe, rva_based, in.value_at<std::uint32_t>(d + at)); };
    if (field(4) == 0 || field(12) == 0) return;
    const std::uint64_t bias = rva_based ? 0 : pe.headers.optional.image_base;
    read_thunks(pe, pe.text(field(4)).value_or(""), {.names = field(16), .slots = field(12), .bias = bias}, budget);
  }
}

void read_exports(PeFile& pe) {
  const Mapped directory = pe.map_directory(Directory::kExport, "export directory");
  if (directory.bytes.size() < kExportDirectorySize) return;
  const ExportTables tables = export_tables(pe, directory);
  std::vector<bool> named(tables.function_count, false);
  for (std::uint32_t i = 0; i < tables.name_count && !pe.names.spent(); ++i) {
    const FileOffset at = tables.names.offset + i * 4ULL;
    const auto index = tables.ordinals.reader().value_at<std::uint16_t>(FileOffset{i * 2ULL});
    const auto name = pe.text(tables.names.reader().value_at<std::uint32_t>(FileOffset{i * 4ULL}));
    if (!name || index >= tables.function_count) {
      pe.defect(at, fmt::format("exported name {} has no text or its ordinal index {} no address", i, index));
      continue;
    }
    named[index] = true;
    add_export(pe, tables, index, pe.names.keep(*name, at, pe.image.defects));
  }
  for (std::uint32_t i = 0; i < tables.function_count; ++i) {
    if (!named[i]) add_export(pe, tables, i, fmt::format("#{}", std::uint64_t{tables.base} + i));
  }
}

}  // namespace prova::pe
