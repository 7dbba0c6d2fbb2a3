#include "content/inventory/create.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <map>

#include "content/inventory/collection.h"

namespace prova {
namespace {

namespace fs = std::filesystem;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "this-host";
}

/// The last part of a path that has a name: "/srv/share/" gives "share".
std::string last_name(const fs::path& path) {
  const fs::path normal = path.lexically_normal();
  const std::string name = normal.has_filename() ? normal.filename().string() : normal.parent_path().filename().string();
  return name.empty() || name == "." || name == ".." ? "root" : name;
}

std::string whole_path(const fs::path& path) {
  std::error_code error;
  const fs::path whole = fs::canonical(path, error);
  return error ? path.string() : whole.string();
}

/// Prefix of each path, so that files of several directories keep apart: none for a single one.
std::vector<std::string> prefixes(const std::vector<std::string>& paths) {
  std::vector<std::string> result(paths.size());
  if (paths.size() < 2) return result;
  std::map<std::string, int> used;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::string name = last_name(paths[i]);
    const int before = used[name]++;
    result[i] = before == 0 ? name + "/" : fmt::format("{}-{}/", name, before + 1);
  }
  return result;
}

/// A file: a disk image when a file system can be read in it, otherwise itself.
Status collect_one_file(const fs::path& path, const std::string& system, Collection& into) {
  const std::string image_system = system.empty() ? path.stem().string() : system;
  const auto volumes = collect_image(path, image_system, into);
  if (volumes && *volumes > 0) return {};
  if (!volumes && volumes.error().code != ErrorCode::kMalformed) return tl::unexpected<Error>(volumes.error());
  const std::string host = system.empty() ? host_name() : system;
  collect_file(path, path.filename().string(), into.system(host, whole_path(path.parent_path().empty() ? "." : path.parent_path())), into);
  return {};
}

Status collect(const std::string& given, const std::string& prefix, Collection& into) {
  const std::string& system = into.options().system;
  if (given == "-") return collect_archive(STDIN_FILENO, into.system(system.empty() ? "stream" : system, "-"), into);
  std::error_code error;
  const fs::file_status status = fs::status(given, error);
  if (!fs::exists(status)) return tl::unexpected<Error>(Error{ErrorCode::kIo, "does not exist", std::nullopt, given});
  if (!fs::is_directory(status)) return collect_one_file(given, system, into);
  return collect_directory(given, prefix, into.system(system.empty() ? host_name() : system, whole_path(given)), into);
}

}  // namespace

Result<CreatedInventory> create_inventory(const CreateOptions& options, const InventoryKey& key, const fs::path& output, const ContentProgress& progress) {
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(output, ignored))) {
    return tl::unexpected<Error>(Error{ErrorCode::kUsage, "exists, and an inventory is never replaced; choose another name", std::nullopt, output.string()});
  }
  Collection collection(options, key, progress);
  const auto prefix = prefixes(options.paths);
  for (std::size_t i = 0; i < options.paths.size(); ++i) PROVA_TRY(collect(options.paths[i], prefix[i], collection));
  if (progress.stop()) return fail(ErrorCode::kIo, "interrupted: nothing was written");
  // From here on nothing is read any more.
  InventoryContent content = collection.finish();
  if (content.files.empty() && !content.unread.empty()) {
    return fail(ErrorCode::kNotFound, fmt::format("nothing could be read: {}: {}", content.unread.front().path, content.unread.front().reason));
  }
  CreatedInventory created;
  created.carried_over = collection.carried_over();
  created.unread = content.unread;
  for (const InventoriedFile& file : content.files) created.changed_while_read += (file.record.flags & kChangedWhileRead) != 0 ? 1 : 0;
  PROVA_TRY(written, write_inventory(std::move(content), key, output));
  created.written = written;
  return created;
}

}  // namespace prova
