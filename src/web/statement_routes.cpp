// What may be said in public, sentence by sentence, and the same for other people's tools.

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "report/documents.h"
#include "report/documents_workbench.h"
#include "report/exchange.h"
#include "report/html.h"
#include "report/html_statement.h"
#include "report/markdown.h"
#include "web/routes.h"

namespace prova::web {
namespace {

struct ExportFormat {
  std::string_view name, ending, type;
};
constexpr auto kExports = std::to_array<ExportFormat>({
    {"html", "html", "text/html; charset=utf-8"},
    {"md", "md", "text/markdown; charset=utf-8"},
    {"json", "json", "application/json; charset=utf-8"},
    {"stix", "stix.json", "application/stix+json;version=2.1"},
    {"misp", "misp.json", "application/json; charset=utf-8"},
});

/// What the query asks for, and the key under which the answer is kept.
struct Wanted {
  StatementRequest request;
  std::string key;
};

Result<Wanted> wanted(const Workbench& workbench, const Call& call, std::string_view what) {
  PROVA_TRY(language, call.word("language", {"en", "fr", "sq"}));
  PROVA_TRY(audience, call.word("audience", {"public", "technical"}));
  PROVA_TRY(tlp, call.word("tlp", {"", "TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"}));
  PROVA_TRY(day, day_of(call));
  Wanted result;
  result.request.options.language = report::language_from_code(language).value_or(report::Language::kEnglish);
  result.request.options.audience = audience == "public" ? report::Audience::kPublic : report::Audience::kTechnical;
  result.request.tlp = tlp;
  result.request.as_of = day;
  result.request.time = workbench.now();
  result.request.tool_version = workbench.version;
  result.key = fmt::format("{} {} {} {} {}", what, language, audience, tlp, day ? to_string(*day) : "");
  return result;
}

Response statement(Workbench& workbench, ServedCase& served, const Call& call) {
  if (const auto refused = refuse_mistakes(served)) return *refused;
  const auto want = wanted(workbench, call, "statement");
  if (!want) return refusal(want.error());
  return cached(workbench, served, want->key, served.reported_files(), [&]() -> Result<std::string> {
    PROVA_TRY(snapshot, parsed_case(served));
    PROVA_TRY(material, state_case(served.directory(), *snapshot->parsed, want->request));
    return report::statement_document(material.statement, material.report.untranslated);
  });
}

std::string exported(const StatementMaterial& material, const report::StatementOptions& options, std::string_view format) {
  if (format == "json") return report::investigate_document(material.report);
  if (format == "md") return report::markdown(material.report, material.statement);
  if (format == "stix") return report::stix_bundle(material.report, material.statement);
  if (format == "misp") return report::misp_event(material.report, material.statement);
  // As `prova report`: the full report has drawings of code and is English; everything else is set from the statement.
  const bool full = options.language == report::Language::kEnglish && options.audience == report::Audience::kTechnical;
  return full ? report::html_report(material.report) : report::html_statement(material.report, material.statement);
}

Response export_file(Workbench& workbench, ServedCase& served, const Call& call) {
  const auto format = std::find_if(kExports.begin(), kExports.end(), [&](const ExportFormat& one) { return one.name == call.at("format"); });
  if (format == kExports.end()) return refusal(404, "there is no such format, expected html, md, json, stix or misp");
  if (const auto refused = refuse_mistakes(served)) return *refused;
  const auto want = wanted(workbench, call, fmt::format("export {}", format->name));
  if (!want) return refusal(want.error());
  const auto snapshot = parsed_case(served);
  if (!snapshot) return refusal(snapshot.error());
  const auto material = state_case(served.directory(), *(*snapshot)->parsed, want->request);
  if (!material) return refusal(material.error());
  const report::StatementOptions& options = want->request.options;
  const std::string name = fmt::format("{}-{}-{}.{}", served.id(), report::code_of(options.language), report::name_of(options.audience), format->ending);
  return attachment(exported(*material, options, format->name), std::string(format->type), name);
}

const std::vector<QueryName>& statement_query() {
  static const std::vector<QueryName> kQuery = {{"language", "en (default), fr or sq"},
                                                {"audience", "public (default) or technical"},
                                                {"tlp", "A label of TLP 2.0 instead of the case's own"},
                                                {"as_of", "Only what was known by this day, YYYY-MM-DD"}};
  return kQuery;
}

}  // namespace

void add_statement_routes(Router& router, Workbench& workbench) {
  router.add({"GET", "/api/cases/{id}/statement", "The statement, sentence by sentence, with evidence and the linter's findings", "prova/statement/1",
              statement_query(), [&workbench](const Call& call) {
                return with_case(workbench, call, [&](ServedCase& served) { return statement(workbench, served, call); });
              }});
  router.add({"GET", "/api/cases/{id}/export/{format}", "A document to keep: html, md, json, stix or misp", "application/octet-stream",
              statement_query(), [&workbench](const Call& call) {
                return with_case(workbench, call, [&](ServedCase& served) { return export_file(workbench, served, call); });
              }});
}

}  // namespace prova::web
