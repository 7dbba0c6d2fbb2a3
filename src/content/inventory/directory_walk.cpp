#include "content/inventory/directory_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

namespace prova {
namespace {

struct CloseDirectory {
  void operator()(DIR* one) const { ::closedir(one); }
};

struct Pending {
  std::string path;  ///< Relative; empty for the root.
  dev_t device;
  unsigned depth;
};

/// File systems that the kernel makes up: their files have no content to lose, and reading some never ends.
bool is_made_up(int directory) {
  struct statfs info {};
  if (::fstatfs(directory, &info) != 0) return false;
  const long type = static_cast<long>(info.f_type);
  return type == PROC_SUPER_MAGIC || type == SYSFS_MAGIC || type == DEBUGFS_MAGIC || type == TRACEFS_MAGIC || type == CGROUP2_SUPER_MAGIC ||
         type == CGROUP_SUPER_MAGIC || type == SECURITYFS_MAGIC || type == DEVPTS_SUPER_MAGIC || type == BPF_FS_MAGIC;
}

class Walker {
 public:
  Walker(const std::filesystem::path& root, const WalkReceiver& into) : root_(root), into_(into) {}

  Status run() {
    pending_.push_back({"", 0, 0});
    bool first = true;
    while (!pending_.empty() && !(into_.stop && into_.stop())) {
      const Pending next = std::move(pending_.back());
      pending_.pop_back();
      if (const int error = list(next); error != 0) {
        if (first) return tl::unexpected<Error>(Error{ErrorCode::kIo, fmt::format("cannot list: {}", std::strerror(error)), std::nullopt, root_.string()});
        into_.unread(next.path, std::strerror(error));
      }
      first = false;
    }
    return {};
  }

 private:
  int list(const Pending& directory) {
    const std::filesystem::path where = directory.path.empty() ? root_ : root_ / directory.path;
    const int handle = ::open(where.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | (directory.depth == 0 ? 0 : O_NOFOLLOW));
    if (handle < 0) return errno;
    struct stat info {};
    if (::fstat(handle, &info) == 0 && info.st_dev != directory.device && is_made_up(handle)) {
      into_.unread(directory.path, "a file system that the kernel makes up");
      ::close(handle);
      return 0;
    }
    const std::unique_ptr<DIR, CloseDirectory> open(::fdopendir(handle));
    if (open == nullptr) {
      ::close(handle);
      return errno;
    }
    errno = 0;
    for (const dirent* entry = ::readdir(open.get()); entry != nullptr; entry = ::readdir(open.get())) {
      meet(*entry, handle, directory, info.st_dev);
      errno = 0;
    }
    return errno;
  }

  void meet(const dirent& entry, int handle, const Pending& directory, dev_t device) {
    const std::string_view name = entry.d_name;
    if (name == "." || name == "..") return;
    std::string path = directory.path.empty() ? std::string(name) : directory.path + "/" + entry.d_name;
    struct stat info {};
    if (::fstatat(handle, entry.d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) return into_.unread(std::move(path), std::strerror(errno));
    if (S_ISREG(info.st_mode)) return into_.file(std::move(path), info);
    if (!S_ISDIR(info.st_mode)) return;
    if (directory.depth >= kMaxDepth) return into_.unread(std::move(path), fmt::format("nested more than {} directories deep", kMaxDepth));
    pending_.push_back({std::move(path), device, directory.depth + 1});
  }

  std::filesystem::path root_;
  const WalkReceiver& into_;
  std::vector<Pending> pending_;
};

}  // namespace

Status walk_directory(const std::filesystem::path& root, const WalkReceiver& into) { return Walker(root, into).run(); }

int open_quietly(const std::filesystem::path& path) {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  const int file = ::open(path.c_str(), kFlags | O_NOATIME);
  return file >= 0 || errno != EPERM ? file : ::open(path.c_str(), kFlags);
}

}  // namespace prova
