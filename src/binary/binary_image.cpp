#include "binary/binary_image.h"

#include <algorithm>
#include <tuple>

#include "base/byte_reader.h"

namespace prova {

std::string_view name_of(Format format) {
  switch (format) {
    case Format::kPe: return "pe";
    case Format::kElf: return "elf";
    case Format::kMachO: return "macho";
    case Format::kCoffObject: return "coff";
    case Format::kRaw: return "raw";
  }
  return "raw";
}

std::string_view name_of(Arch arch) {
  switch (arch) {
    case Arch::kUnknown: return "unknown";
    case Arch::kX86: return "x86";
    case Arch::kX64: return "x64";
    case Arch::kArm: return "arm";
    case Arch::kArm64: return "arm64";
  }
  return "unknown";
}

std::string_view name_of(FileKind kind) {
  switch (kind) {
    case FileKind::kExecutable: return "executable";
    case FileKind::kSharedLibrary: return "shared_library";
    case FileKind::kObject: return "object";
    case FileKind::kOther: return "other";
  }
  return "other";
}

std::string_view name_of(Toolmark::Kind kind) {
  switch (kind) {
    case Toolmark::Kind::kRichHeader: return "rich_header";
    case Toolmark::Kind::kRichHash: return "rich_hash";
    case Toolmark::Kind::kLinkTimestamp: return "link_timestamp";
    case Toolmark::Kind::kDebugTimestamp: return "debug_timestamp";
    case Toolmark::Kind::kExportTimestamp: return "export_timestamp";
    case Toolmark::Kind::kPdbPath: return "pdb_path";
    case Toolmark::Kind::kPdbGuid: return "pdb_guid";
    case Toolmark::Kind::kVersionResource: return "version_resource";
    case Toolmark::Kind::kSigner: return "signer";
    case Toolmark::Kind::kSignerSerial: return "signer_serial";
    case Toolmark::Kind::kImphash: return "imphash";
    case Toolmark::Kind::kBuildId: return "build_id";
    case Toolmark::Kind::kCompiler: return "compiler";
    case Toolmark::Kind::kLinkerVersion: return "linker_version";
    case Toolmark::Kind::kLanguage: return "language";
    case Toolmark::Kind::kMachOUuid: return "macho_uuid";
  }
  return "unknown";
}

const Section* BinaryImage::section_at(VirtualAddress address) const {
  // The last section that begins at or before the address; where sections overlap, walk back a little: a few
  // overlapping entries are common in damaged files, thousands are an attack on this loop.
  constexpr int kMaxOverlapsTried = 16;
  auto it = std::upper_bound(sections.begin(), sections.end(), address,
                             [](VirtualAddress a, const Section& s) { return raw(a) < raw(s.address); });
  for (int tried = 0; it != sections.begin() && tried < kMaxOverlapsTried; ++tried) {
    --it;
    if (it->contains(address)) return &*it;
  }
  return nullptr;
}

ByteView BinaryImage::bytes_at(VirtualAddress address, std::uint64_t limit) const {
  const Section* section = section_at(address);
  return section == nullptr ? ByteView{} : clamped(section->content, distance(section->address, address), limit);
}

std::optional<VirtualAddress> BinaryImage::pointer_at(VirtualAddress address) const {
  const std::size_t width = bits / 8;
  const ByteView bytes = bytes_at(address, width);
  if (width == 0 || bytes.size() < width) return std::nullopt;
  const ByteReader in(bytes, big_endian ? std::endian::big : std::endian::little);
  return VirtualAddress{bits == 64 ? in.value_at<std::uint64_t>(FileOffset{0})
                                   : in.value_at<std::uint32_t>(FileOffset{0})};
}

const Import* BinaryImage::import_at(VirtualAddress where) const {
  const auto it = std::lower_bound(imports.begin(), imports.end(), where,
                                   [](const Import& i, VirtualAddress a) { return raw(i.where) < raw(a); });
  return it != imports.end() && it->where == where ? &*it : nullptr;
}

void sort_tables(BinaryImage& image) {
  const auto sort_by = [](auto& list, auto key) {
    std::stable_sort(list.begin(), list.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    list.erase(std::unique(list.begin(), list.end(),
                           [&](const auto& a, const auto& b) { return key(a) == key(b); }),
               list.end());
  };
  std::stable_sort(image.sections.begin(), image.sections.end(),
                   [](const Section& a, const Section& b) { return raw(a.address) < raw(b.address); });
  sort_by(image.symbols, [](const Symbol& s) { return std::tuple(raw(s.address), std::string_view(s.name)); });
  sort_by(image.imports, [](const Import& i) { return std::tuple(raw(i.where), std::string_view(i.name)); });
  sort_by(image.exports, [](const Export& e) { return std::tuple(raw(e.address), std::string_view(e.name)); });
  sort_by(image.relocations, [](const Relocation& r) { return std::tuple(raw(r.where), r.type, std::string_view(r.symbol)); });
  sort_by(image.function_starts, [](VirtualAddress a) { return raw(a); });
  sort_by(image.unwind, [](const UnwindRange& u) { return std::tuple(raw(u.begin), u.size); });
}

}  // namespace prova
