#include "report/json_match.h"

#include <nlohmann/json.hpp>

#include "base/escape.h"

namespace prova::report {
namespace {

Json match_entry(const FunctionMatch& match, const DocumentOptions& options) {
  return Json{
      {"sample", text(match.sample)},           {"sample_name", text(match.sample_name)},
      {"family", text(match.family)},           {"role", name_of(match.role)},
      {"address", raw(match.address)},          {"name", options.names ? text_or_null(match.name) : Json(nullptr)},
      {"similarity", number(match.similarity)}, {"exact", match.exact},
      {"log10_lr", number(match.log10_lr)},     {"because", texts(match.because)}};
}

Json function_entry(const FunctionResult& function, const DocumentOptions& options) {
  Json matches = Json::array();
  for (const FunctionMatch& match : function.matches) {
    if (match.similarity < options.min_similarity) continue;
    if (options.top != 0 && matches.size() >= options.top) break;
    matches.push_back(match_entry(match, options));
  }
  return Json{{"address", raw(function.address)},
              {"size", function.size},
              {"name", options.names ? text_or_null(function.name) : Json(nullptr)},
              {"role", name_of(function.role)},
              {"group", text(function.group)},
              {"matches", std::move(matches)}};
}

/// Only malware families have a likelihood ratio: a library that is shared says nothing about who wrote the rest.
Json family_entry(const FamilyResult& family) {
  const bool weighed = family.role == SampleRole::kMalware;
  return Json{{"family", text(family.family)},
              {"actor", text_or_null(family.actor)},
              {"role", name_of(family.role)},
              {"log10_lr", weighed ? number(family.log10_lr) : Json(nullptr)},
              {"verbal", weighed ? text_or_null(family.verbal) : Json(nullptr)},
              {"shared_functions", family.shared_functions},
              {"shared_bytes", family.shared_bytes},
              {"of_bytes", family.of_bytes},
              {"samples", texts(family.samples)},
              {"evidence", texts(family.evidence)},
              {"first_seen", text_or_null(family.first_seen)},
              {"version", text_or_null(family.version)}};
}

Json toolmark_entry(const ToolmarkResult& mark) {
  return Json{{"kind", name_of(mark.kind)},
              {"value", text(mark.value)},
              {"families", texts(mark.families)},
              {"log10_lr", mark.log10_lr ? number(*mark.log10_lr) : Json(nullptr)},
              {"because", text_or_null(mark.because)},
              {"note", text_or_null(mark.note)}};
}

Json rule_entry(const RuleMatch& rule) {
  Json meta = Json::object(), places = Json::array();
  for (const auto& [key, value] : rule.meta) meta[valid_utf8(key)] = text(value);
  for (const RuleMatch::Place& place : rule.places) {
    places.push_back(Json{{"string", text(place.string)}, {"offset", place.offset}, {"length", place.length}});
  }
  return Json{{"rule", text(rule.rule)},     {"file", text(rule.file)},  {"tags", texts(rule.tags)},
              {"meta", std::move(meta)},     {"log10_lr", nullptr},      {"strings", std::move(places)},
              {"capped", rule.capped}};
}

}  // namespace

Json match_fields(const MatchReport& report, const DocumentOptions& options) {
  Json functions = Json::array();
  for (const FunctionResult& function : report.functions) functions.push_back(function_entry(function, options));
  Json families = Json::array();
  for (const FamilyResult& family : report.families) families.push_back(family_entry(family));
  Json toolmarks = Json::array();
  for (const ToolmarkResult& mark : report.toolmarks) toolmarks.push_back(toolmark_entry(mark));
  Json rules = Json::array();
  for (const RuleMatch& rule : report.rules) rules.push_back(rule_entry(rule));
  return Json{{"sample",
               {{"name", text(report.name)},
                {"member", text_or_null(report.member)},
                {"sha256", text(report.sha256)},
                {"format", name_of(report.format)},
                {"arch", name_of(report.arch)},
                {"bits", report.bits},
                {"size", report.size}}},
              {"code_bytes", report.code_bytes},
              {"library_bytes", report.library_bytes},
              {"goodware_bytes", report.goodware_bytes},
              {"families", std::move(families)},
              {"functions", std::move(functions)},
              {"toolmarks", std::move(toolmarks)},
              {"rules", std::move(rules)},
              {"not_compared", {{"samples", report.not_compared.samples}, {"families", report.not_compared.families}}},
              {"too_small", report.too_small},
              {"anomalies", defects(report.defects)},
              {"capped", report.capped}};
}

Json failed_files(std::span<const FailedFile> failed) {
  Json out = Json::array();
  for (const FailedFile& file : failed) out.push_back(Json{{"path", text(file.path)}, {"reason", text(file.reason)}});
  return out;
}

std::string match_document(std::span<const MatchReport> reports, std::span<const FailedFile> failed,
                           const DocumentOptions& options) {
  Json document{{"schema", "prova/match/1"}};
  if (reports.size() == 1) {
    document.update(match_fields(reports.front(), options));
  } else {
    Json& list = document["reports"] = Json::array();
    for (const MatchReport& report : reports) list.push_back(match_fields(report, options));
  }
  document["failed"] = failed_files(failed);
  return print(document);
}

}  // namespace prova::report
