// docs/formats/stix.md

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "report/exchange.h"
#include "report/json_values.h"
#include "report/sentences.h"
#include "report/statement_parts.h"

namespace prova::report {
namespace {

/// The OASIS common objects for TLP 2.0 (cti-stix-common-objects, "tlp-2.0"): ids and extension are fixed there.
constexpr std::string_view kTlpExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
constexpr std::string_view kTlpCreated = "2022-10-01T00:00:00.000Z";
struct TlpRow {
  std::string_view label, id, value;
};
constexpr auto kTlp = std::to_array<TlpRow>(
    {{"TLP:CLEAR", "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"},
     {"TLP:GREEN", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"},
     {"TLP:AMBER", "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"},
     {"TLP:AMBER+STRICT", "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"},
     {"TLP:RED", "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "red"}});

const TlpRow* tlp_row(std::string_view label) {
  const auto found = std::find_if(kTlp.begin(), kTlp.end(), [&](const TlpRow& row) { return row.label == label; });
  return found == kTlp.end() ? nullptr : &*found;
}

std::string timestamp(Day day) { return to_string(day == Day{} ? Day{std::chrono::days(0)} : day) + "T00:00:00.000Z"; }

/// Builds the bundle. Objects are added in reading order; each id is the UUID of the case and of what it names.
class Bundle {
 public:
  Bundle(const CaseReport& report, const Statement& statement)
      : report_(report), statement_(statement), words_(statement.language), scope_("case/" + report.shown_title()) {
    first_ = report.assessment.as_of;
    for (const EvidenceItem& item : report.input.evidence) first_ = std::min(first_, item.known_from.last);
  }

  std::string text_of() {
    add_frame();
    add_campaign();
    add_clusters();
    add_answers();
    add_views();
    add_code();
    add_report();
    return print(Json{{"type", "bundle"}, {"id", "bundle--" + uuid_of(scope_ + "/bundle/" + timestamp(report_.assessment.as_of))}, {"objects", objects_}});
  }

 private:
  std::string id(const std::string& type, const std::string& name) const { return type + "--" + uuid_of(scope_ + "/" + type + "/" + name); }

  /// The members that every domain and relationship object has.
  Json object(const std::string& type, const std::string& name, const std::string& created_by) {
    Json out{{"type", type},        {"spec_version", "2.1"},
             {"id", id(type, name)}, {"created_by_ref", created_by},
             {"created", timestamp(first_)}, {"modified", timestamp(report_.assessment.as_of)},
             {"lang", code_of(words_.language())}};
    if (const TlpRow* row = tlp_row(report_.tlp)) out["object_marking_refs"] = Json::array({row->id});
    return out;
  }
  std::string keep(Json object) {
    std::string added = object["id"].get<std::string>();
    if (object["type"] != "marking-definition" && object["type"] != "extension-definition") refs_.push_back(added);
    objects_.push_back(std::move(object));
    return added;
  }
  /// Ours inside an object: never top-level custom properties, which STIX 2.1 deprecates.
  void extend(Json& object, Json fields) const {
    Json members{{"extension_type", "property-extension"}};
    members.update(fields);
    object["extensions"][extension_] = std::move(members);
  }
  Json evidence_refs(const std::vector<std::string>& ids) const {
    Json list = Json::array();
    for (const std::string& item_id : ids) {
      const EvidenceItem* item = report_.input.find_item(item_id);
      if (item == nullptr) continue;
      Json one{{"source_name", text(item->source.text.empty() ? item->issuer.empty() ? item->id : item->issuer : item->source.text)},
               {"external_id", text(item->id)}};
      if (!item->claim.empty()) one["description"] = text(item->claim);
      for (const std::string& url : item->source.urls) {
        if (url.starts_with("https://") || url.starts_with("http://")) one["url"] = text(url);
      }
      list.push_back(std::move(one));
    }
    return list;
  }
  Json subjects_of(const QuestionResult& question) const;
  void cite(Json& object, const std::vector<std::string>& ids) const {
    Json refs = evidence_refs(ids);
    if (!refs.empty()) object["external_references"] = std::move(refs);
  }

  void add_frame();
  void add_campaign();
  void add_clusters();
  void add_links(const ActivityCluster& cluster);
  void add_answers();
  void add_views();
  void add_code();
  void add_program(const ArtifactResult& artifact);
  void add_kinship(const std::string& program_ref, const FamilyResult& family);
  void add_report();
  std::string identity(const std::string& name);
  void relate(const std::string& from, const std::string& type, const std::string& to, const std::vector<std::string>& evidence,
              std::optional<int> confidence);

  const CaseReport& report_;
  const Statement& statement_;
  Wording words_;
  std::string scope_, author_, extension_, campaign_;
  Day first_{};
  Json objects_ = Json::array();
  std::vector<std::string> refs_;
  std::map<std::string, std::string> notes_;   ///< Question -> note.
  std::set<std::string> identities_;
};

std::string Bundle::identity(const std::string& name) {
  const std::string who = id("identity", name);
  if (!identities_.insert(who).second) return who;
  Json out = object("identity", name, who);
  out.erase("created_by_ref");
  out["name"] = text(name);
  out["identity_class"] = "organization";
  return keep(std::move(out));
}

void Bundle::add_frame() {
  const std::string name = report_.authors.empty() ? std::string("prova") : report_.authors.front();
  author_ = identity(name);
  extension_ = "extension-definition--" + uuid_of("extension/prova-assessment/1");
  Json extension{{"type", "extension-definition"}, {"spec_version", "2.1"}, {"id", extension_}, {"created_by_ref", author_},
                 {"created", "2026-01-01T00:00:00.000Z"}, {"modified", "2026-01-01T00:00:00.000Z"},
                 {"name", "prova assessment"}, {"description", "Probabilities, intervals, yardsticks and evidence of an assessment"},
                 {"schema", "docs/formats/stix.md of prova"}, {"version", "1.0.0"}, {"extension_types", Json::array({"property-extension"})}};
  keep(std::move(extension));
  if (const TlpRow* row = tlp_row(report_.tlp)) {
    keep(Json{{"type", "marking-definition"}, {"spec_version", "2.1"}, {"id", row->id}, {"created", kTlpCreated}, {"name", row->label},
              {"extensions", {{kTlpExtension, {{"extension_type", "property-extension"}, {"tlp_2_0", row->value}}}}}});
  }
}

void Bundle::add_campaign() {
  Json campaign = object("campaign", "case", author_);
  campaign["name"] = text(statement_.title);
  if (!statement_.summary.empty()) campaign["description"] = text(statement_.summary);
  std::string aims;
  for (const SourcedText& aim : report_.input.aims) {
    if (!parts::standing(report_, aim.evidence).empty()) aims += (aims.empty() ? "" : "; ") + aim.text;
  }
  if (!aims.empty()) campaign["objective"] = text(aims);
  campaign_ = keep(std::move(campaign));
}

void Bundle::relate(const std::string& from, const std::string& type, const std::string& to, const std::vector<std::string>& evidence,
                    std::optional<int> confidence) {
  Json link = object("relationship", from + type + to, author_);
  link["relationship_type"] = type;
  link["source_ref"] = from;
  link["target_ref"] = to;
  if (confidence) link["confidence"] = *confidence;
  cite(link, evidence);
  keep(std::move(link));
}

/// Whether the cluster did a part of what the campaign is. Who only probed the victim, and a persona that only spoke of it, are
/// related to the campaign: "attributed-to" is read as "they did it", and a database that wrote so of a prober named the wrong group.
bool carried_out(const ActivityCluster& cluster) {
  return cluster.role != ActivityRole::kProbing && cluster.role != ActivityRole::kPersona;
}

void Bundle::add_clusters() {
  for (const ActivityCluster& cluster : report_.input.clusters) {
    const std::vector<std::string> known = parts::standing(report_, cluster.evidence);
    if (known.empty()) continue;
    Json set = object("intrusion-set", cluster.id, author_);
    set["name"] = text(cluster.name);
    if (!cluster.also.empty()) set["aliases"] = texts(cluster.also);
    if (!cluster.did.empty()) set["description"] = text(cluster.did);
    cite(set, known);
    extend(set, {{"role", name_of(cluster.role)}, {"earlier_victims", parts::standing(report_, cluster.earlier_evidence).empty()
                                                                         ? Json::array() : texts(cluster.earlier_victims)}});
    relate(campaign_, carried_out(cluster) ? "attributed-to" : "related-to", keep(std::move(set)), known, std::nullopt);
  }
  for (const ActivityCluster& cluster : report_.input.clusters) add_links(cluster);
}

void Bundle::add_links(const ActivityCluster& cluster) {
  for (const ActivityLink& link : cluster.links) {
    const std::vector<std::string> known = parts::standing(report_, link.evidence);
    const std::string from = id("intrusion-set", cluster.id), to = id("intrusion-set", link.to);
    const auto present = [&](const std::string& ref) { return std::find(refs_.begin(), refs_.end(), ref) != refs_.end(); };
    if (known.empty() || !present(from) || !present(to)) continue;
    Json out = object("relationship", from + std::string(name_of(link.relation)) + to, author_);
    out["relationship_type"] = "related-to";
    out["description"] = words_.name(link.relation);
    out["source_ref"] = from;
    out["target_ref"] = to;
    cite(out, known);
    extend(out, {{"relation", name_of(link.relation)}});
    keep(std::move(out));
  }
}

/// What a note on this question is about: the campaign, and the clusters whose ladder the question is on.
Json Bundle::subjects_of(const QuestionResult& question) const {
  Json refs = Json::array({campaign_});
  for (const ActivityCluster& cluster : report_.input.clusters) {
    const bool on_ladder = std::find(cluster.questions.begin(), cluster.questions.end(), question.id) != cluster.questions.end();
    const std::string ref = id("intrusion-set", cluster.id);
    if (on_ladder && std::find(refs_.begin(), refs_.end(), ref) != refs_.end()) refs.push_back(ref);
  }
  return refs;
}

void Bundle::add_answers() {
  for (const QuestionResult& question : report_.assessment.questions) {
    Json note = object("note", question.id, author_);
    note["abstract"] = text(question.ask.empty() ? question.id : question.ask);
    std::string content = stated_sentence(report_, question, words_.language()).text;
    const Sentence confidence = confidence_sentence(question, words_.language());
    if (!confidence.text.empty()) content += "\n" + confidence.text;
    note["content"] = text(content);
    note["object_refs"] = subjects_of(question);
    if (question.leading) {
      note["confidence"] = stix_confidence(question.confidence.level);
      cite(note, evidence_of(question, *question.leading));
    }
    Json hypotheses = Json::array();
    for (const HypothesisResult& h : question.hypotheses) {
      const auto value = [&](double p) { return question.assessed ? number(p) : Json(nullptr); };
      hypotheses.push_back(Json{{"id", text(h.id)}, {"label", text(h.label)}, {"low", value(h.probability.low)}, {"mid", value(h.probability.mid)},
                                {"high", value(h.probability.high)}, {"phia", text_or_null(h.terms.phia)}, {"icd203", text_or_null(h.terms.icd203)}});
    }
    extend(note, {{"question", text(question.id)}, {"assessed", question.assessed}, {"as_of", day_text(report_.assessment.as_of)},
                  {"leading", question.leading ? text(*question.leading) : Json(nullptr)}, {"hypotheses", std::move(hypotheses)}});
    notes_[question.id] = keep(std::move(note));
  }
}

/// What somebody else's words amount to on our leading answer, on STIX's five-step scale.
std::string_view opinion_of(const CaseReport& report, const OtherAssessment& other, const QuestionResult& question) {
  const EvidenceItem* item = report.input.find_item(other.item);
  double sum = 0;
  bool speaks = false;
  for (const prova::Statement& said : item->says) {
    if (said.question != question.id) continue;
    speaks = true;
    sum += said.hypothesis == *question.leading ? said.fraction : -said.fraction;
  }
  if (!speaks) return "";
  constexpr double kStrong = 0.9;
  if (sum >= kStrong) return "strongly-agree";
  if (sum > 0) return "agree";
  if (sum <= -kStrong) return "strongly-disagree";
  return sum < 0 ? "disagree" : "neutral";
}

/// Whether the item is somebody's view of the matter. Evidence that merely has an issuer is cited where it counts.
bool is_view(EvidenceKind kind) {
  return is_withheld(kind) || kind == EvidenceKind::kPolitical || kind == EvidenceKind::kDenial || kind == EvidenceKind::kPersona ||
         kind == EvidenceKind::kVictimStatement;
}

void Bundle::add_views() {
  for (const OtherAssessment& other : report_.assessment.others) {
    if (report_.input.find_item(other.item) == nullptr || !is_view(other.kind)) continue;
    for (const QuestionResult& question : report_.assessment.questions) {
      const std::string_view opinion = question.leading ? opinion_of(report_, other, question) : "";
      if (opinion.empty()) continue;
      const std::string who = parts::issuer_of(report_, other.item);
      Json out = object("opinion", other.item + "/" + question.id, identity(who));
      out["opinion"] = opinion;
      out["authors"] = Json::array({text(who)});
      if (!other.wording.empty()) out["explanation"] = text(other.wording);
      out["object_refs"] = Json::array({notes_.at(question.id)});
      cite(out, {other.item});
      extend(out, {{"item", text(other.item)}, {"yardstick", text_or_null(other.yardstick)}, {"counted", other.counted},
                   {"withheld", other.withheld}, {"echo_of", texts(other.echo_of)}});
      keep(std::move(out));
    }
  }
}

/// Whether an artefact shares code with a malware family. A file that was merely found at the victim is a file.
bool is_malware(const ArtifactResult& artifact) {
  return std::any_of(artifact.matches.begin(), artifact.matches.end(), [](const MatchReport& match) {
    return std::any_of(match.families.begin(), match.families.end(),
                       [](const FamilyResult& family) { return family.role == SampleRole::kMalware && family.shared_functions > 0; });
  });
}

void Bundle::add_program(const ArtifactResult& artifact) {
  const std::string name = artifact.path.substr(artifact.path.rfind('/') + 1);
  if (artifact.sha256.empty()) return;
  Json file{{"type", "file"}, {"spec_version", "2.1"}, {"id", "file--" + uuid_of("file/" + artifact.sha256)},
            {"hashes", {{"SHA-256", artifact.sha256}}}, {"size", artifact.size}, {"name", text(name)}};
  if (const TlpRow* row = tlp_row(report_.tlp)) file["object_marking_refs"] = Json::array({row->id});
  const std::string file_ref = keep(std::move(file));
  // A file of the case is malware to a reader of the bundle only where code or the analyst says so.
  if (!is_malware(artifact)) return;
  Json program = object("malware", "artifact/" + artifact.path, author_);
  program["name"] = text(name);
  program["is_family"] = false;
  program["sample_refs"] = Json::array({file_ref});
  if (!artifact.stand_in.empty()) {
    program["description"] = text(artifact.stand_in);
    program["labels"] = Json::array({"stand-in"});
  }
  extend(program, {{"stand_in", text_or_null(artifact.stand_in)}, {"role", text_or_null(artifact.role)}});
  const std::string program_ref = keep(std::move(program));
  relate(campaign_, "uses", program_ref, {}, std::nullopt);
  std::set<std::string> seen;
  for (const MatchReport& match : artifact.matches) {
    for (const FamilyResult& family : match.families) {
      const bool kin = family.role == SampleRole::kMalware && family.shared_functions > 0;
      if (kin && seen.insert(family.family).second) add_kinship(program_ref, family);
    }
  }
}

void Bundle::add_kinship(const std::string& program_ref, const FamilyResult& family) {
  const std::string family_ref = id("malware", "family/" + family.family);
  if (std::find(refs_.begin(), refs_.end(), family_ref) == refs_.end()) {
    Json known = object("malware", "family/" + family.family, author_);
    known["name"] = text(family.family);
    known["is_family"] = true;
    const auto stand_in = report_.stand_in_families.find(family.family);
    if (stand_in != report_.stand_in_families.end()) known["labels"] = Json::array({"stand-in"});
    keep(std::move(known));
  }
  Json link = object("relationship", program_ref + "variant-of" + family_ref, author_);
  link["relationship_type"] = "variant-of";
  link["source_ref"] = program_ref;
  link["target_ref"] = family_ref;
  extend(link, {{"log10_lr", number(family.log10_lr)}, {"shared_functions", family.shared_functions}, {"verbal", text_or_null(family.verbal)}});
  keep(std::move(link));
}

void Bundle::add_code() {
  for (const ArtifactResult& artifact : report_.artifacts) {
    if (artifact.analysed) add_program(artifact);
  }
}

void Bundle::add_report() {
  Json out = object("report", std::string(name_of(statement_.audience)) + "/" + std::string(code_of(statement_.language)), author_);
  out["name"] = text(statement_.title + ": " + statement_.kind);
  std::string description = statement_.as_of + ".";
  for (const StatementSection& section : statement_.sections) {
    if (section.id != "who" && section.id != "activity") continue;
    for (const StatementBlock& block : section.blocks) {
      if (!block.sentence.text.empty()) description += "\n" + block.sentence.text;
    }
  }
  out["description"] = text(description);
  out["report_types"] = Json::array({"campaign", "threat-report"});
  out["published"] = timestamp(report_.assessment.as_of);
  out["object_refs"] = refs_;
  keep(std::move(out));
}

}  // namespace

int stix_confidence(ConfidenceLevel level) {
  // STIX 2.1, appendix A, "None / Low / Med / High": 15, 50, 85.
  switch (level) {
    case ConfidenceLevel::kLow: return 15;
    case ConfidenceLevel::kModerate: return 50;
    case ConfidenceLevel::kHigh: return 85;
  }
  return 0;
}

std::string stix_bundle(const CaseReport& report, const Statement& statement) { return Bundle(report, statement).text_of(); }

}  // namespace prova::report
