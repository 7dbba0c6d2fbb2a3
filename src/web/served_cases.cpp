#include "web/served_cases.h"

#include <algorithm>
#include <fmt/format.h>

namespace prova::web {
namespace {

namespace fs = std::filesystem;

/// Longest id in an address.
constexpr std::size_t kMaxSlugBytes = 60;

}  // namespace

std::string slug_of(const fs::path& directory) {
  std::string slug;
  for (const char c : directory.filename().string()) {
    const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool plain = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9');
    if (plain) slug += low;
    if (!plain && !slug.empty() && slug.back() != '-') slug += '-';
    if (slug.size() == kMaxSlugBytes) break;
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug.empty() ? "case" : slug;
}

std::shared_ptr<const CaseSnapshot> ServedCase::snapshot() {
  const FileStamp now = stamp_of({directory_ / "case.yaml"});
  const std::lock_guard lock(mutex_);
  if (snapshot_ == nullptr || stamp_.hash != now.hash || !stamp_.settled) {
    snapshot_ = std::make_shared<const CaseSnapshot>(read_snapshot(directory_));
    stamp_ = now;
  }
  return snapshot_;
}

std::vector<fs::path> ServedCase::assessed_files() const {
  return {directory_ / "case.yaml", directory_ / "case.fr.yaml", directory_ / "case.sq.yaml", directory_ / "report" / "matches.json",
          directory_ / "artifacts"};
}

std::vector<fs::path> ServedCase::reported_files() const {
  std::vector<fs::path> files = assessed_files();
  for (const char* name : {"sources.yaml", "custody.jsonl", "report/report.json", "report/content.json"}) {
    files.push_back(directory_ / name);
  }
  return files;
}

Result<ServedCases> ServedCases::open(const std::vector<std::string>& directories) {
  ServedCases served;
  if (directories.empty()) return fail(ErrorCode::kUsage, "no case to serve; name a case directory");
  if (directories.size() > kMaxServedCases) {
    return fail(ErrorCode::kUsage, fmt::format("{} cases, at most {} are served at once", directories.size(), kMaxServedCases));
  }
  for (const std::string& given : directories) {
    std::error_code error;
    const fs::path directory = fs::canonical(given, error);
    if (error || !fs::is_directory(directory, error)) {
      return tl::unexpected<Error>(Error{ErrorCode::kIo, "is not a case directory; `prova new` makes one", std::nullopt, given});
    }
    for (const auto& known : served.cases_) {
      if (known->directory() == directory) return tl::unexpected<Error>(Error{ErrorCode::kUsage, "is named twice", std::nullopt, given});
    }
    const std::string slug = slug_of(directory);
    std::string id = slug;
    for (unsigned n = 2; served.find(id) != nullptr; ++n) id = fmt::format("{}-{}", slug, n);
    served.cases_.push_back(std::make_unique<ServedCase>(std::move(id), directory));
  }
  return served;
}

ServedCase* ServedCases::find(std::string_view id) const {
  const auto found = std::find_if(cases_.begin(), cases_.end(), [&](const auto& served) { return served->id() == id; });
  return found == cases_.end() ? nullptr : found->get();
}

}  // namespace prova::web
