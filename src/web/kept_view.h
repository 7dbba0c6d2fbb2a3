#pragma once
// Large reports, parsed once and paged from: kept until the file that they were read from changes.

#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "web/document_cache.h"

namespace prova::web {

/// Parsed reports of one kind that are kept: the largest take some hundred MB, and people look at one case at a time.
constexpr std::size_t kMaxKeptViews = 3;

/// Thread safety: `get` may be called at once; reports are read one at a time.
template <typename View>
class KeptViews {
 public:
  using Read = std::function<Result<std::shared_ptr<const View>>(const std::filesystem::path& case_directory)>;
  explicit KeptViews(Read read) : read_(std::move(read)) {}

  /// The view of a case, read again when one of `files` changed. An error is not kept. Errors: those of the reader.
  [[nodiscard]] Result<std::shared_ptr<const View>> get(const std::filesystem::path& case_directory, const std::vector<std::filesystem::path>& files) {
    const std::scoped_lock lock(mutex_);
    const FileStamp stamp = stamp_of(files);
    for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
      if (kept->directory != case_directory) continue;
      if (kept->stamp.settled && stamp.settled && kept->stamp.hash == stamp.hash) {
        kept_.splice(kept_.begin(), kept_, kept);
        return kept_.front().view;
      }
      kept_.erase(kept);
      break;
    }
    PROVA_TRY(view, read_(case_directory));
    if (stamp.settled) kept_.push_front({case_directory, stamp, view});
    if (kept_.size() > kMaxKeptViews) kept_.pop_back();
    return view;
  }

 private:
  struct Kept {
    std::filesystem::path directory;
    FileStamp stamp;
    std::shared_ptr<const View> view;
  };
  Read read_;
  std::mutex mutex_;
  std::list<Kept> kept_;  ///< Last used first.
};

}  // namespace prova::web
