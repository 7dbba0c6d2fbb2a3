#pragma once
// Collects the citations of a source while it is read. Private to this folder.

#include <string>
#include <unordered_map>

#include "knowledge/records.h"

namespace prova::knowledge {

/// Citations by key: the same report, cited twice, is one entry. When two notes on it differ, the earlier date and the
/// smaller title stay, so that the order of the input changes nothing.
class CitationTable {
 public:
  /// The index of this report, or none when there is neither an address nor a title, or kMaxCitations are kept.
  [[nodiscard]] std::optional<CitationIndex> add(std::string_view title, std::string_view url, std::optional<Day> published);
  /// Moves the citations into `source`, ascending by key, and rewrites every index in its groups and software. Citations
  /// beyond kMaxCitations are listed as one skipped entry.
  void finish(Source& source) &&;

 private:
  std::vector<Citation> list_;
  std::uint64_t dropped_ = 0;
  std::unordered_map<std::string, CitationIndex> by_key_;
};

/// Puts the lists of a source into their defined order: groups, software and techniques by id; uses by target, equal
/// targets joined; claims by value, equal values joined; aliases by name; every citation list ascending, without repeats.
void sort_lists(Source& source);

}  // namespace prova::knowledge
