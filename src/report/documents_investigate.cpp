#include <nlohmann/json.hpp>

#include "report/documents.h"
#include "report/json_assess.h"
#include "report/json_case.h"
#include "report/json_content.h"
#include "report/json_match.h"

namespace prova::report {
namespace {

Json artifact_entry(const ArtifactResult& artifact, const DocumentOptions& options) {
  Json programs = Json::array();
  for (const MatchReport& match : artifact.matches) programs.push_back(match_fields(match, options));
  return Json{{"path", text(artifact.path)},
              {"sha256", text(artifact.sha256)},
              {"size", artifact.size},
              {"role", text_or_null(artifact.role)},
              {"stand_in", text_or_null(artifact.stand_in)},
              {"status", artifact.analysed ? "analysed" : "failed"},
              {"error", artifact.analysed ? Json(nullptr) : text(artifact.error)},
              {"programs", std::move(programs)}};
}

Json evidence_entry(const EvidenceItem& item, const Case& input) {
  Json roots = Json::array();
  for (const std::string& id : item.roots) {
    const Root* root = input.find_root(id);
    roots.push_back(
        Json{{"id", text(id)},
             {"label", root != nullptr ? text_or_null(root->label) : Json(nullptr)},
             {"grade", root != nullptr ? Json(std::string(1, static_cast<char>(root->grade))) : Json(nullptr)}});
  }
  return Json{{"id", text(item.id)},
              {"kind", row_of(item.kind).name},
              {"claim", text(item.claim)},
              {"event_date", item.event_date ? text(item.event_date->text) : Json(nullptr)},
              {"known_from", text_or_null(item.known_from.text)},
              {"issuer", text_or_null(item.issuer)},
              {"source", text_or_null(item.source.text)},
              {"urls", texts(item.source.urls)},
              {"roots", std::move(roots)},
              {"credibility", item.credibility},
              {"spoofability", item.spoofability},
              {"derived_from", texts(item.derived_from)},
              {"disproves", texts(item.disproves)}};
}

Json custody_fields(const CustodyState& custody) {
  Json entries = Json::array();
  for (const CustodyEntry& entry : custody.entries) {
    entries.push_back(Json{{"sequence", entry.sequence},
                           {"time", text(entry.event.time)},
                           {"who", text(entry.event.who)},
                           {"action", text(entry.event.action)},
                           {"path", text_or_null(entry.event.path)},
                           {"sha256", entry.event.sha256 ? Json(to_hex(*entry.event.sha256)) : Json(nullptr)},
                           {"size", entry.event.size},
                           {"note", text_or_null(entry.event.note)}});
  }
  Json problems = Json::array();
  for (const CustodyProblem& problem : custody.problems) {
    problems.push_back(Json{{"kind", name_of(problem.kind)},
                            {"line", problem.line},
                            {"path", text_or_null(problem.path)},
                            {"message", text(problem.message)}});
  }
  return Json{{"intact", custody.intact()},
              {"head", {{"sequence", custody.head.sequence}, {"hash", to_hex(custody.head.hash)}}},
              {"artifacts_checked", custody.artifacts_checked},
              {"entries", std::move(entries)},
              {"problems", std::move(problems)}};
}

Json timeline_fields(const std::vector<Assessment>& timeline) {
  Json out = Json::array();
  for (const Assessment& assessment : timeline) {
    Json questions = Json::array();
    for (const QuestionResult& question : assessment.questions) questions.push_back(question_fields(question, false));
    out.push_back(Json{{"as_of", day(assessment.as_of)}, {"questions", std::move(questions)}});
  }
  return out;
}

Json stand_ins(const std::map<std::string, std::string>& families) {
  Json out = Json::array();
  for (const auto& [family, what] : families) out.push_back(Json{{"family", text(family)}, {"stand_in", text(what)}});
  return out;
}

}  // namespace

std::string investigate_document(const CaseReport& report, const DocumentOptions& options) {
  Json artifacts = Json::array();
  for (const ArtifactResult& artifact : report.artifacts) artifacts.push_back(artifact_entry(artifact, options));
  Json evidence = Json::array();
  for (const EvidenceItem& item : report.input.evidence) evidence.push_back(evidence_entry(item, report.input));
  return print(Json{{"schema", "prova/investigate/1"},
                    {"case",
                     {{"title", text(report.shown_title())},
                      {"tlp", text_or_null(report.tlp)},
                      {"authors", texts(report.authors)},
                      {"summary", text_or_null(report.input.summary)},
                      {"notice", text_or_null(report.input.notice)}}},
                    {"generated", {{"tool", text(report.tool_version)}, {"at", text_or_null(report.generated_at)}}},
                    {"assessment", assess_fields(report.assessment)},
                    {"timeline", timeline_fields(report.timeline)},
                    {"changes", change_fields(report.changes)},
                    {"activity", activity_fields(report)},
                    {"severity", severity_fields(report.input)},
                    {"reporting", reporting_fields(report.input, report.assessment.as_of)},
                    {"evidence", std::move(evidence)},
                    {"artifacts", std::move(artifacts)},
                    {"content", report.content ? content_fields(*report.content) : Json(nullptr)},
                    {"failed", failed_files(not_analysed(report))},
                    {"index",
                     {{"samples", report.index.samples},
                      {"functions", report.index.functions},
                      {"families", report.index.families},
                      {"scheme", report.index.scheme},
                      {"stand_ins", stand_ins(report.stand_in_families)}}},
                    {"custody", custody_fields(report.custody)}});
}

}  // namespace prova::report
