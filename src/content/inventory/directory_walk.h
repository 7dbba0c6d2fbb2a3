#pragma once
// The regular files below a directory of the machine we run on.

#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"

namespace prova {

/// What a walk meets. `path` is relative to the root of the walk.
struct WalkReceiver {
  std::function<void(std::string path, const struct stat& info)> file;
  std::function<void(std::string path, std::string reason)> unread;  ///< A directory that cannot be listed, a name too long.
  std::function<bool()> stop;
};

/// Directories nested deeper are listed as unread: a path longer than the system's limit cannot be opened anyway.
constexpr unsigned kMaxDepth = 1024;

/// Calls `into` for every regular file below `root`, in no particular order. Symbolic links are not followed; sockets,
/// devices and pipes are passed over; kernel file systems (proc, sysfs ...) are listed as unread.
/// Errors: kIo when `root` itself cannot be listed.
[[nodiscard]] Status walk_directory(const std::filesystem::path& root, const WalkReceiver& into);

/// Opens a file for reading without changing its access time where that is allowed, and without following a link.
/// -1 with errno set on failure.
[[nodiscard]] int open_quietly(const std::filesystem::path& path);

}  // namespace prova
