#pragma once
// Programs that a case holds, by what they are: CASE/artifacts and CASE/known, found by SHA-256 and never by a name that
// somebody sent. Files are read, never executed.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/result.h"

namespace prova {

/// Known programs that a case may hold to compare with: docs/formats/case.md, "Folders".
constexpr const char* kKnownFolder = "known";
/// Files of a case that are looked at; an artefact folder of a real case holds dozens.
constexpr std::size_t kMaxCaseFiles = 20'000;

struct CaseFile {
  std::filesystem::path path;
  std::string name;       ///< Relative to the case: "known/older-tool.exe". Untrusted.
  std::uint64_t size = 0; ///< Bytes.
  Sha256 sha256;
};

/// Lists them; remembers the digest of files whose size, time of change and inode are as they were. Not thread safe.
class CaseFiles {
 public:
  explicit CaseFiles(std::filesystem::path case_directory) : directory_(std::move(case_directory)) {}
  /// Regular files below the two folders, by name; links are not followed. What cannot be read is left out.
  [[nodiscard]] std::vector<CaseFile> list();
  /// The first with this content. Errors: kMalformed (not a SHA-256), kNotFound.
  [[nodiscard]] Result<CaseFile> find(std::string_view sha256_hex);

 private:
  struct Version {
    std::uint64_t size = 0, device = 0, inode = 0;
    std::int64_t changed_ns = 0;
    friend bool operator==(const Version&, const Version&) = default;
  };
  [[nodiscard]] static Result<Version> version_of(const std::filesystem::path& path);

  std::filesystem::path directory_;
  std::map<std::string, std::pair<Version, Sha256>> known_;
};

}  // namespace prova
