#pragma once
// The cases that this server was started for. An address names a case by its id; nothing in an address ever becomes part of a
// path on the disk.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "web/document_cache.h"
#include "workbench/case_view.h"

namespace prova::web {

/// Cases that one server shows: each costs a few stat calls in the list of cases.
constexpr std::size_t kMaxServedCases = 200;

/// One case and what is kept of it.
class ServedCase {
 public:
  ServedCase(std::string id, std::filesystem::path directory) : id_(std::move(id)), directory_(std::move(directory)) {}
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  /// case.yaml as it is now; read again only when it changed. Thread safe.
  [[nodiscard]] std::shared_ptr<const CaseSnapshot> snapshot();
  /// The files that an assessment is made from.
  [[nodiscard]] std::vector<std::filesystem::path> assessed_files() const;
  /// Those, and everything else that a report shows.
  [[nodiscard]] std::vector<std::filesystem::path> reported_files() const;

 private:
  std::string id_;
  std::filesystem::path directory_;
  std::mutex mutex_;
  FileStamp stamp_;
  std::shared_ptr<const CaseSnapshot> snapshot_;
};

class ServedCases {
 public:
  /// Errors: kUsage (none, too many, one twice); kIo (not a directory).
  [[nodiscard]] static Result<ServedCases> open(const std::vector<std::string>& directories);
  [[nodiscard]] const std::vector<std::unique_ptr<ServedCase>>& all() const { return cases_; }
  /// Null when there is no such case.
  [[nodiscard]] ServedCase* find(std::string_view id) const;

 private:
  std::vector<std::unique_ptr<ServedCase>> cases_;
};

/// What an address calls a directory: its name in lower case, everything but letters and digits as single '-'.
[[nodiscard]] std::string slug_of(const std::filesystem::path& directory);

}  // namespace prova::web
