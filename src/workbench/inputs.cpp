#include "workbench/inputs.h"

#include <algorithm>

namespace prova {
namespace {

namespace fs = std::filesystem;

Error not_listed(const fs::path& path, const std::error_code& reason) {
  return Error{ErrorCode::kIo, "cannot list: " + reason.message(), std::nullopt, path.string()};
}

void walk(const fs::path& directory, Inputs& inputs) {
  std::error_code error;
  std::vector<fs::path> found;
  fs::recursive_directory_iterator it(directory, fs::directory_options::skip_permission_denied, error);
  if (error) {
    inputs.failed.push_back({directory.string(), not_listed(directory, error)});
    return;
  }
  for (; it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (error) {
      inputs.failed.push_back({directory.string(), not_listed(directory, error)});
      break;
    }
    if (it->is_symlink(error) || !it->is_regular_file(error)) continue;
    if (inputs.files.size() + found.size() >= kMaxInputFiles) {
      inputs.failed.push_back({directory.string(), Error{ErrorCode::kLimit, "more than 1000000 files, the rest is left out",
                                                         std::nullopt, directory.string()}});
      break;
    }
    found.push_back(it->path());
  }
  std::sort(found.begin(), found.end());
  inputs.files.insert(inputs.files.end(), found.begin(), found.end());
}

}  // namespace

Inputs expand_inputs(std::span<const std::string> named) {
  Inputs inputs;
  for (const std::string& name : named) {
    std::error_code error;
    const fs::file_status status = fs::status(name, error);
    if (fs::is_directory(status)) {
      walk(name, inputs);
    } else if (fs::is_regular_file(status)) {
      inputs.files.emplace_back(name);
    } else {
      const bool there = fs::exists(status);
      inputs.failed.push_back({name, Error{ErrorCode::kIo, there ? "is neither a file nor a directory" : "no such file or directory",
                                           std::nullopt, name}});
    }
  }
  return inputs;
}

}  // namespace prova
