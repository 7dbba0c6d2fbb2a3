#pragma once
// A request and its answer, without a socket: everything above http_server.cpp speaks in these two, so that tests and
// the fuzzer reach all of it. All of a request is hostile.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace prova::web {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  ///< As sent: "GET".
  std::string target;  ///< As sent: path and query, percent-encoded.
  Headers headers;     ///< Names in any case, values without surrounding blanks; as sent, repeats included.
  std::string body;
  std::string peer;    ///< Address of the other side, for the log.

  /// The value of the first header of that name (lower case expected here), or empty.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// How many headers of that name there are.
  [[nodiscard]] std::size_t count(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  Headers headers;
  std::shared_ptr<const std::string> body = std::make_shared<const std::string>();
  /// When set, the body instead: fills `piece` with what comes next, waiting for it if need be; false ends the answer.
  std::function<bool(std::string& piece)> stream;
  std::string etag;  ///< Quoted; empty: made from the body by the site.
};

/// A document of ours.
[[nodiscard]] Response json(std::string document);
[[nodiscard]] Response json(std::shared_ptr<const std::string> document);
/// `prova/error/1`: what is wrong and what to do next, in one sentence without a dot.
[[nodiscard]] Response refusal(int status, std::string_view sentence, std::optional<int> line = std::nullopt);
/// The same for an error of a use case: 400, 404, 413, 422 or 500 by its code.
[[nodiscard]] Response refusal(const Error& error);
/// A document to be kept as a file of that name (letters, digits, '.', '-', '_').
[[nodiscard]] Response attachment(std::string document, std::string content_type, std::string_view name);

}  // namespace prova::web
