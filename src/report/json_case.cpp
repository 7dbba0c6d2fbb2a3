#include "report/json_case.h"

#include <nlohmann/json.hpp>

#include "attribution/reporting.h"
#include "report/documents.h"
#include "report/json_assess.h"
#include "report/statement_parts.h"

namespace prova::report {
namespace {

Json cluster_entry(const CaseReport& report, const ActivityCluster& cluster) {
  Json links = Json::array();
  for (const ActivityLink& link : cluster.links) {
    const auto known = parts::standing(report, link.evidence);
    if (!known.empty()) links.push_back(Json{{"to", text(link.to)}, {"relation", name_of(link.relation)}, {"evidence", texts(known)}});
  }
  const auto earlier = parts::standing(report, cluster.earlier_evidence);
  return Json{{"id", text(cluster.id)},
              {"name", text(cluster.name)},
              {"also", texts(cluster.also)},
              {"role", name_of(cluster.role)},
              {"did", text_or_null(cluster.did)},
              {"evidence", texts(parts::standing(report, cluster.evidence))},
              {"questions", texts(cluster.questions)},
              {"earlier_victims", earlier.empty() ? Json::array() : texts(cluster.earlier_victims)},
              {"earlier_evidence", texts(earlier)},
              {"links", std::move(links)}};
}

Json sourced(const CaseReport& report, const std::vector<SourcedText>& list) {
  Json out = Json::array();
  for (const SourcedText& one : list) {
    const auto known = parts::standing(report, one.evidence);
    if (!known.empty()) out.push_back(Json{{"id", text(one.id)}, {"text", text(one.text)}, {"evidence", texts(known)}});
  }
  return out;
}

Json answer_entry(const TimelineAnswer& answer) {
  Json moves = Json::array();
  for (const TimelineMove& move : answer.moves) moves.push_back(Json{{"item", text(move.item)}, {"log10_odds", number(move.log10_odds)}});
  const auto value = [&](double p) { return answer.assessed ? number(p) : Json(nullptr); };
  return Json{{"question", text(answer.question)},
              {"assessed", answer.assessed},
              {"hypothesis", text_or_null(answer.hypothesis)},
              {"separable", answer.separable},
              {"resolved", answer.resolved},
              {"low", value(answer.probability.low)},
              {"mid", value(answer.probability.mid)},
              {"high", value(answer.probability.high)},
              {"phia", text_or_null(answer.phia)},
              {"confidence", answer.assessed ? Json(name_of(answer.confidence)) : Json(nullptr)},
              {"log10_change", number(answer.log10_change)},
              {"moves", std::move(moves)}};
}

}  // namespace

Json activity_fields(const CaseReport& report) {
  Json clusters = Json::array();
  for (const ActivityCluster& cluster : report.input.clusters) {
    if (!parts::standing(report, cluster.evidence).empty()) clusters.push_back(cluster_entry(report, cluster));
  }
  return Json{{"clusters", std::move(clusters)}, {"aims", sourced(report, report.input.aims)}, {"losses", sourced(report, report.input.losses)}};
}

Json severity_fields(const Case& input) {
  if (!input.severity) return nullptr;
  const SeverityInputs& inputs = *input.severity;
  const Severity result = severity_of(inputs);
  Json rows = Json::array();
  for (const SeverityInputRow& row : severity_inputs()) {
    const auto at = static_cast<std::size_t>(row.input);
    rows.push_back(Json{{"input", row.name}, {"is", inputs.chosen[at]}, {"weight", row.weight},
                        {"points", option_score(row, inputs.chosen[at]).value_or(0)}, {"evidence", texts(inputs.evidence[at])}});
  }
  return Json{{"nciss", {{"score", number(result.score)}, {"level", name_of(result.level)},
                         {"score_without_actor", number(result.score_without_actor)},
                         {"level_without_actor", name_of(result.level_without_actor)}}},
              {"ncsc_category", result.ncsc_category ? Json(*result.ncsc_category) : Json(nullptr)},
              {"inputs", std::move(rows)}};
}

Json reporting_fields(const Case& input, Day as_of) {
  Json out = Json::array();
  for (const ReportingNode& node : reporting_on(input, as_of)) {
    out.push_back(Json{{"item", text(node.item)}, {"kind", name_of(node.kind)}, {"repeats", texts(node.repeats)},
                       {"earlier", texts(node.earlier)}, {"roots", texts(node.roots)}});
  }
  return out;
}

Json change_fields(const std::vector<TimelineDay>& days) {
  Json out = Json::array();
  for (const TimelineDay& day : days) {
    Json answers = Json::array();
    for (const TimelineAnswer& answer : day.answers) answers.push_back(answer_entry(answer));
    out.push_back(Json{{"day", day_text(day.day)}, {"new_items", texts(day.new_items)}, {"answers", std::move(answers)}});
  }
  return out;
}

std::string timeline_document(const std::string& case_name, const std::vector<TimelineDay>& days, TimelineDetail detail) {
  Json list = change_fields(days);
  for (std::size_t i = 0; detail == TimelineDetail::kEveryHypothesis && i < days.size(); ++i) {
    Json& questions = list[i]["questions"] = Json::array();
    for (const QuestionResult& question : days[i].questions) questions.push_back(question_fields(question, false));
  }
  return print(Json{{"schema", "prova/timeline/1"}, {"case", text(case_name)}, {"days", std::move(list)}});
}

}  // namespace prova::report
