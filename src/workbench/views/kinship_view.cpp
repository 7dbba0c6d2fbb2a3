#include "workbench/views/kinship_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "workbench/views/json_stream.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;

constexpr auto kNotKinship = std::to_array<std::string_view>({"assessment", "timeline", "changes", "activity", "severity", "reporting", "evidence", "custody"});

std::string dumped(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// "library zlib, among its functions" is in the group "library zlib": the rest says how it got there.
std::string base_group(std::string group) {
  for (const std::string_view how : {", among its functions", ", called by it"}) {
    if (group.ends_with(how)) group.resize(group.size() - how.size());
  }
  return group;
}

/// What functions of one role or group come to.
struct FunctionCount {
  std::string role;
  std::uint64_t functions = 0, bytes = 0;
  double best_log10_lr = 0;  ///< Of a single function's best match.
};

/// What one program has in common with one learned sample.
struct SharedWith {
  std::string name, family, role;
  std::uint64_t functions = 0, bytes = 0;          ///< Whose best match in this sample counts as evidence (10 : 1).
  std::uint64_t telling_functions = 0, telling_bytes = 0;  ///< Of these, not explained by a library or goodware.
  double best_log10_lr = 0;
};

/// Only matches of 10 : 1 say what a function is (kLeastEvidence of kinship/explain.h).
constexpr double kLeastShown = 1.0;

std::string text_at(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

}  // namespace

/// Gathers while the report is read. Functions come before the program that they are in is finished.
class KinshipView::Reading {
 public:
  explicit Reading(KinshipView& view) : view_(view) {}

  bool take(std::span<const std::string> path, Json& value) {
    if (is_path(path, {"artifacts", "", "programs", "", "functions", ""})) {
      take_function(value);
      return true;
    }
    if (is_path(path, {"artifacts", "", "programs", ""})) {
      finish_program(value);
    } else if (is_path(path, {"artifacts", "", "programs", "", "anomalies", ""}) && ++anomalies_ > kShownAnomalies) {
      return true;
    }
    return false;
  }

  void finish(Json rest) {
    Json document{{"schema", "prova/kinship/1"}};
    for (const char* key : {"generated", "index"}) document[key] = rest.value(key, Json(nullptr));
    document["notice"] = rest.contains("case") && rest["case"].is_object() ? rest["case"].value("notice", Json(nullptr)) : Json(nullptr);
    document["artifacts"] = rest.value("artifacts", Json::array());
    document["failed"] = rest.value("failed", Json::array());
    document["shared"] = std::move(shared_);
    view_.head_ = dumped(document);
    view_.head_.pop_back();  // The list of samples follows, and with it what is at hand today.
    for (const auto& [sha256, sample] : samples_) view_.samples_.push_back({sha256, sample.name, sample.family, sample.role});
  }

 private:
  static constexpr std::size_t kShownAnomalies = 20;

  void take_function(Json& function) {
    const std::uint64_t size = function.at("size").get<std::uint64_t>();
    const std::string role = function.at("role"), group = base_group(function.at("group"));
    Json& matches = function.at("matches");
    TableRow row;
    row.label = text_at(function, "name");
    const auto address = function.at("address").get<std::uint64_t>();
    row.searched = fmt::format("{:#x} {}", address, group);
    double best_lr = 0, best_similarity = 0;
    std::vector<std::string> families;
    std::map<std::string, double> best_of_sample;
    for (const Json& match : matches) {
      const double lr = match.at("log10_lr").is_number() ? match.at("log10_lr").get<double>() : 0;
      if (best_of_sample.empty()) best_lr = lr, best_similarity = match.at("similarity").get<double>();
      if (best_of_sample.size() < kMatchesPerRow) row.searched += ' ' + text_at(match, "name");
      const std::string family = match.at("family");
      if (lr >= kLeastShown && std::find(families.begin(), families.end(), family) == families.end()) families.push_back(family);
      if (best_of_sample.emplace(match.at("sample").get<std::string>(), lr).second) share(match, lr, size, role);
    }
    note(by_role_[role], role, size, best_lr);
    note(by_group_[group], role, size, best_lr);
    Json sent{{"address", address}, {"size", size}, {"name", function.at("name")}, {"role", role}, {"group", function.at("group")}, {"matches_total", matches.size()}};
    if (matches.size() > kMatchesPerRow) matches.erase(matches.begin() + kMatchesPerRow, matches.end());
    sent["matches"] = std::move(matches);
    row.json = dumped(sent);
    row.numbers = {static_cast<double>(address), static_cast<double>(size), best_lr, best_similarity};
    row.facets = {{role}, {group}, std::move(families)};
    table_.add(std::move(row));
  }

  static void note(FunctionCount& count, const std::string& role, std::uint64_t size, double lr) {
    count.role = role;
    ++count.functions;
    count.bytes += size;
    count.best_log10_lr = std::max(count.best_log10_lr, lr);
  }

  void share(const Json& match, double lr, std::uint64_t size, const std::string& role) {
    if (lr < kLeastShown) return;
    SharedWith& with = with_[match.at("sample").get<std::string>()];
    with.name = text_at(match, "sample_name");
    with.family = match.at("family");
    with.role = match.at("role");
    ++with.functions;
    with.bytes += size;
    with.best_log10_lr = std::max(with.best_log10_lr, lr);
    if (role != "unique" && role != "family") return;
    ++with.telling_functions;
    with.telling_bytes += size;
  }

  void finish_program(Json& program) {
    const Json& sample = program.at("sample");
    const ProgramKey key{sample.at("sha256"), text_at(sample, "member")};
    add_counts(program);
    add_links(key);
    program.erase("functions");
    program["anomalies_total"] = anomalies_;
    view_.functions_.insert_or_assign(key, std::move(table_));
    table_ = empty_table();
    by_role_.clear();
    by_group_.clear();
    with_.clear();
    anomalies_ = 0;
  }

  void add_counts(Json& program) const {
    Json counts = Json::object();
    for (const auto& [role, count] : by_role_) counts[role] = Json{{"functions", count.functions}, {"bytes", count.bytes}};
    std::vector<std::pair<std::string, FunctionCount>> groups(by_group_.begin(), by_group_.end());
    std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.second.bytes > b.second.bytes; });
    Json list = Json::array();
    for (const auto& [group, count] : groups) {
      list.push_back(Json{{"group", group}, {"role", count.role}, {"functions", count.functions}, {"bytes", count.bytes}, {"best_log10_lr", count.best_log10_lr}});
    }
    program["counts"] = std::move(counts);
    program["groups"] = std::move(list);
  }

  void add_links(const ProgramKey& key) {
    std::vector<std::pair<std::string, SharedWith>> all(with_.begin(), with_.end());
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return std::pair(a.second.telling_bytes, a.second.bytes) > std::pair(b.second.telling_bytes, b.second.bytes);
    });
    if (all.size() > kMaxGraphSamples) all.resize(kMaxGraphSamples);
    for (const auto& [sha256, with] : all) {
      shared_.push_back(Json{{"program", key.sha256}, {"member", key.member.empty() ? Json(nullptr) : Json(key.member)}, {"sample", sha256},
                             {"functions", with.functions}, {"bytes", with.bytes}, {"telling_functions", with.telling_functions},
                             {"telling_bytes", with.telling_bytes}, {"best_log10_lr", with.best_log10_lr}});
      samples_.emplace(sha256, with);
    }
  }

  static RowTable empty_table() { return RowTable({"address", "size", "log10_lr", "similarity"}, {"role", "group", "family"}); }

  KinshipView& view_;
  RowTable table_ = empty_table();
  std::map<std::string, FunctionCount> by_role_, by_group_;
  std::map<std::string, SharedWith> with_, samples_;
  Json shared_ = Json::array();
  std::size_t anomalies_ = 0;
};

Result<std::shared_ptr<const KinshipView>> KinshipView::read(const std::filesystem::path& case_directory) {
  auto view = std::make_shared<KinshipView>();
  Reading reading(*view);
  const TakeValue take = [&](std::span<const std::string> path, Json& value) { return reading.take(path, value); };
  PROVA_TRY(rest, stream_json(case_directory / "report" / "report.json", kNotKinship, take));
  try {
    reading.finish(std::move(rest));
  } catch (const Json::exception& wrong) {
    return fail(ErrorCode::kMalformed, std::string("report.json is not as it was written: ") + wrong.what());
  }
  return std::shared_ptr<const KinshipView>(std::move(view));
}

std::string KinshipView::document(std::span<const CaseFile> at_hand) const {
  Json samples = Json::array();
  const auto is_here = [&](const std::string& sha256) {
    return std::any_of(at_hand.begin(), at_hand.end(), [&](const CaseFile& file) { return to_hex(file.sha256) == sha256; });
  };
  for (const KnownSample& one : samples_) {
    samples.push_back(Json{{"sha256", one.sha256}, {"name", one.name}, {"family", one.family}, {"role", one.role}, {"at_hand", is_here(one.sha256)}});
  }
  return head_ + ",\"samples\":" + dumped(samples) + "}\n";
}

Result<std::string> KinshipView::functions(const ProgramKey& program, const RowQuery& query) const {
  const auto at = functions_.find(program);
  if (at == functions_.end()) {
    return fail(ErrorCode::kNotFound, fmt::format("the last report has no program {}; it has {}", program.sha256.substr(0, 64), functions_.size()));
  }
  return at->second.page("prova/kinship-functions/1", query);
}

}  // namespace prova
