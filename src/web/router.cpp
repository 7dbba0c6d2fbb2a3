#include "web/router.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace prova::web {
namespace {

/// The values of the {names}, if the path fits the pattern.
std::optional<std::map<std::string, std::string, std::less<>>> fit(std::string_view pattern, const std::vector<std::string>& segments) {
  std::map<std::string, std::string, std::less<>> place;
  std::size_t at = 0;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);  // the slash
    const std::string_view part = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(part.size());
    if (at == segments.size()) return std::nullopt;
    if (part.starts_with('{')) {
      place.emplace(part.substr(1, part.size() - 2), segments[at]);
    } else if (part != segments[at]) {
      return std::nullopt;
    }
    ++at;
  }
  if (at != segments.size()) return std::nullopt;
  return place;
}

}  // namespace

Result<std::uint64_t> Call::number(std::string_view name, std::uint64_t low, std::uint64_t high, std::uint64_t otherwise) const {
  const auto text = query(name);
  if (!text) return otherwise;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value < low || value > high) {
    return fail(ErrorCode::kUsage, fmt::format("{} is '{}', expected a whole number from {} to {}", name, text->substr(0, 40), low, high));
  }
  return value;
}

Result<std::string> Call::word(std::string_view name, const std::vector<std::string_view>& words) const {
  const auto text = query(name);
  if (!text || text->empty()) return std::string(words.front());
  if (std::find(words.begin(), words.end(), *text) != words.end()) return *text;
  return fail(ErrorCode::kUsage, fmt::format("{} is '{}', expected one of {}", name, text->substr(0, 40), fmt::join(words, ", ")));
}

void Router::add(Route route) {
  assert(std::none_of(routes_.begin(), routes_.end(), [&](const Route& r) { return r.method == route.method && r.path == route.path; }));
  routes_.push_back(std::move(route));
}

Response Router::answer(const Request& request, const Target& target) const {
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
  std::vector<std::string> allowed;
  for (const Route& route : routes_) {
    auto place = fit(route.path, target.segments);
    if (!place) continue;
    if (route.method == method) return route.handler(Call{request, target, *std::move(place)});
    allowed.push_back(route.method);
  }
  if (allowed.empty()) return refusal(404, "there is nothing at this address; /api/openapi.json lists what there is");
  Response response = refusal(405, fmt::format("this address takes {}", fmt::join(allowed, ", ")));
  response.headers.emplace_back("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
  return response;
}

}  // namespace prova::web
