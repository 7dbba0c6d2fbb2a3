// Who may speak, which cases there are, and what can be asked.

#include <nlohmann/json.hpp>

#include "report/documents_workbench.h"
#include "web/routes.h"

namespace prova::web {
namespace {

Response log_in(Workbench& workbench, const Request& request) {
  const auto body = nlohmann::json::parse(request.body, nullptr, false);
  const bool given = body.is_object() && body.contains("token") && body["token"].is_string();
  if (!given) return refusal(400, "the body is not {\"token\": \"...\"}");
  if (!workbench.session.redeem(body["token"].get<std::string>())) {
    workbench.log("a token was tried that is not valid, or was used before");
    return refusal(401, "this address was used already; open the latest one that `prova serve` printed");
  }
  workbench.log("a browser joined; for another one: " + workbench.session.invitation());
  Response response = json(std::string("{\"schema\": \"prova/session/1\"}\n"));
  response.headers.emplace_back("Set-Cookie", workbench.session.cookie());
  return response;
}

Response list_cases(Workbench& workbench) {
  std::vector<report::CaseListing> cases;
  for (const auto& served : workbench.cases.all()) {
    const auto snapshot = served->snapshot();
    const std::string& name = snapshot->shown.name;
    cases.push_back({served->id(), name.empty() ? served->id() : name, served->directory().string(), snapshot->errors.size()});
  }
  return json(report::workbench_document(workbench.version, workbench.user, cases));
}

}  // namespace

void add_session_routes(Router& router, Workbench& workbench) {
  router.add({"POST", "/api/session", "Trade the one-time token of the printed address for a session", "prova/session/1", {},
              [&workbench](const Call& call) { return log_in(workbench, call.request); }});
  router.add({"GET", "/api/workbench", "The cases of this server, its user, languages and yardsticks", "prova/workbench/1", {},
              [&workbench](const Call&) { return list_cases(workbench); }});
  router.add({"GET", "/api/openapi.json", "This description", "application/json", {}, [&router, &workbench](const Call&) {
                return json(openapi_document(router.routes(), workbench.version));
              }});
}

}  // namespace prova::web
