#pragma once
// The workbench as a function from requests to answers: first who asks, then what. http_server.h puts it on a socket.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "web/assets.h"
#include "web/document_cache.h"
#include "web/jobs.h"
#include "web/router.h"
#include "web/served_cases.h"
#include "web/session.h"

namespace prova::web {

/// Largest body of a request: an edit of one evidence item has some thousand bytes; its texts are at most 20,000 each.
constexpr std::size_t kMaxBodyBytes = 256U << 10;

/// What every handler works with. One per server; handlers run at once on several threads.
struct Workbench {
  Session& session;
  ServedCases& cases;
  Jobs& jobs;
  std::string user;          ///< Who edits, for the custody log.
  std::string version;       ///< "prova 0.1.0 (1a2b3c4d5e6f)".
  std::string index;         ///< As `--index`; empty: as for `prova investigate`.
  std::function<std::string()> now;             ///< RFC 3339 UTC.
  std::function<void(std::string_view)> log;    ///< One line, unescaped; called from any thread.
  DocumentCache cache{};
};

/// Thread safety: `answer` and `refuse` may be called at once.
class Site {
 public:
  explicit Site(Workbench& workbench);

  /// What can be said before the body is read: requests from elsewhere (403), without a session (401), of a kind that nobody
  /// answers (404, 405, 413, 415). Nothing: read the body and call `answer`.
  [[nodiscard]] std::optional<Response> refuse(const Request& head) const;
  /// The answer, with the headers that every answer has. Never throws.
  [[nodiscard]] Response answer(const Request& request) const;

 private:
  [[nodiscard]] std::optional<Response> refuse(const Request& head, const Result<Target>& target) const;
  [[nodiscard]] Response dispatch(const Request& request, const Target& target) const;
  [[nodiscard]] Response page(const Target& target) const;
  void log(const Request& request, const Response& response, std::string_view why) const;

  Workbench& workbench_;
  Router router_;
  std::vector<Asset> assets_;
};

}  // namespace prova::web
