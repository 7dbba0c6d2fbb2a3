#include "knowledge/misp.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <unordered_map>

#include "knowledge/citation_table.h"
#include "knowledge/countries.h"
#include "knowledge/json_object.h"
#include "knowledge/json_split.h"

namespace prova::knowledge {
namespace {

struct Producer {
  std::string_view uuid, name;
};

/// Who names actors how: `name-attribution` holds "name:uuid of the producer" (galaxy "producer").
constexpr auto kProducers = std::to_array<Producer>({{"f9eb432f-2293-48b7-bca4-cc78beb50df0", "CrowdStrike"},
                                                     {"da5cdcd1-7b15-4371-b7eb-ca32916d2052", "Mandiant"},
                                                     {"d0c33595-b684-45ef-91c3-e2f5ce1a8191", "Microsoft"},
                                                     {"a7119872-bc6b-494b-9f7a-8c50faaf53a9", "Secureworks"},
                                                     {"e9491d3b-2174-47d6-8a15-ecec552d16ae", "Unit 42"},
                                                     {"cae79680-67a6-4411-903c-f824dbcc813f", "Proofpoint"},
                                                     {"3ac8f6fc-9c04-4ebd-bda2-788cc02fe4ed", "Trend Micro"},
                                                     {"e583434b-7fb8-42c8-90ce-89aa8ed35f0c", "Symantec"},
                                                     {"3a43aca5-6366-4168-b182-a8afec4550b5", "ESET"},
                                                     {"adb3369a-5683-46b2-bceb-4dafa6526b21", "Check Point"}});
constexpr std::string_view kMitre = "a1ad5090-2487-46d2-8237-6151a2dd5063";
constexpr std::string_view kOriginKey = "origin:";

std::string_view producer_name(std::string_view uuid) {
  const auto found = std::find_if(kProducers.begin(), kProducers.end(), [&](const Producer& one) { return one.uuid == uuid; });
  return found == kProducers.end() ? std::string_view() : found->name;
}

/// Reads one `meta` object into a group.
class MetaReader {
 public:
  MetaReader(const JsonObject& meta, Group& group, CitationTable& citations) : meta_(meta), group_(group), citations_(citations) {}

  void read() {
    for (const std::string_view url : texts("refs")) {
      if (const auto index = citations_.add("", url, std::nullopt)) group_.citations.push_back(*index);
    }
    for (const std::string_view name : texts("synonyms")) add_alias(name, "");
    read_named_by();
    read_nations();
    add_claims(group_.sectors, "cfr-target-category");
    add_claims(group_.sectors, "targeted-sector");
    read_victims("cfr-suspected-victims");
    read_victims("suspected-victims");
  }

 private:
  [[nodiscard]] std::vector<std::string_view> texts(std::string_view key) const { return texts_of(meta_, key, kMaxListEntries); }

  void add_alias(std::string_view name, std::string_view given_by) {
    const std::string bounded = bounded_text(name, kMaxNameBytes);
    if (bounded == group_.name && given_by.empty()) return;
    for (Alias& alias : group_.aliases) {
      if (alias.name != bounded) continue;
      if (alias.given_by.empty()) alias.given_by = bounded_text(given_by, kMaxNameBytes);
      return;
    }
    if (group_.aliases.size() < kMaxListEntries) group_.aliases.push_back({bounded, bounded_text(given_by, kMaxNameBytes), {}, {}});
  }

  void read_named_by() {
    for (const std::string_view entry : texts("name-attribution")) {
      const std::size_t colon = entry.rfind(':');
      if (colon == std::string_view::npos) continue;
      const std::string_view name = entry.substr(0, colon), uuid = entry.substr(colon + 1);
      if (uuid == kMitre && is_group_id(name)) {
        group_.known_as.emplace_back(name);
      } else if (uuid != kMitre) {
        add_alias(name, producer_name(uuid));
      }
    }
    for (const auto& [key, value] : meta_) {
      std::string_view producer;
      if (key.starts_with(kOriginKey) && value.get_string().get(producer) == simdjson::SUCCESS) {
        add_alias(key.substr(kOriginKey.size()), producer);
      }
    }
  }

  void read_nations() {
    for (const std::string_view name : texts("country")) {
      if (const auto code = country_code(name)) group_.nations.push_back({std::string(*code), {}});
    }
    for (const std::string_view sponsor : texts("cfr-suspected-state-sponsor")) {
      if (sponsor == "Unknown") continue;
      group_.sponsors.push_back({bounded_text(sponsor, kMaxNameBytes), {}});
      const auto code = country_code(sponsor);
      if (code && group_.nations.empty()) group_.nations.push_back({std::string(*code), {}});
    }
  }

  void read_victims(std::string_view key) {
    for (const std::string_view victim : texts(key)) {
      if (const auto code = country_code(victim)) group_.victims.push_back({std::string(*code), {}});
    }
  }

  void add_claims(std::vector<Claim>& list, std::string_view key) {
    for (const std::string_view value : texts(key)) list.push_back({bounded_text(value, kMaxNameBytes), {}});
  }

  const JsonObject& meta_;
  Group& group_;
  CitationTable& citations_;
};

/// What has been read of a galaxy so far.
class GalaxyReader {
 public:
  void member(std::string_view key, std::string_view raw) {
    const std::string_view bare = raw.size() >= 2 && raw.front() == '"' ? raw.substr(1, raw.size() - 2) : raw;
    if (key == "type") type_ = bounded_text(bare, kMaxNameBytes);
    if (key == "name") source_.title = "MISP galaxy: " + bounded_text(bare, kMaxNameBytes);
    if (key == "version") source_.version = bounded_text(bare, kMaxNameBytes);
  }

  void element(std::string_view raw, std::uint64_t offset) {
    if (++objects_ > kMaxObjects) return;
    const auto object = parser_.parse(raw);
    if (!object) return add_skipped(source_, offset, "", object.error().message);
    const std::string_view uuid = text_of(*object, "uuid"), value = text_of(*object, "value");
    if (uuid.empty() || value.empty()) return add_skipped(source_, offset, uuid, "has no 'uuid' or no 'value'");
    Group group;
    group.id = "misp:" + bounded_text(uuid, kMaxNameBytes);
    if (!seen_.emplace(group.id, offset).second) return add_skipped(source_, offset, uuid, "the same uuid again");
    group.name = bounded_text(value, kMaxNameBytes);
    group.description = bounded_text(text_of(*object, "description"), kMaxDescriptionBytes);
    if (const auto meta = object_of(*object, "meta")) MetaReader(*meta, group, citations_).read();
    for (const JsonObject& link : objects_of(*object, "related", kMaxListEntries)) {
      const std::string to = bounded_text(text_of(link, "dest-uuid"), kMaxNameBytes);
      if (!to.empty()) group.links.push_back({bounded_text(text_of(link, "type"), 40) + " misp:" + to, {}});
    }
    source_.groups.push_back(std::move(group));
  }

  Result<Source> finish() && {
    if (type_ != "threat-actor" && type_ != "microsoft-activity-group") {
      return fail(ErrorCode::kUnsupported, fmt::format("a galaxy of type '{}', expected threat-actor or microsoft-activity-group", type_));
    }
    if (objects_ > kMaxObjects) return fail(ErrorCode::kLimit, fmt::format("{} entries, at most {} accepted", objects_, kMaxObjects));
    source_.id = "misp-" + type_;
    source_.kind = SourceKind::kMisp;
    std::move(citations_).finish(source_);
    return std::move(source_);
  }

 private:
  Source source_;
  std::string type_;
  CitationTable citations_;
  JsonObjectParser parser_;
  std::unordered_map<std::string, std::uint64_t> seen_;
  std::uint64_t objects_ = 0;
};

}  // namespace

Result<Source> read_misp(std::string_view text) {
  GalaxyReader reader;
  const JsonParts parts{[&](std::string_view key, std::string_view value, std::uint64_t) { reader.member(key, value); },
                        [&](std::string_view value, std::uint64_t offset) { reader.element(value, offset); }};
  PROVA_TRY(split_document(text, "values", parts));
  return std::move(reader).finish();
}

}  // namespace prova::knowledge
