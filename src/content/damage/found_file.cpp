#include "content/damage/found_file.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace prova {
namespace {

std::optional<std::uint32_t> find_in_any_system(const Inventory& inventory, std::string_view path) {
  for (std::size_t system = 0; system < inventory.meta().systems.size(); ++system) {
    if (const auto file = inventory.find(system, path)) return static_cast<std::uint32_t>(*file);
  }
  return std::nullopt;
}

/// `path` with fewer and fewer leading directories.
std::optional<PathMatch> match_suffix(const Inventory& inventory, std::string_view path, std::string_view extension) {
  std::size_t start = 0;
  for (unsigned i = 0; i <= kMaxPrefixParts; ++i) {
    if (const auto file = find_in_any_system(inventory, path.substr(start))) {
      return PathMatch{*file, std::string(path.substr(0, start)), std::string(extension)};
    }
    const std::size_t slash = path.find('/', start);
    if (slash == std::string_view::npos) return std::nullopt;
    start = slash + 1;
  }
  return std::nullopt;
}

template <typename T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

std::optional<PathMatch> match_path(const Inventory& inventory, std::string_view path) {
  if (auto match = match_suffix(inventory, path, {})) return match;
  std::string_view shorter = path;
  for (unsigned i = 0; i < kMaxStrippedExtensions; ++i) {
    const std::size_t dot = shorter.rfind('.');
    const std::size_t slash = shorter.rfind('/');
    const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
    if (dot == std::string_view::npos || dot <= name) return std::nullopt;
    shorter = shorter.substr(0, dot);
    if (auto match = match_suffix(inventory, shorter, path.substr(dot))) return match;
  }
  return std::nullopt;
}

void FoundFiles::merge(FoundFiles other) {
  append(contents, other.contents);
  append(in_place, other.in_place);
  append(present, other.present);
  files += other.files;
}

void FoundFiles::sort() {
  std::sort(contents.begin(), contents.end(), [](const FoundContent& a, const FoundContent& b) {
    return std::tie(a.digest, a.source, a.path) < std::tie(b.digest, b.source, b.path);
  });
  std::sort(in_place.begin(), in_place.end(), [](const InPlace& a, const InPlace& b) { return std::tie(a.file, a.source, a.path) < std::tie(b.file, b.source, b.path); });
  std::sort(present.begin(), present.end());
}

}  // namespace prova
