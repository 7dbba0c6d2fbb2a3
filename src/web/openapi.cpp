// The routing table as an OpenAPI 3.1 description: made from the table that answers, so that it cannot say anything else.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "web/routes.h"

namespace prova::web {
namespace {

using Json = nlohmann::ordered_json;

Json parameters_of(const Route& route) {
  Json list = Json::array();
  for (std::size_t at = route.path.find('{'); at != std::string::npos; at = route.path.find('{', at + 1)) {
    const std::string name = route.path.substr(at + 1, route.path.find('}', at) - at - 1);
    list.push_back(Json{{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  for (const QueryName& query : route.query) {
    list.push_back(Json{{"name", query.name}, {"in", "query"}, {"required", false}, {"description", query.meaning}, {"schema", {{"type", "string"}}}});
  }
  return list;
}

/// Documents of ours carry their name in `schema`; anything else is a media type.
Json answer_of(const Route& route) {
  const bool document = route.answer.starts_with("prova/");
  const std::string type = document ? "application/json" : route.answer;
  Json schema{{"type", document || type == "application/json" ? "object" : "string"}};
  if (document) schema["properties"] = Json{{"schema", {{"const", route.answer}}}};
  return Json{{"description", document ? "A document `" + route.answer + "`" : "The file"}, {"content", {{type, {{"schema", std::move(schema)}}}}}};
}

Json operation_of(const Route& route) {
  Json operation{{"summary", route.summary}, {"parameters", parameters_of(route)}};
  if (route.method == "POST") {
    operation["requestBody"] = Json{{"required", true}, {"content", {{"application/json", {{"schema", {{"type", "object"}}}}}}}};
  }
  operation["responses"] = Json{{"200", answer_of(route)}, {"default", {{"$ref", "#/components/responses/Refusal"}}}};
  if (route.path == "/api/session") operation["security"] = Json::array();
  return operation;
}

Json components() {
  const Json refusal{{"type", "object"},
                     {"required", {"schema", "error"}},
                     {"properties", {{"schema", {{"const", "prova/error/1"}}}, {"error", {{"type", "string"}}}, {"line", {{"type", "integer"}}}}}};
  return Json{{"responses", {{"Refusal", {{"description", "Why not, and what to do next"}, {"content", {{"application/json", {{"schema", refusal}}}}}}}}},
              {"securitySchemes",
               {{"cookie", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "prova_session_PORT"}}}, {"bearer", {{"type", "http"}, {"scheme", "bearer"}}}}}};
}

}  // namespace

std::string openapi_document(const std::vector<Route>& routes, const std::string& version) {
  Json paths = Json::object();
  for (const Route& route : routes) {
    std::string method = route.method;
    std::transform(method.begin(), method.end(), method.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
    paths[route.path][method] = operation_of(route);
  }
  return Json{{"openapi", "3.1.0"},
              {"info", {{"title", "prova workbench"}, {"version", version},
                        {"description", "Every document is described in docs/formats/. Requests that change something need the header `X-Prova: 1`."}}},
              {"security", {{{"cookie", Json::array()}}, {{"bearer", Json::array()}}}},
              {"paths", std::move(paths)},
              {"components", components()}}
             .dump(2) + "\n";
}

}  // namespace prova::web
