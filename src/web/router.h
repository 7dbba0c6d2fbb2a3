#pragma once
// The routing table: what is served at which address, described well enough for /api/openapi.json.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/message.h"
#include "web/target.h"

namespace prova::web {

/// What a handler is called with.
struct Call {
  const Request& request;
  const Target& target;
  std::map<std::string, std::string, std::less<>> place;  ///< Values of the {names} in the path.

  /// The value of a {name} in the path. REQUIRES: the route has it.
  [[nodiscard]] const std::string& at(std::string_view name) const { return place.find(name)->second; }
  /// A value of the query, or nothing.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const { return target.value(name); }
  /// A whole number of the query in [low, high]; `otherwise` when absent. Errors: kUsage, naming what is expected.
  [[nodiscard]] Result<std::uint64_t> number(std::string_view name, std::uint64_t low, std::uint64_t high, std::uint64_t otherwise) const;
  /// One of the words; the first when absent. Errors: kUsage.
  [[nodiscard]] Result<std::string> word(std::string_view name, const std::vector<std::string_view>& words) const;
};

struct QueryName {
  std::string name;
  std::string meaning;
};

struct Route {
  std::string method;               ///< "GET", "POST", "DELETE".
  std::string path;                 ///< "/api/cases/{id}/assessment"; a {name} stands for one segment.
  std::string summary;              ///< One line.
  std::string answer;               ///< Schema of the document ("prova/assess/1"), or a media type.
  std::vector<QueryName> query;
  std::function<Response(const Call&)> handler;
};

class Router {
 public:
  /// REQUIRES: no route of that method and path is there yet.
  void add(Route route);
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }
  /// The answer of the one route that fits; 404 where no path does, 405 where only the method is wrong.
  [[nodiscard]] Response answer(const Request& request, const Target& target) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace prova::web
