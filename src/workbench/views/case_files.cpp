#include "workbench/views/case_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/file.h"
#include "evidence/custody.h"
#include "workbench/opened_file.h"

namespace prova {

namespace fs = std::filesystem;

Result<CaseFiles::Version> CaseFiles::version_of(const fs::path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return fail(ErrorCode::kIo, "not a regular file");
  return Version{static_cast<std::uint64_t>(info.st_size), info.st_dev, info.st_ino, info.st_ctim.tv_sec * 1'000'000'000LL + info.st_ctim.tv_nsec};
}

std::vector<CaseFile> CaseFiles::list() {
  std::vector<CaseFile> files;
  for (const fs::path& folder : {directory_ / kArtifactsFolder, directory_ / kKnownFolder}) {
    std::error_code error;
    if (fs::symlink_status(folder, error).type() != fs::file_type::directory) continue;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end && files.size() < kMaxCaseFiles; at.increment(error)) {
      const std::string name = at->path().lexically_relative(directory_).generic_string();
      const auto version = version_of(at->path());
      if (!version || version->size > kMaxInputBytes) continue;
      auto& [seen, digest] = known_[name];
      if (seen != *version) {
        const auto content = read_file(at->path(), kMaxInputBytes);
        if (!content) continue;
        digest = sha256(as_bytes(*content));
        seen = *version;
      }
      files.push_back({at->path(), name, version->size, digest});
    }
  }
  std::sort(files.begin(), files.end(), [](const CaseFile& a, const CaseFile& b) { return a.name < b.name; });
  return files;
}

Result<CaseFile> CaseFiles::find(std::string_view sha256_hex) {
  PROVA_TRY(wanted, sha256_from_hex(sha256_hex));
  for (CaseFile& file : list()) {
    if (file.sha256 == wanted) return std::move(file);
  }
  return fail(ErrorCode::kNotFound, fmt::format("no file with SHA-256 {} in artifacts/ or known/; put the program into known/ to compare with it", sha256_hex));
}

}  // namespace prova
