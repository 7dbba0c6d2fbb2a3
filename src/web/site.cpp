#include "web/site.h"

#include <algorithm>
#include <array>
#include <exception>
#include <fmt/format.h>
#include <new>

#include "base/hash.h"
#include "web/routes.h"

namespace prova::web {
namespace {

/// Longest part of a target in the log.
constexpr std::size_t kLoggedBytes = 200;

/// Nothing but our own scripts and styles, no frame around us, no form to anywhere. CSP level 3; OWASP Secure Headers.
constexpr auto kHeaders = std::to_array<std::pair<const char*, const char*>>({
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; "
     "base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Embedder-Policy", "require-corp"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
});

bool is_api(const Target& target) { return !target.segments.empty() && target.segments.front() == "api"; }

bool is_login(const Request& request, const Target& target) {
  return request.method == "POST" && target.segments.size() == 2 && target.segments[1] == "session";
}

bool has_body(const Request& request) {
  return request.count("transfer-encoding") > 0 || (request.count("content-length") > 0 && request.header("content-length") != "0");
}

/// Bodies are JSON, not compressed (a kilobyte can hold a gigabyte), and their length is known.
std::optional<Response> refuse_body(const Request& request) {
  if (!has_body(request)) return std::nullopt;
  if (request.method != "POST") return refusal(400, fmt::format("a {} request has no body here", request.method));
  if (request.count("transfer-encoding") > 0) return refusal(411, "the length of the body is not given, expected a Content-Length");
  if (request.count("content-encoding") > 0) return refusal(415, "the body is encoded, expected plain JSON");
  if (!request.header("content-type").starts_with("application/json")) return refusal(415, "the body is of another kind, expected application/json");
  const std::string_view length = request.header("content-length");
  const bool digits = !length.empty() && std::all_of(length.begin(), length.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (request.count("content-length") != 1 || !digits) return refusal(400, "Content-Length is not one number");
  constexpr std::size_t kDigits = 7;
  if (length.size() > kDigits || std::stoul(std::string(length)) > kMaxBodyBytes) {
    return refusal(413, fmt::format("the body has more than {} bytes", kMaxBodyBytes));
  }
  return std::nullopt;
}

/// Adds the entity tag, and answers 304 where the other side has these bytes.
void validate(const Request& request, Response& response) {
  if (response.status != 200 || (request.method != "GET" && request.method != "HEAD")) return;
  if (response.etag.empty() && response.stream) return;
  if (response.etag.empty()) response.etag = fmt::format("\"{:016x}-{:x}\"", hash64(*response.body), response.body->size());
  response.headers.emplace_back("ETag", response.etag);
  if (request.header("if-none-match") != response.etag) return;
  response.status = 304;
  response.body = std::make_shared<const std::string>();
  response.stream = nullptr;
}

Response finished(const Request& request, Response response) {
  validate(request, response);
  for (const auto& [name, value] : kHeaders) response.headers.emplace_back(name, value);
  // Documents of a case are asked for again, and never kept by anything between.
  response.headers.emplace_back("Cache-Control", !response.etag.empty() ? "private, no-cache" : "no-store");
  return response;
}

}  // namespace

Site::Site(Workbench& workbench) : workbench_(workbench), assets_(embedded_assets()) { add_routes(router_, workbench_); }

std::optional<Response> Site::refuse(const Request& head) const {
  auto refused = refuse(head, parse_target(head.target));
  if (!refused) return std::nullopt;
  return finished(head, *std::move(refused));
}

std::optional<Response> Site::refuse(const Request& head, const Result<Target>& target) const {
  std::string why;
  std::optional<Response> response;
  if (const auto elsewhere = foreign(head, workbench_.session.where())) {
    why = *elsewhere;
    response = refusal(403, why);
  } else if (!target) {
    why = target.error().message;
    response = refusal(target.error().code == ErrorCode::kUsage ? 403 : target.error().code == ErrorCode::kLimit ? 414 : 400, why);
  } else if (head.method != "GET" && head.method != "HEAD" && head.method != "POST" && head.method != "DELETE") {
    response = refusal(405, "expected GET, HEAD, POST or DELETE");
  } else if (is_api(*target) && !is_login(head, *target) && !workbench_.session.carries(head)) {
    why = "no session";
    response = refusal(401, "there is no session in this browser; open the address that `prova serve` printed");
  } else {
    response = refuse_body(head);
  }
  if (response && !why.empty()) log(head, *response, why);
  return response;
}

Response Site::answer(const Request& request) const {
  const Result<Target> target = parse_target(request.target);
  if (auto refused = refuse(request, target)) return finished(request, *std::move(refused));
  try {
    return finished(request, dispatch(request, *target));
  } catch (const std::bad_alloc&) {
    return finished(request, refusal(500, "not enough memory for this answer"));
  } catch (const std::exception& error) {  // A mistake of ours must not take the others' work along.
    Response response = refusal(500, "a mistake in prova; the terminal of `prova serve` says which");
    log(request, response, error.what());
    return finished(request, std::move(response));
  }
}

Response Site::dispatch(const Request& request, const Target& target) const {
  if (is_api(target)) {
    if (request.body.size() > kMaxBodyBytes) return refusal(413, fmt::format("the body has more than {} bytes", kMaxBodyBytes));
    return router_.answer(request, target);
  }
  if (request.method != "GET" && request.method != "HEAD") return refusal(405, "a page takes GET");
  return page(target);
}

/// A file of the front end; for an address inside the front end ("/albania-2022/overview") its one page.
Response Site::page(const Target& target) const {
  const bool place = target.segments.empty() || target.segments.back().find('.') == std::string::npos;
  const std::string path = place ? "/index.html" : target.path();
  const auto asset = std::find_if(assets_.begin(), assets_.end(), [&](const Asset& one) { return one.path == path; });
  if (asset == assets_.end()) return refusal(404, "there is no such page");
  Response response = json(std::string(asset->bytes));
  response.content_type = content_type_of(asset->path);
  return response;
}

void Site::log(const Request& request, const Response& response, std::string_view why) const {
  workbench_.log(fmt::format("{} {} {} from {}: {}", response.status, request.method.substr(0, 10), request.target.substr(0, kLoggedBytes),
                             request.peer, why));
}

}  // namespace prova::web
