#include "workbench/views/leak_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "workbench/views/json_stream.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Systems that hold a source of it, each once, in the order of the matches.
std::vector<std::string> systems_of(const Json& document) {
  std::vector<std::string> systems;
  for (const Json& match : document.at("matches")) {
    for (const Json& source : match.at("sources")) {
      std::string system = source.at("system");
      if (std::find(systems.begin(), systems.end(), system) == systems.end()) systems.push_back(std::move(system));
    }
  }
  return systems;
}

}  // namespace

class LeakView::Reading {
 public:
  explicit Reading(LeakView& view) : view_(view) {}

  bool take(std::span<const std::string> path, const Json& value) {
    if (!is_path(path, {"documents", ""})) return false;
    const std::uint64_t n = count_++;
    if (view_.entries_.size() < kMaxTableRows) view_.entries_.push_back(dumped(value));
    view_.documents_.add(row_of(n, value));
    return true;
  }

 private:
  static TableRow row_of(std::uint64_t n, const Json& value) {
    const Json& matches = value.at("matches");
    const Json first = matches.empty() ? Json(nullptr) : matches.front();
    std::size_t ranges = 0, headers = 0;
    for (const Json& match : matches) {
      ranges += match.at("ranges").size();
      headers += match.at("headers").size();
    }
    const auto of_first = [&](const char* key) { return first.is_null() ? Json(nullptr) : first.at(key); };
    const Json sent{{"n", n}, {"dump_path", value.at("dump_path")}, {"format", value.at("format")}, {"size", value.at("size")}, {"verdict", value.at("verdict")},
                    {"path", of_first("path")}, {"system", of_first("system")}, {"owner", of_first("owner")}, {"contained", of_first("contained")},
                    {"holders", of_first("holders")}, {"canary", of_first("canary")}, {"matches", matches.size()}, {"ranges", ranges}, {"headers", headers}};
    TableRow row;
    row.json = dumped(sent);
    row.label = value.at("dump_path");
    if (!first.is_null()) row.searched = fmt::format("{} {}", first.at("path").get<std::string>(), first.at("owner").get<std::string>());
    row.numbers = {static_cast<double>(n), value.at("size").get<double>(), first.is_null() ? 0.0 : first.at("contained").get<double>(), static_cast<double>(ranges)};
    row.facets = {{value.at("verdict")}, systems_of(value), {value.at("format")}};
    return row;
  }

  LeakView& view_;
  std::uint64_t count_ = 0;
};

Result<std::shared_ptr<const LeakView>> LeakView::read(const std::filesystem::path& case_directory) {
  auto view = std::make_shared<LeakView>();
  Reading reading(*view);
  const TakeValue take = [&](std::span<const std::string> path, Json& value) { return reading.take(path, value); };
  PROVA_TRY(rest, stream_json(case_directory / "report" / "leak.json", {}, take));
  rest.erase("documents");
  view->document_ = dumped(rest) + "\n";
  return std::shared_ptr<const LeakView>(std::move(view));
}

Result<std::string> LeakView::entry(std::uint64_t n) const {
  if (n >= entries_.size()) return fail(ErrorCode::kNotFound, fmt::format("no document {}; the dump has {}", n, documents_.rows()));
  return entries_[static_cast<std::size_t>(n)];
}

}  // namespace prova
