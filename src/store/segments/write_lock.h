#pragma once
// One writer at a time, over all processes of a machine.

#include <filesystem>
#include <utility>

#include "base/result.h"

namespace prova {

/// Holds an exclusive flock on a file that says who holds it. The lock ends with the object or the process, however
/// that ends; the file stays.
class WriteLock {
 public:
  /// Does not wait. Errors: kStore (held: by which process on which host, running what); kIo.
  [[nodiscard]] static Result<WriteLock> acquire(const std::filesystem::path& path);
  WriteLock(WriteLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  WriteLock& operator=(WriteLock&&) = delete;
  ~WriteLock();

 private:
  explicit WriteLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace prova
