#pragma once
// Documents that are asked for again and again, kept until a file that they were made from changes.

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace prova::web {

/// Kept documents, all together. A case's documents take some MB; beyond that the oldest are made again.
constexpr std::size_t kMaxCachedBytes = 128U << 20;
/// Documents that are made at the same time: each may take a core. The others wait.
constexpr unsigned kMaxMakers = 4;
/// Files looked at below a folder that a document depends on; a folder with more of them is always taken as changed.
constexpr std::size_t kMaxStampedFiles = 20'000;

/// What identifies the state of some files without reading them: sizes, times and inode numbers, in one hash. A folder
/// stands for everything below it; what is not there counts as such.
struct FileStamp {
  std::uint64_t hash = 0;
  bool settled = false;  ///< Nothing changed in the last moments; only then does an equal stamp mean equal bytes.
};
[[nodiscard]] FileStamp stamp_of(const std::vector<std::filesystem::path>& files);

using Document = std::shared_ptr<const std::string>;

/// Thread safety: `get` may be called at once.
class DocumentCache {
 public:
  explicit DocumentCache(std::size_t max_bytes = kMaxCachedBytes) : max_bytes_(max_bytes) {}

  /// The document `key`, from `make` unless none of `files` changed since it was made. The same document is made once at a
  /// time, whoever asks. An error is not kept. Errors: those of `make`.
  [[nodiscard]] Result<Document> get(const std::string& key, const std::vector<std::filesystem::path>& files,
                                     const std::function<Result<std::string>()>& make);
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Entry {
    FileStamp stamp;
    Document document;
    std::list<std::string>::iterator age;
  };
  [[nodiscard]] Document find(const std::string& key, const FileStamp& stamp);
  void keep(const std::string& key, const FileStamp& stamp, const Document& document);
  void drop(std::map<std::string, Entry>::iterator entry);

  std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::condition_variable made_;
  std::set<std::string> making_;
  std::map<std::string, Entry> entries_;
  std::list<std::string> ages_;  ///< Least recently used first.
  std::size_t bytes_ = 0;
};

}  // namespace prova::web
