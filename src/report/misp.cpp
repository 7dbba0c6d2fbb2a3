// docs/formats/misp.md

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "report/exchange.h"
#include "base/ascii.h"
#include "report/json_values.h"
#include "report/sentences.h"
#include "report/statement_parts.h"

namespace prova::report {
namespace {

/// Who may see the event: MISP's distribution for a TLP label. Unmarked stays at home.
int distribution_of(std::string_view tlp) {
  constexpr int kOrganisation = 0, kCommunity = 1, kConnected = 2, kAll = 3;
  if (tlp == "TLP:CLEAR") return kAll;
  if (tlp == "TLP:GREEN") return kConnected;
  return tlp == "TLP:AMBER" ? kCommunity : kOrganisation;
}

/// MISP's threat level: 1 high, 2 medium, 3 low, 4 undefined.
int threat_level(const CaseReport& report) {
  if (!report.input.severity) return 4;
  const NcissLevel level = severity_of(*report.input.severity).level;
  return level >= NcissLevel::kHigh ? 1 : level == NcissLevel::kMedium ? 2 : 3;
}

Json tag(const std::string& name) { return Json{{"name", name}}; }

/// The MISP taxonomy follows ICD 203, with hyphens. Its numbers are lower bounds, not middles.
std::string likelihood_tag(std::string_view icd203) {
  std::string term = ascii_lower(icd203);
  std::replace(term.begin(), term.end(), ' ', '-');
  return fmt::format("estimative-language:likelihood-probability=\"{}\"", term);
}

class Event {
 public:
  Event(const CaseReport& report, const Statement& statement)
      : report_(report), statement_(statement), words_(statement.language), scope_("case/" + report.shown_title() + "/misp/"),
        seconds_(std::to_string(std::chrono::duration_cast<std::chrono::seconds>(report.assessment.as_of.time_since_epoch()).count())) {}

  std::string text_of() {
    attribute("campaign", "Attribution", "campaign-name", statement_.title, {}, "");
    for (const ActivityCluster& cluster : report_.input.clusters) add_cluster(cluster);
    for (const QuestionResult& question : report_.assessment.questions) add_answer(question);
    for (const EvidenceItem& item : report_.input.evidence) add_item(item);
    for (const ArtifactResult& artifact : report_.artifacts) add_artifact(artifact);
    const std::string author = report_.authors.empty() ? std::string("prova") : report_.authors.front();
    Json tags = Json::array();
    if (!report_.tlp.empty()) tags.push_back(tag(ascii_lower(report_.tlp)));
    return print(Json{{"Event",
                       {{"uuid", uuid_of(scope_ + "event")}, {"info", text(statement_.title)}, {"date", day_text(report_.assessment.as_of)},
                        {"timestamp", seconds_}, {"published", false}, {"analysis", "2"}, {"threat_level_id", std::to_string(threat_level(report_))},
                        {"distribution", std::to_string(distribution_of(report_.tlp))},
                        {"Orgc", {{"name", text(author)}, {"uuid", uuid_of("org/" + author)}}}, {"Tag", std::move(tags)},
                        {"Attribute", std::move(attributes_)}}}});
  }

 private:
  void attribute(const std::string& name, std::string_view category, std::string_view type, const std::string& value, Json tags,
                 const std::string& comment) {
    if (value.empty()) return;
    Json out{{"uuid", uuid_of(scope_ + name)}, {"category", category}, {"type", type}, {"value", text(value)}, {"comment", text(comment)},
             {"to_ids", false}, {"disable_correlation", type == "text"}, {"timestamp", seconds_}, {"distribution", "5"}};
    if (!tags.empty()) out["Tag"] = std::move(tags);
    attributes_.push_back(std::move(out));
  }

  void add_cluster(const ActivityCluster& cluster) {
    if (parts::standing(report_, cluster.evidence).empty()) return;
    attribute("cluster/" + cluster.id, "Attribution", "threat-actor", cluster.name, {}, fmt::format("{}: {}", name_of(cluster.role), cluster.did));
  }

  void add_answer(const QuestionResult& question) {
    const Sentence said = stated_sentence(report_, question, words_.language());
    const HypothesisResult* shown = shown_hypothesis(question);
    Json tags = Json::array();
    if (question.leading && shown != nullptr && !shown->terms.icd203.empty()) {
      tags.push_back(tag(likelihood_tag(shown->terms.icd203)));
      tags.push_back(tag(fmt::format("estimative-language:confidence-in-analytic-judgment=\"{}\"", name_of(question.confidence.level))));
    }
    attribute("answer/" + question.id, "Attribution", "text", said.text, std::move(tags), question.ask);
  }

  void add_item(const EvidenceItem& item) {
    if (!parts::stands(report_, item.id)) return;
    Json tags = Json::array();
    if (const Root* root = item.roots.empty() ? nullptr : report_.input.find_root(item.roots.front())) {
      tags.push_back(tag(fmt::format("admiralty-scale:source-reliability=\"{}\"", ascii_lower(std::string(1, static_cast<char>(root->grade))))));
    }
    tags.push_back(tag(fmt::format("admiralty-scale:information-credibility=\"{}\"", item.credibility)));
    attribute("item/" + item.id, "External analysis", "text", fmt::format("{}: {}", item.id, item.claim), std::move(tags), item.source.text);
    for (const std::string& url : item.source.urls) {
      if (url.starts_with("https://") || url.starts_with("http://")) attribute("item/" + item.id + "/" + url, "External analysis", "link", url, {}, item.id);
    }
  }

  void add_artifact(const ArtifactResult& artifact) {
    if (artifact.sha256.empty()) return;
    const std::string name = artifact.path.substr(artifact.path.rfind('/') + 1);
    attribute("artifact/" + artifact.path, "Artifacts dropped", "filename|sha256", name + "|" + artifact.sha256, {},
              artifact.stand_in.empty() ? artifact.role : artifact.stand_in);
  }

  const CaseReport& report_;
  const Statement& statement_;
  Wording words_;
  std::string scope_, seconds_;
  Json attributes_ = Json::array();
};

}  // namespace

std::string misp_event(const CaseReport& report, const Statement& statement) { return Event(report, statement).text_of(); }

}  // namespace prova::report
