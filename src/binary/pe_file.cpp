#include "binary/pe_file.h"

namespace prova::pe {

Mapped PeFile::map(std::uint64_t rva, std::uint64_t limit) const {
  if (rva > 0xffff'ffffULL) return {};
  if (const Section* section = image.section_at(at(rva))) {
    const std::uint64_t into = distance(section->address, at(rva));
    return {clamped(section->content, into, limit), section->offset + into};
  }
  // The headers are mapped read-only at the image base; packers keep names and even code there.
  const std::uint64_t end = std::min<std::uint64_t>(headers.optional.size_of_headers, image.file.size());
  if (rva >= end) return {};
  return {clamped(image.file.first(static_cast<std::size_t>(end)), rva, limit), FileOffset{rva}};
}

Mapped PeFile::map_directory(Directory directory, std::string_view what) {
  const DataDirectory& entry = headers.directory(directory);
  if (entry.rva == 0) return {};
  const Mapped mapped = map(entry.rva, entry.size);
  if (mapped.bytes.size() < entry.size) {
    defect(entry.offset, fmt::format("{} at RVA {:#x} declares {} bytes, the file holds {} of them", what, entry.rva,
                                     entry.size, mapped.bytes.size()));
  }
  return mapped;
}

std::optional<std::string_view> PeFile::text(std::uint64_t rva) const {
  const Mapped mapped = map(rva, kMaxNameCopy);
  if (mapped.bytes.empty()) return std::nullopt;
  return text_at(mapped.bytes, 0);
}

}  // namespace prova::pe
