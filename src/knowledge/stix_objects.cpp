#include "knowledge/stix_objects.h"

#include "knowledge/countries.h"

namespace prova::knowledge::stix {
namespace {

/// References of one object that are read; ATT&CK v18's longest list has 78.
constexpr std::size_t kMaxReferences = 500;

bool is_attack(std::string_view source_name) { return source_name.starts_with("mitre-") && source_name.ends_with("attack"); }

std::optional<CitationIndex> cite(const JsonObject& reference, CitationTable& table) {
  return table.add(text_of(reference, "source_name"), text_of(reference, "url"), date_in_note(text_of(reference, "description")));
}

/// The reports named in "(Citation: A)(Citation: B)", looked up among the object's own references.
CitationList cited_in(std::string_view note, const std::vector<JsonObject>& references, CitationTable& table) {
  constexpr std::string_view kMark = "(Citation: ";
  CitationList out;
  for (std::size_t at = note.find(kMark); at != std::string_view::npos; at = note.find(kMark, at + 1)) {
    const std::size_t begin = at + kMark.size();
    const std::string_view title = note.substr(begin, note.find(')', begin) - begin);
    for (const JsonObject& reference : references) {
      if (text_of(reference, "source_name") != title || text_of(reference, "url").empty()) continue;
      if (const auto index = cite(reference, table)) out.push_back(*index);
      break;
    }
  }
  return out;
}

/// Aliases with the reports that the object's reference of the same name points at: that is where ATT&CK keeps them.
std::vector<Alias> read_aliases(const JsonObject& object, std::string_view key, std::string_view own_name, CitationTable& table) {
  const auto references = objects_of(object, "external_references", kMaxReferences);
  std::vector<Alias> out;
  for (const std::string_view name : texts_of(object, key, kMaxListEntries)) {
    if (name == own_name) continue;
    Alias alias{bounded_text(name, kMaxNameBytes), {}, {}, {}};
    for (const JsonObject& reference : references) {
      if (text_of(reference, "source_name") == name) {
        alias.citations = cited_in(text_of(reference, "description"), references, table);
        break;
      }
    }
    out.push_back(std::move(alias));
  }
  return out;
}

}  // namespace

Kind kind_of(std::string_view type_or_id) {
  const std::string_view type = type_or_id.substr(0, type_or_id.find("--"));
  if (type == "intrusion-set" || type == "threat-actor") return Kind::kGroup;
  if (type == "malware" || type == "tool") return Kind::kSoftware;
  if (type == "attack-pattern") return Kind::kTechnique;
  if (type == "location") return Kind::kLocation;
  return type == "relationship" ? Kind::kRelation : Kind::kOther;
}

std::string public_id(const JsonObject& object, std::string_view stix_id) {
  for (const JsonObject& reference : objects_of(object, "external_references", kMaxReferences)) {
    const std::string_view id = text_of(reference, "external_id");
    if (is_attack(text_of(reference, "source_name")) && (is_group_id(id) || is_software_id(id) || is_technique_id(id))) {
      return std::string(id);
    }
  }
  return bounded_text(stix_id, kMaxNameBytes);
}

CitationList citations_of(const JsonObject& object, CitationTable& table) {
  CitationList out;
  for (const JsonObject& reference : objects_of(object, "external_references", kMaxReferences)) {
    if (is_attack(text_of(reference, "source_name")) || text_of(reference, "url").empty()) continue;
    if (const auto index = cite(reference, table)) out.push_back(*index);
  }
  return out;
}

Group read_group(const JsonObject& object, std::string_view stix_id, CitationTable& table) {
  Group group;
  group.id = public_id(object, stix_id);
  group.name = bounded_text(text_of(object, "name"), kMaxNameBytes);
  group.description = bounded_text(text_of(object, "description"), kMaxDescriptionBytes);
  group.aliases = read_aliases(object, "aliases", text_of(object, "name"), table);
  group.citations = citations_of(object, table);
  if (const auto code = nation_in_text(group.description)) group.nations.push_back({std::string(*code), {}});
  return group;
}

Software read_software(const JsonObject& object, std::string_view stix_id, CitationTable& table) {
  Software program;
  program.id = public_id(object, stix_id);
  program.name = bounded_text(text_of(object, "name"), kMaxNameBytes);
  program.kind = text_of(object, "type") == "tool" ? SoftwareKind::kTool : SoftwareKind::kMalware;
  program.aliases = read_aliases(object, "x_mitre_aliases", text_of(object, "name"), table);
  if (program.aliases.empty()) program.aliases = read_aliases(object, "aliases", text_of(object, "name"), table);
  return program;
}

Technique read_technique(const JsonObject& object, std::string_view stix_id) {
  Technique technique{public_id(object, stix_id), bounded_text(text_of(object, "name"), kMaxNameBytes), {}};
  for (const JsonObject& phase : objects_of(object, "kill_chain_phases", kMaxListEntries)) {
    technique.tactics.push_back(bounded_text(text_of(phase, "phase_name"), kMaxNameBytes));
  }
  return technique;
}

}  // namespace prova::knowledge::stix
