#pragma once
// Asks a BinaryImage everything that later layers will, and traps where it breaks what its header promises.

#include <algorithm>

#include "binary/binary_image.h"

namespace prova::fuzz {

inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

/// True when the list ascends by the given key.
template <typename T, typename Key>
bool ascending(const std::vector<T>& list, Key key) {
  return std::is_sorted(list.begin(), list.end(), [&](const T& a, const T& b) { return key(a) < key(b); });
}

/// Touches every byte of `bytes`, so that AddressSanitizer sees a view that leads outside.
inline unsigned touch(ByteView bytes) {
  unsigned sum = 0;
  for (const std::byte b : bytes) sum += std::to_integer<unsigned>(b);
  return sum;
}

inline void walk(const BinaryImage& image) {
  volatile unsigned sink = 0;
  for (const Section& section : image.sections) {
    require(section.content.size() <= section.size);
    sink = sink + touch(clamped(section.content, 0, 4096));
    if (!section.content.empty()) sink = sink + touch(section.content.last(1));
    (void)image.pointer_at(section.address);
  }
  require(ascending(image.sections, [](const Section& s) { return raw(s.address); }));
  require(ascending(image.symbols, [](const Symbol& s) { return raw(s.address); }));
  require(ascending(image.imports, [](const Import& i) { return raw(i.where); }));
  require(ascending(image.exports, [](const Export& e) { return raw(e.address); }));
  require(ascending(image.relocations, [](const Relocation& r) { return raw(r.where); }));
  require(ascending(image.function_starts, [](VirtualAddress a) { return raw(a); }));
  require(ascending(image.unwind, [](const UnwindRange& u) { return raw(u.begin); }));
  for (const Symbol& symbol : image.symbols) (void)image.is_code(symbol.address);
  for (const Import& import : image.imports) require(image.import_at(import.where) != nullptr);
  for (const Relocation& relocation : image.relocations) {
    require(!relocation.target || image.section_at(*relocation.target) != nullptr);
    (void)image.pointer_at(relocation.where);
  }
  for (const VirtualAddress entry : image.entry_points) require(image.is_code(entry));
  require(image.defects.size() <= kMaxDefects);
}

}  // namespace prova::fuzz
