#include "knowledge/stix.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <tuple>
#include <unordered_map>

#include "base/hash.h"
#include "knowledge/countries.h"
#include "knowledge/json_split.h"
#include "knowledge/stix_objects.h"

namespace prova::knowledge {
namespace {

using stix::Kind;

/// STIX ids are kept as 64-bit hashes: a bundle holds each of them many times.
using IdHash = std::uint64_t;

/// Longest chain of "revoked-by"; ATT&CK v18's longest has 2 links. Also what ends a cycle.
constexpr int kMaxRevocations = 16;

/// An object, as far as relations need to know it.
struct Node {
  Kind kind = Kind::kOther;
  std::size_t index = 0;          ///< In the list of its kind.
  bool usable = true;             ///< Not revoked and not deprecated.
  std::string modified;           ///< RFC 3339: of two versions the later one counts.
  std::uint64_t offset = 0;
};

enum class Verb : std::uint8_t { kUses, kTargets, kOrigin };

struct Relation {
  Verb verb = Verb::kUses;
  IdHash from = 0, to = 0;
  std::uint64_t offset = 0;
  CitationList citations;
};

/// What has been read of a bundle so far.
class BundleReader {
 public:
  void member(std::string_view key, std::string_view raw) {
    if (key == "type") type_ = raw;
  }
  void element(std::string_view raw, std::uint64_t offset);
  Result<Source> finish(std::string_view fallback_id) &&;

 private:
  void read(const JsonObject& object, std::uint64_t offset);
  void read_relation(const JsonObject& object, std::uint64_t offset);
  void read_collection(const JsonObject& object);
  /// False, and listed, when this id was there already in a version that is not older.
  bool claim(const JsonObject& object, std::string_view id, Kind kind, std::size_t index, std::uint64_t offset);
  void skip(std::uint64_t offset, std::string_view id, std::string reason) { add_skipped(source_, offset, id, std::move(reason)); }
  /// The node that stands for `id` today: revocations are followed. Null when it is missing, deprecated or in a cycle.
  const Node* current(IdHash id) const;
  void apply(const Relation& relation);
  void apply_use(const Node& from, const Node& to, const Relation& relation);
  void apply_place(const Node& from, const Node& to, const Relation& relation);
  void skip_relation(const Relation& relation, std::string reason);
  template <typename T>
  void keep_usable(std::vector<T>& list, Kind kind);
  void name_source(std::string_view fallback_id);

  std::string_view type_;
  Source source_;
  CitationTable citations_;
  JsonObjectParser parser_;
  std::unordered_map<IdHash, Node> nodes_;
  std::unordered_map<IdHash, IdHash> revoked_by_;
  std::vector<Relation> relations_;
  std::vector<std::string> places_;     ///< Country codes of `location` objects; empty where it is no country.
  std::map<std::string, std::size_t> domains_;
  std::uint64_t objects_ = 0;
};

void BundleReader::element(std::string_view raw, std::uint64_t offset) {
  if (++objects_ > kMaxObjects) return;
  const auto object = parser_.parse(raw);
  if (!object) return skip(offset, "", object.error().message);
  read(*object, offset);
}

void BundleReader::read(const JsonObject& object, std::uint64_t offset) {
  const std::string_view type = text_of(object, "type"), id = text_of(object, "id");
  if (type.empty()) return skip(offset, id, "has no 'type'");
  if (type == "x-mitre-collection") return read_collection(object);
  const Kind kind = stix::kind_of(type);
  if (kind == Kind::kOther) return;
  if (id.empty()) return skip(offset, type, "has no 'id'");
  if (stix::kind_of(id) != kind) return skip(offset, id, fmt::format("is a '{}', its id says otherwise", type.substr(0, 40)));
  if (kind == Kind::kRelation) return read_relation(object, offset);
  if (kind != Kind::kLocation && text_of(object, "name").empty()) return skip(offset, id, "has no 'name'");
  const auto place = [&](auto& list, auto&& record) {
    if (!claim(object, id, kind, list.size(), offset)) return;
    list.push_back(std::forward<decltype(record)>(record));
  };
  if (kind == Kind::kGroup) place(source_.groups, stix::read_group(object, id, citations_));
  if (kind == Kind::kSoftware) place(source_.software, stix::read_software(object, id, citations_));
  if (kind == Kind::kTechnique) place(source_.techniques, stix::read_technique(object, id));
  if (kind == Kind::kLocation) {
    const auto code = country_code(text_of(object, "country"));
    place(places_, std::string(code.value_or("")));
  }
  if (kind != Kind::kGroup) return;
  for (const std::string_view domain : texts_of(object, "x_mitre_domains", 8)) ++domains_[bounded_text(domain, kMaxNameBytes)];
}

bool BundleReader::claim(const JsonObject& object, std::string_view id, Kind kind, std::size_t index, std::uint64_t offset) {
  Node node{kind, index, !flag_of(object, "revoked") && !flag_of(object, "x_mitre_deprecated"),
            bounded_text(text_of(object, "modified"), kMaxNameBytes), offset};
  const auto [known, added] = nodes_.try_emplace(hash64(id), node);
  if (added) return true;
  const bool newer = node.modified > known->second.modified;
  skip(newer ? known->second.offset : offset, id, newer ? "an older version of the same object" : "the same object again, not newer");
  if (newer) known->second = std::move(node);
  return newer;
}

void BundleReader::read_relation(const JsonObject& object, std::uint64_t offset) {
  const std::string_view verb = text_of(object, "relationship_type"), id = text_of(object, "id");
  const std::string_view from = text_of(object, "source_ref"), to = text_of(object, "target_ref");
  if (from.empty() || to.empty()) return skip(offset, id, "has no 'source_ref' or no 'target_ref'");
  if (flag_of(object, "revoked") || flag_of(object, "x_mitre_deprecated")) return;
  const Kind source = stix::kind_of(from), target = stix::kind_of(to);
  if (verb == "revoked-by") {
    revoked_by_.emplace(hash64(from), hash64(to));
  } else if (verb == "uses" && (source == Kind::kGroup || source == Kind::kSoftware) &&
             (target == Kind::kTechnique || (target == Kind::kSoftware && source == Kind::kGroup))) {
    relations_.push_back({Verb::kUses, hash64(from), hash64(to), offset, stix::citations_of(object, citations_)});
  } else if (source == Kind::kGroup && target == Kind::kLocation && (verb == "targets" || verb == "originates-from")) {
    relations_.push_back({verb == "targets" ? Verb::kTargets : Verb::kOrigin, hash64(from), hash64(to), offset,
                          stix::citations_of(object, citations_)});
  }
}

void BundleReader::read_collection(const JsonObject& object) {
  source_.title = bounded_text(text_of(object, "name"), kMaxNameBytes);
  source_.version = bounded_text(text_of(object, "x_mitre_version"), kMaxNameBytes);
}

const Node* BundleReader::current(IdHash id) const {
  for (int step = 0; step < kMaxRevocations; ++step) {
    const auto node = nodes_.find(id);
    if (node == nodes_.end()) return nullptr;
    if (node->second.usable) return &node->second;
    const auto next = revoked_by_.find(id);
    if (next == revoked_by_.end()) return nullptr;
    id = next->second;
  }
  return nullptr;
}

void BundleReader::skip_relation(const Relation& relation, std::string reason) {
  add_skipped(source_, relation.offset, "relationship", std::move(reason));
}

void BundleReader::apply(const Relation& relation) {
  if (!nodes_.contains(relation.from)) return skip_relation(relation, "its source_ref is not in the bundle");
  if (!nodes_.contains(relation.to)) return skip_relation(relation, "its target_ref is not in the bundle");
  const Node* from = current(relation.from);
  const Node* to = current(relation.to);
  if (from == nullptr || to == nullptr) {
    return skip_relation(relation, "one of its ends is deprecated, or revoked without a successor");
  }
  if (relation.verb == Verb::kUses) return apply_use(*from, *to, relation);
  apply_place(*from, *to, relation);
}

void BundleReader::apply_use(const Node& from, const Node& to, const Relation& relation) {
  const std::string& target = to.kind == Kind::kTechnique ? source_.techniques[to.index].id : source_.software[to.index].id;
  if (from.kind == Kind::kSoftware && to.kind == Kind::kSoftware) return;
  std::vector<Use>& uses = from.kind == Kind::kSoftware   ? source_.software[from.index].techniques
                           : to.kind == Kind::kTechnique ? source_.groups[from.index].techniques
                                                         : source_.groups[from.index].software;
  if (uses.size() == kMaxListEntries) return skip_relation(relation, fmt::format("more than {} uses of one object", kMaxListEntries));
  uses.push_back({target, relation.citations});
}

void BundleReader::apply_place(const Node& from, const Node& to, const Relation& relation) {
  const std::string& code = places_[to.index];
  if (code.empty()) return skip_relation(relation, "its target_ref is a place, but no country that ISO 3166-1 lists");
  Group& group = source_.groups[from.index];
  (relation.verb == Verb::kTargets ? group.victims : group.nations).push_back({code, relation.citations});
}

template <typename T>
void BundleReader::keep_usable(std::vector<T>& list, Kind kind) {
  std::vector<bool> keep(list.size(), false);
  for (const auto& [id, node] : nodes_) {
    if (node.kind == kind && node.usable) keep[node.index] = true;
  }
  std::vector<T> out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (keep[i]) out.push_back(std::move(list[i]));
  }
  list = std::move(out);
}

void BundleReader::name_source(std::string_view fallback_id) {
  const auto most = std::max_element(domains_.begin(), domains_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  constexpr std::string_view kSuffix = "-attack";
  source_.id = std::string(fallback_id);
  if (most != domains_.end() && std::string_view(most->first).ends_with(kSuffix)) {
    source_.id = "attack-" + most->first.substr(0, most->first.size() - kSuffix.size());
  }
  source_.kind = SourceKind::kAttack;
  if (source_.title.empty()) source_.title = domains_.empty() ? "STIX bundle" : "ATT&CK (" + source_.id.substr(source_.id.find('-') + 1) + ")";
}

Result<Source> BundleReader::finish(std::string_view fallback_id) && {
  if (type_ != "\"bundle\"") {
    return fail(ErrorCode::kMalformed, fmt::format("its type is {}, expected a STIX \"bundle\"", type_.empty() ? "missing" : bounded_text(type_, 40)));
  }
  if (objects_ > kMaxObjects) return fail(ErrorCode::kLimit, fmt::format("{} objects, at most {} accepted", objects_, kMaxObjects));
  for (const Relation& relation : relations_) apply(relation);
  keep_usable(source_.groups, Kind::kGroup);
  keep_usable(source_.software, Kind::kSoftware);
  keep_usable(source_.techniques, Kind::kTechnique);
  name_source(fallback_id);
  std::move(citations_).finish(source_);
  return std::move(source_);
}

}  // namespace

Result<Source> read_stix(std::string_view text, std::string_view fallback_id) {
  BundleReader reader;
  const JsonParts parts{[&](std::string_view key, std::string_view value, std::uint64_t) { reader.member(key, value); },
                        [&](std::string_view value, std::uint64_t offset) { reader.element(value, offset); }};
  PROVA_TRY(split_document(text, "objects", parts));
  return std::move(reader).finish(fallback_id);
}

}  // namespace prova::knowledge
