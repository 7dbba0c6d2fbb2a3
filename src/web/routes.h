#pragma once
// Every address of the workbench. Each function adds the routes of one file; a new family of routes is a new file and a
// line here and in routes.cpp. docs/formats/web-api.md says what each answers.

#include "web/router.h"
#include "web/site.h"

namespace prova::web {

/// All of them.
void add_routes(Router& router, Workbench& workbench);

void add_session_routes(Router& router, Workbench& workbench);      // who may speak; the list of cases; openapi.json
void add_case_routes(Router& router, Workbench& workbench);         // the case, its assessment, its timeline, its last report
void add_statement_routes(Router& router, Workbench& workbench);    // the statement and the exports
void add_edit_routes(Router& router, Workbench& workbench);         // changes of case.yaml
void add_job_routes(Router& router, Workbench& workbench);          // long work
void add_kinship_routes(Router& router, Workbench& workbench);      // programs, families, functions, two programs side by side
void add_content_routes(Router& router, Workbench& workbench);      // damage, leak, custody

/// The routes as an OpenAPI 3.1 description.
[[nodiscard]] std::string openapi_document(const std::vector<Route>& routes, const std::string& version);

/// Calls `then` with the case that {id} names, or answers 404.
template <typename Then>
[[nodiscard]] Response with_case(Workbench& workbench, const Call& call, Then then) {
  ServedCase* served = workbench.cases.find(call.at("id"));
  if (served == nullptr) return refusal(404, "there is no such case here; /api/workbench lists them");
  return then(*served);
}

/// The document that `make` writes, made again only when one of `files` changed. `key` names it within the case: the path and
/// every query value that it depends on.
[[nodiscard]] Response cached(Workbench& workbench, const ServedCase& served, const std::string& key,
                              const std::vector<std::filesystem::path>& files, const std::function<Result<std::string>()>& make);

/// The answer 422 with every mistake of case.yaml; nothing when there is none.
[[nodiscard]] std::optional<Response> refuse_mistakes(ServedCase& served);
/// The case, for a document that is being made: read after the files were looked at, so that no newer stamp is ever given to an
/// older case. Errors: kMalformed (it has mistakes now).
[[nodiscard]] Result<std::shared_ptr<const CaseSnapshot>> parsed_case(ServedCase& served);
/// `prova/workbench-case/1` in the language of the query.
[[nodiscard]] Response case_file(Workbench& workbench, ServedCase& served, const Call& call);
/// The day of `as_of` in the query, if there is one. Errors: kUsage.
[[nodiscard]] Result<std::optional<Day>> day_of(const Call& call);

}  // namespace prova::web
