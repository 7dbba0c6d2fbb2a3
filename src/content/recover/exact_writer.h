#pragma once
// Writing recovered files: below one directory, never outside of it, never over anything, and only what is exactly right.

#include <filesystem>
#include <string>

#include "base/result.h"
#include "content/inventory/crypto.h"

namespace prova {

/// Writes one file after the other. A file gets its name only after its SHA-256 was found right; a kill leaves a
/// temporary file named `.prova-PID-N` at most. One per thread.
class ExactWriter {
 public:
  /// Makes `root` if it is not there. Errors: kIo.
  [[nodiscard]] static Result<ExactWriter> open(const std::filesystem::path& root);
  ExactWriter(ExactWriter&& other) noexcept;
  ExactWriter& operator=(ExactWriter&&) = delete;
  ~ExactWriter();

  /// Starts a file at `path` relative to the root. Parts "", "." and ".." are left out; directories are made; no symbolic
  /// link is followed. Errors: kIo; kUsage (something is there already, or the path is empty).
  [[nodiscard]] Status begin(std::string_view path);
  void write(ByteView bytes);
  /// Names the file if its SHA-256 is `wanted`; otherwise nothing of it remains. True when it was named. Errors: kIo.
  [[nodiscard]] Result<bool> finish(const Sha256& wanted);
  /// Names the file whatever it holds: for what is marked as partial.
  [[nodiscard]] Status finish_unchecked();
  void abandon();

 private:
  explicit ExactWriter(int root) : root_(root) {}
  [[nodiscard]] Status open_directory(std::string_view path, std::string& name);
  [[nodiscard]] Status name_it();

  int root_ = -1, directory_ = -1, file_ = -1;
  unsigned counter_ = 0;
  std::string temporary_, name_;
  bool failed_ = false;
  Sha256Stream hash_;
};

}  // namespace prova
