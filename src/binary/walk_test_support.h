#pragma once
// Touches everything that a loaded image points at, so that a sanitizer sees a view that leads nowhere.

#include <cstdint>

#include "binary/load.h"

namespace prova::test {

/// A checksum over every section byte, name and table entry; look-ups around each address. O(size of the image).
inline std::uint64_t walk(const BinaryImage& image) {
  std::uint64_t sum = 0;
  const auto touch = [&](VirtualAddress address) {
    sum += image.bytes_at(address, 16).size() + (image.section_at(address) != nullptr ? 1 : 0);
    sum += image.pointer_at(address).has_value() ? 1 : 0;
    sum += image.import_at(address) != nullptr ? 1 : 0;
    sum += image.is_code(address + ~0ULL) ? 1 : 0;
  };
  for (const Section& s : image.sections) {
    for (const std::byte b : s.content) sum += std::to_integer<std::uint64_t>(b);
    sum += s.name.size();
    touch(s.address);
    touch(s.address + s.size);
  }
  for (const Symbol& s : image.symbols) touch(s.address), sum += s.name.size() + s.size;
  for (const Import& i : image.imports) touch(i.where), sum += i.name.size() + i.library.size();
  for (const Export& e : image.exports) touch(e.address), sum += e.name.size() + e.forwarder.size();
  for (const Relocation& r : image.relocations) touch(r.where), sum += r.symbol.size();
  for (const VirtualAddress a : image.entry_points) touch(a);
  for (const VirtualAddress a : image.function_starts) touch(a);
  for (const UnwindRange& u : image.unwind) touch(u.begin), touch(u.begin + u.size);
  for (const Toolmark& t : image.toolmarks) sum += t.value.size() + name_of(t.kind).size();
  for (const Defect& d : image.defects) sum += d.message.size();
  return sum;
}

/// What every loader promises about its result; the first promise that is broken, or null.
inline const char* broken_promise(const BinaryImage& image) {
  for (std::size_t i = 0; i < image.sections.size(); ++i) {
    if (image.sections[i].content.size() > image.sections[i].size) return "content is larger than its section";
    if (i > 0 && raw(image.sections[i].address) < raw(image.sections[i - 1].address)) return "sections out of order";
  }
  for (std::size_t i = 1; i < image.unwind.size(); ++i) {
    if (raw(image.unwind[i].begin) < raw(image.unwind[i - 1].begin)) return "unwind ranges out of order";
  }
  if (image.defects.size() > kMaxDefects) return "more than kMaxDefects defects";
  return nullptr;
}

}  // namespace prova::test
