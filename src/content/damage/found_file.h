#pragma once
// Files that were found by reading a directory, a file system or an archive.

#include <optional>
#include <string>
#include <vector>

#include "content/damage/content_class.h"
#include "content/inventory/inventory.h"

namespace prova {

/// A found file whose content is that of one or more inventoried files.
struct FoundContent {
  std::uint32_t source = 0;
  std::string path;            ///< In the source.
  Sha256 digest;
  std::int64_t volume = -1;    ///< Offset of its file system in the image; -1 outside of images.
};

/// A found file that stands at the path of an inventoried one, or at that path plus a further extension, with other content.
struct InPlace {
  std::uint32_t source = 0;
  std::uint32_t file = 0;              ///< Of the inventory.
  std::string path;                    ///< In the source.
  std::string prefix;                  ///< What the source puts before the inventory's paths.
  std::string added_extension;         ///< ".locked"; empty when the name is the same.
  std::uint64_t size = 0;              ///< Found size.
  std::vector<BlockState> blocks;      ///< One per block of the inventoried file.
};

/// The inventoried file that a found path stands for.
struct PathMatch {
  std::uint32_t file = 0;
  std::string prefix, added_extension;
};

/// Further extensions that are stripped to find the original name: "a.docx.id-1.[x@y.z].locked" has four dots more.
constexpr unsigned kMaxStrippedExtensions = 5;
/// Leading directories that a source may have before the inventory's paths.
constexpr unsigned kMaxPrefixParts = 12;

/// Finds the inventoried file for a path of a source: the path itself, or without its first directories, or without
/// extensions that were added at its end; the longest match wins. O(parts · log files).
[[nodiscard]] std::optional<PathMatch> match_path(const Inventory& inventory, std::string_view path);

/// Everything that reading files found. Not thread safe: one per thread, then merged.
struct FoundFiles {
  std::vector<FoundContent> contents;
  std::vector<InPlace> in_place;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> present;  ///< (source, inventoried file): something stands at its path.
  std::uint64_t files = 0;
  void merge(FoundFiles other);
  /// Sorted, so that nothing depends on the order of threads.
  void sort();
};

}  // namespace prova
