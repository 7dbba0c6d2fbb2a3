#include "binary/imphash.h"

#include <fmt/format.h>
#include <charconv>

#include "base/ascii.h"
#include "base/hash.h"

namespace prova {
namespace {

std::string_view without_extension(std::string_view library) {
  for (const std::string_view extension : {".dll", ".ocx", ".sys"}) {
    if (library.ends_with(extension)) return library.substr(0, library.size() - extension.size());
  }
  return library;
}

/// "#17" is how an Import spells an ordinal; a real name may begin with '#' but not be a number after it.
std::string hashed_name(std::string_view library, std::string_view name) {
  std::uint32_t ordinal = 0;
  const char* end = name.data() + name.size();
  if (!name.starts_with('#') || std::from_chars(name.data() + 1, end, ordinal).ptr != end) return ascii_lower(name);
  const std::string_view known = ordinal_name(library, ordinal);
  return known.empty() ? fmt::format("ord{}", ordinal) : std::string(known);
}

}  // namespace

std::string imphash(std::span<const Import> imports) {
  std::string text;
  for (const Import& import : imports) {
    const std::string library = ascii_lower(import.library);
    if (!text.empty()) text += ',';
    text += without_extension(library);
    text += '.';
    text += hashed_name(library, import.name);
  }
  return md5_hex(as_bytes(text));
}

}  // namespace prova
