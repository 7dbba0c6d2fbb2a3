#include "report/documents_knowledge.h"

#include <nlohmann/json.hpp>
#include <algorithm>

#include "report/json_values.h"

namespace prova::report {
namespace {

using namespace knowledge;
using knowledge::Source;  // There is a prova::Source of evidence, too.

constexpr const char* kSchema = "prova/knowledge/1";

Json cited(const Source& source, const CitationList& list) {
  Json out = Json::array();
  for (const CitationIndex index : list) {
    const Citation& one = source.citations[index];
    out.push_back(Json{{"title", text_or_null(one.title)}, {"url", text_or_null(one.url)},
                       {"published", one.published ? Json(to_string(*one.published)) : Json(nullptr)}});
  }
  return out;
}

Json claims(const Source& source, const std::vector<Claim>& list) {
  Json out = Json::array();
  for (const Claim& one : list) out.push_back(Json{{"value", text(one.value)}, {"citations", cited(source, one.citations)}});
  return out;
}

Json aliases(const Source& source, const std::vector<Alias>& list) {
  Json out = Json::array();
  for (const Alias& one : list) {
    out.push_back(Json{{"name", text(one.name)}, {"given_by", text_or_null(one.given_by)}, {"valid", text_or_null(one.valid)},
                       {"citations", cited(source, one.citations)}});
  }
  return out;
}

Json techniques(const KnowledgeBase& base, const Source& source, const std::vector<Use>& uses) {
  Json out = Json::array();
  for (const Use& one : uses) {
    const KnownTechnique* known = base.technique(one.target);
    out.push_back(Json{{"id", text(one.target)}, {"name", known == nullptr ? Json(nullptr) : text(known->name)}, {"citations", cited(source, one.citations)}});
  }
  return out;
}

Json programs(const KnowledgeBase& base, const Source& source, const std::vector<Use>& uses) {
  Json out = Json::array();
  for (const Use& one : uses) {
    const KnownSoftware* known = base.software(one.target);
    out.push_back(Json{{"id", text(one.target)}, {"name", known == nullptr ? Json(nullptr) : text(known->name)}, {"citations", cited(source, one.citations)}});
  }
  return out;
}

Json part_entry(const KnowledgeBase& base, const GroupPart& part) {
  const Group& group = *part.group;
  const Source& source = *part.source;
  return Json{{"source", text(source.id)}, {"id", text(group.id)}, {"name", text(group.name)}, {"joined_because", text_or_null(part.because)},
              {"description", text_or_null(group.description)}, {"aliases", aliases(source, group.aliases)},
              {"nations", claims(source, group.nations)}, {"sponsors", claims(source, group.sponsors)},
              {"victims", claims(source, group.victims)}, {"sectors", claims(source, group.sectors)}, {"links", claims(source, group.links)},
              {"techniques", techniques(base, source, group.techniques)}, {"software", programs(base, source, group.software)},
              {"citations", cited(source, group.citations)}};
}

Json group_entry(const KnowledgeBase& base, const KnownGroup& group) {
  Json parts = Json::array();
  for (const GroupPart& part : group.parts) parts.push_back(part_entry(base, part));
  return Json{{"id", text(group.id)}, {"name", text(group.name)}, {"nation", text_or_null(group.nation)}, {"victims", texts(group.victims)},
              {"parts", std::move(parts)}};
}

/// Groups that use the feature, by id.
Json users_of(const KnowledgeBase& base, const std::string& id) {
  Json out = Json::array();
  for (const KnownGroup& group : base.groups()) {
    const auto uses = [&](const std::vector<Use>& list) { return std::any_of(list.begin(), list.end(), [&](const Use& use) { return use.target == id; }); };
    const bool any = std::any_of(group.parts.begin(), group.parts.end(), [&](const GroupPart& part) { return uses(part.group->techniques) || uses(part.group->software); });
    if (any) out.push_back(Json{{"id", text(group.id)}, {"name", text(group.name)}});
  }
  return out;
}

Json software_entry(const KnowledgeBase& base, const KnownSoftware& program) {
  Json names = Json::array();
  for (const Alias& alias : program.aliases) names.push_back(text(alias.name));
  Json used = Json::array();
  for (const Source* source : program.sources) {
    for (const Software& one : source->software) {
      if (one.id == program.id && !one.techniques.empty()) used.push_back(Json{{"source", text(source->id)}, {"techniques", techniques(base, *source, one.techniques)}});
    }
  }
  return Json{{"id", text(program.id)}, {"name", text(program.name)}, {"kind", name_of(program.kind)}, {"aliases", std::move(names)},
              {"used_by", users_of(base, program.id)}, {"sources", std::move(used)}};
}

Json technique_entry(const KnowledgeBase& base, const KnownTechnique& technique) {
  return Json{{"id", text(technique.id)}, {"name", text(technique.name)}, {"tactics", texts(technique.tactics)}, {"used_by", users_of(base, technique.id)}};
}

Json source_entry(const Source& source) {
  Json skipped = Json::array();
  for (const Skipped& one : source.skipped) {
    skipped.push_back(Json{{"position", one.position}, {"id", text_or_null(one.id)}, {"reason", text(one.reason)}});
  }
  return Json{{"id", text(source.id)}, {"kind", name_of(source.kind)}, {"title", text_or_null(source.title)}, {"version", text_or_null(source.version)},
              {"sha256", text_or_null(source.sha256)}, {"imported", text_or_null(source.imported)}, {"groups", source.groups.size()},
              {"software", source.software.size()}, {"techniques", source.techniques.size()}, {"citations", source.citations.size()},
              {"skipped_count", source.skipped_count}, {"skipped", std::move(skipped)}};
}

/// The distinct entries that a name leads to, best first.
std::vector<std::size_t> entries(const NameLookup& found) {
  std::vector<std::size_t> out;
  for (const NameHit& hit : found.hits) {
    if (std::find(out.begin(), out.end(), hit.index) == out.end()) out.push_back(hit.index);
  }
  return out;
}

const char* how_name(NameHit::How how) { return how == NameHit::How::kId ? "id" : how == NameHit::How::kName ? "name" : "alias"; }

}  // namespace

std::string knowledge_import_document(std::span<const Source> imported) {
  Json sources = Json::array();
  for (const Source& one : imported) sources.push_back(source_entry(one));
  return print(Json{{"schema", kSchema}, {"kind", "import"}, {"sources", std::move(sources)}});
}

std::string knowledge_info_document(const KnowledgeBase& base, std::string_view directory) {
  Json sources = Json::array();
  for (const Source& one : base.sources()) sources.push_back(source_entry(one));
  return print(Json{{"schema", kSchema}, {"kind", "info"}, {"directory", text(directory)}, {"groups", base.groups().size()},
                    {"software", base.software().size()}, {"techniques", base.techniques().size()}, {"sources", std::move(sources)}});
}

std::string knowledge_show_document(const KnowledgeBase& base, std::string_view name) {
  Json groups = Json::array(), software = Json::array(), known_techniques = Json::array(), hits = Json::array();
  const NameLookup found = base.find_group(name);
  for (const NameHit& hit : found.hits) {
    hits.push_back(Json{{"group", text(base.groups()[hit.index].id)}, {"by", how_name(hit.how)}, {"alias", text_or_null(hit.alias)},
                        {"given_by", text_or_null(hit.given_by)}, {"source", text_or_null(hit.source)}});
  }
  const auto list = entries(found);
  for (const std::size_t i : list) groups.push_back(group_entry(base, base.groups()[i]));
  for (const std::size_t i : entries(base.find_software(name))) software.push_back(software_entry(base, base.software()[i]));
  for (const std::size_t i : entries(base.find_technique(name))) known_techniques.push_back(technique_entry(base, base.techniques()[i]));
  return print(Json{{"schema", kSchema}, {"kind", "show"}, {"name", text(name)}, {"ambiguous", list.size() > 1}, {"hits", std::move(hits)},
                    {"groups", std::move(groups)}, {"software", std::move(software)}, {"techniques", std::move(known_techniques)}});
}

std::string knowledge_search_document(const KnowledgeBase& base, std::string_view words, std::span<const SearchHit> hits) {
  Json list = Json::array();
  for (const SearchHit& hit : hits) {
    switch (hit.what) {
      case SearchHit::What::kGroup: {
        const KnownGroup& one = base.groups()[hit.index];
        list.push_back(Json{{"kind", "group"}, {"id", text(one.id)}, {"name", text(one.name)}, {"nation", text_or_null(one.nation)}});
        break;
      }
      case SearchHit::What::kSoftware:
        list.push_back(Json{{"kind", "software"}, {"id", text(base.software()[hit.index].id)}, {"name", text(base.software()[hit.index].name)}, {"nation", nullptr}});
        break;
      case SearchHit::What::kTechnique:
        list.push_back(Json{{"kind", "technique"}, {"id", text(base.techniques()[hit.index].id)}, {"name", text(base.techniques()[hit.index].name)}, {"nation", nullptr}});
        break;
    }
  }
  return print(Json{{"schema", kSchema}, {"kind", "search"}, {"words", text(words)}, {"hits", std::move(list)}});
}

std::string rank_document(const Ranking& ranking) {
  Json groups = Json::array(), nations = Json::array();
  for (const RankedGroup& one : ranking.groups) {
    Json because = Json::array();
    for (const RankReason& reason : one.because) because.push_back(Json{{"text", text(reason.text)}, {"log10_weight", number(reason.log10_weight)}});
    groups.push_back(Json{{"id", text(one.id)}, {"name", text(one.name)}, {"nation", text_or_null(one.nation)}, {"probability", number(one.probability)},
                          {"log10_lr", number(one.log10_lr)}, {"because", std::move(because)}});
  }
  for (const RankedNation& one : ranking.nations) nations.push_back(Json{{"nation", text_or_null(one.nation)}, {"probability", number(one.probability)}});
  const auto features = [](const std::vector<RankingFeature>& list) {
    Json out = Json::array();
    for (const RankingFeature& one : list) out.push_back(Json{{"id", text(one.id)}, {"name", text(one.name)}});
    return out;
  };
  return print(Json{{"schema", "prova/rank/1"}, {"groups", std::move(groups)}, {"unknown", {{"probability", number(ranking.unknown)}}},
                    {"nations", std::move(nations)}, {"prior_known", number(ranking.prior_known)}, {"weights", text(ranking.weights_version)},
                    {"query", {{"techniques", features(ranking.techniques)}, {"software", features(ranking.software)},
                               {"new_software", ranking.new_software}, {"victims", texts(ranking.victims)}}},
                    {"notes", texts(ranking.notes)}});
}

}  // namespace prova::report
