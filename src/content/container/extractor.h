#pragma once
// Unfolds files in a child process: a crash, a hang or a bomb in a parser costs that item and is listed, the rest goes on.

#include <filesystem>
#include <functional>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "content/container/item.h"

namespace prova {

/// What a file holds, as it is found. Items by ascending id; the file itself is item 0, without its bytes.
struct ExtractionSink {
  std::function<void(ExtractedItem)> item;
  std::function<void(ExtractionDefect)> defect;
  std::function<bool()> stop = {};  ///< Asked after every item; true: the rest of the file is not read.
};

/// Owns one extraction child, started at the first call and again after a crash. One instance per thread. Call from processes
/// whose other threads use none of GMime, poppler, libarchive, libpff or expat: the child is forked without exec.
class Extractor {
 public:
  explicit Extractor(ExtractionLimits limits = {});
  Extractor(Extractor&&) noexcept;
  Extractor& operator=(Extractor&&) noexcept;
  ~Extractor();

  /// Unfolds the file at `path`, calling it `name` in the items' paths. Opened read-only.
  /// Errors: kIo when no child can be started or the sandbox cannot be entered. What is wrong with the file is a defect, not an error.
  [[nodiscard]] Status extract(const std::filesystem::path& path, const std::string& name, const ExtractionSink& sink);
  /// The same for bytes in memory; they are copied once, into an anonymous file.
  [[nodiscard]] Status extract(ByteView bytes, const std::string& name, const ExtractionSink& sink);

 private:
  struct Child;
  ExtractionLimits limits_;
  std::unique_ptr<Child> child_;
};

}  // namespace prova
