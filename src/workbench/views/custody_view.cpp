#include "workbench/views/custody_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "base/file.h"
#include "evidence/custody.h"
#include "workbench/home.h"

namespace prova {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json text(std::string_view value) { return valid_utf8(value); }
Json text_or_null(std::string_view value) { return value.empty() ? Json(nullptr) : text(value); }

Json entry_json(const CustodyEntry& entry) {
  const CustodyEvent& event = entry.event;
  return Json{{"sequence", entry.sequence}, {"time", text(event.time)}, {"who", text(event.who)}, {"action", text(event.action)},
              {"path", text_or_null(event.path)}, {"sha256", event.sha256 ? Json(to_hex(*event.sha256)) : Json(nullptr)},
              {"size", event.sha256 ? Json(event.size) : Json(nullptr)}, {"note", text_or_null(event.note)},
              {"previous", to_hex(entry.previous)}, {"hash", to_hex(entry.hash)}};
}

Json problem_json(const CustodyProblem& problem) {
  return Json{{"kind", name_of(problem.kind)}, {"line", problem.line == 0 ? Json(nullptr) : Json(problem.line)}, {"path", text_or_null(problem.path)},
              {"message", text(problem.message)}};
}

/// The log names paths below the case only (append_custody sees to that), but the log itself may be forged.
bool stays_inside(const fs::path& directory, const std::string& name) {
  const fs::path relative(name);
  if (name.empty() || relative.is_absolute()) return false;
  fs::path at = directory;
  for (const fs::path& part : relative) {
    if (part == "..") return false;
    at /= part;
    std::error_code ignored;
    if (fs::symlink_status(at, ignored).type() == fs::file_type::symlink) return false;
  }
  return true;
}

struct FileState {
  std::string_view state;
  std::string now;  ///< SHA-256, hex.
};

FileState state_of(const fs::path& directory, const CustodyEvent& event) {
  if (!stays_inside(directory, event.path)) return {"not_checked", ""};
  const fs::path path = directory / event.path;
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (status.type() == fs::file_type::not_found) return {"missing", ""};
  if (status.type() != fs::file_type::regular || fs::file_size(path, error) > kMaxHashedNow || error) return {"not_checked", ""};
  const auto content = read_file(path, kMaxHashedNow);
  if (!content) return {"not_checked", ""};
  const Sha256 now = sha256(as_bytes(*content));
  return {now == *event.sha256 ? "as_recorded" : "changed", to_hex(now)};
}

/// Per path the last entry that recorded a hash: what the file ought to be now.
Json files_json(const fs::path& directory, const CustodyState& state) {
  std::map<std::string, const CustodyEntry*> last;
  for (const CustodyEntry& entry : state.entries) {
    if (entry.event.path.empty()) continue;
    if (entry.event.action == custody_action::kWithdrawn) last.erase(entry.event.path);
    else if (entry.event.sha256) last[entry.event.path] = &entry;
  }
  Json files = Json::array();
  for (const auto& [path, entry] : last) {
    if (files.size() == kMaxCheckedFiles) break;
    const FileState found = state_of(directory, entry->event);
    files.push_back(Json{{"path", text(path)}, {"action", text(entry->event.action)}, {"sequence", entry->sequence}, {"time", text(entry->event.time)},
                         {"size", entry->event.size}, {"sha256", to_hex(*entry->event.sha256)}, {"state", found.state},
                         {"sha256_now", text_or_null(found.now)}, {"note", text_or_null(entry->event.note)}});
  }
  return files;
}

}  // namespace

Result<std::string> custody_document(const fs::path& directory, const CustodyQuery& query) {
  if (query.limit > kMaxCustodyRows) return fail(ErrorCode::kUsage, fmt::format("{} entries, at most {} at a time", query.limit, kMaxCustodyRows));
  PROVA_TRY(state, verify_custody(directory));
  Json problems = Json::array(), entries = Json::array();
  for (const CustodyProblem& problem : state.problems) {
    if (problems.size() < kMaxCustodyRows) problems.push_back(problem_json(problem));
  }
  const std::uint64_t total = state.entries.size();
  for (std::uint64_t i = query.offset; i < total && entries.size() < query.limit; ++i) entries.push_back(entry_json(state.entries[static_cast<std::size_t>(total - 1 - i)]));
  const Json document{{"schema", "prova/custody/1"}, {"checked_at", utc_now()}, {"intact", state.intact()},
                      {"head", {{"sequence", state.head.sequence}, {"hash", to_hex(state.head.hash)}}},
                      {"artifacts_checked", state.artifacts_checked}, {"problems_total", state.problems.size()}, {"problems", std::move(problems)},
                      {"files", files_json(directory, state)}, {"entries_total", total}, {"offset", query.offset}, {"entries", std::move(entries)}};
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace prova
