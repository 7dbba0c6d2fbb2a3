#pragma once
// All sources together, for reading: groups by id and name with ambiguity kept, programs, techniques, search.
// Start here when you want to know something about a group.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "knowledge/records.h"

namespace prova::knowledge {

/// What one source says about a group, and why it was put together with the others.
struct GroupPart {
  const Source* source = nullptr;
  const Group* group = nullptr;
  std::string because;            ///< Empty for the part that gives the id.
};

/// A group as all sources together describe it. Every fact is still with the source that states it.
struct KnownGroup {
  std::string id, name;
  std::vector<GroupPart> parts;   ///< Own files first, then ATT&CK, then MISP.
  std::string nation;             ///< ISO code; of the first part that names one, a source's own field before ATT&CK's
                                  ///< prose. Empty when none does. Other parts may disagree: look at them.
  std::vector<std::string> victims;  ///< Codes named by any part; ascending.
};

struct KnownSoftware {
  std::string id, name;
  SoftwareKind kind = SoftwareKind::kMalware;
  std::vector<Alias> aliases;
  std::vector<const Source*> sources;
};

struct KnownTechnique {
  std::string id, name;
  std::vector<std::string> tactics;
};

/// How a name leads to something: by its id, its own name, or an alias that `given_by` uses.
struct NameHit {
  std::size_t index = 0;          ///< In groups(), software() or techniques().
  enum class How : std::uint8_t { kId, kName, kAlias } how = How::kName;
  std::string alias, given_by, source;  ///< The alias as the source writes it, for kAlias.
};

/// Everything that a name may mean, best first: ids, then own names, then aliases; ascending by id among equals. More than
/// one entry means that the name is ambiguous: ask, do not choose. `nearest` is filled when nothing fits.
struct NameLookup {
  std::vector<NameHit> hits;
  std::vector<std::string> nearest;
  /// The only group, program or technique that the best kind of hit leads to; none when there are several or none.
  [[nodiscard]] std::optional<std::size_t> only() const;
};

/// A hit of the search in names, aliases and descriptions.
struct SearchHit {
  enum class What : std::uint8_t { kGroup, kSoftware, kTechnique } what = What::kGroup;
  std::size_t index = 0;
  double score = 0;               ///< Larger is better; only the order has a meaning.
};

/// Thread safety: const methods may be called from several threads.
class KnowledgeBase {
 public:
  /// Two groups are put together when they have one id; when a source equates its group with an ATT&CK id; when their own
  /// names are equal after folding; or when each counts the other's own name among its aliases. A shared alias alone never
  /// joins. Where several groups of one source would join one other, only the one with the strongest reason does, and none
  /// when two are equally strong. The order
  /// of `sources` changes nothing. O(n log n).
  explicit KnowledgeBase(std::vector<Source> sources);
  KnowledgeBase(const KnowledgeBase&) = delete;  ///< Parts point into the sources.
  KnowledgeBase& operator=(const KnowledgeBase&) = delete;

  [[nodiscard]] const std::vector<Source>& sources() const { return sources_; }
  [[nodiscard]] const std::vector<KnownGroup>& groups() const { return groups_; }          ///< Ascending by id.
  [[nodiscard]] const std::vector<KnownSoftware>& software() const { return software_; }   ///< Ascending by id.
  [[nodiscard]] const std::vector<KnownTechnique>& techniques() const { return techniques_; }

  [[nodiscard]] NameLookup find_group(std::string_view name) const;
  [[nodiscard]] NameLookup find_software(std::string_view name) const;
  [[nodiscard]] NameLookup find_technique(std::string_view name) const;
  /// The group with this id, or null. O(log n).
  [[nodiscard]] const KnownGroup* group(std::string_view id) const;
  [[nodiscard]] const KnownSoftware* software(std::string_view id) const;
  [[nodiscard]] const KnownTechnique* technique(std::string_view id) const;

  /// Entries that hold every word, best first: names before aliases before descriptions; ties by kind and id. O(text).
  [[nodiscard]] std::vector<SearchHit> search(std::string_view words, std::size_t limit) const;

 private:
  using NameIndex = std::multimap<std::string, NameHit, std::less<>>;

  void gather_software();
  void gather_techniques();
  void index_names();
  [[nodiscard]] static NameLookup look_up(const NameIndex& index, std::string_view name);

  std::vector<Source> sources_;
  std::vector<KnownGroup> groups_;
  std::vector<KnownSoftware> software_;
  std::vector<KnownTechnique> techniques_;
  NameIndex group_names_, software_names_, technique_names_;
};

}  // namespace prova::knowledge
