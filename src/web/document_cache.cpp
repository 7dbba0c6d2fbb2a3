#include "web/document_cache.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "base/hash.h"

namespace prova::web {
namespace {

namespace fs = std::filesystem;

/// Times of files advance with the clock tick of the kernel (up to 10 ms): two writes within it look like one. A file that
/// was touched this recently may change again without showing. Unit: nanoseconds.
constexpr std::int64_t kSettlingTime = 50'000'000;

std::int64_t nanoseconds(const struct timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; }

class Stamper {
 public:
  Stamper() { ::clock_gettime(CLOCK_REALTIME, &now_); }

  void add(const fs::path& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return mix_in(0);
    // A link in a case is shown as what it points at, never followed into a folder.
    if (S_ISLNK(info.st_mode) && ::stat(path.c_str(), &info) != 0) return mix_in(1);
    for (const std::uint64_t value : {static_cast<std::uint64_t>(info.st_size), static_cast<std::uint64_t>(nanoseconds(info.st_mtim)),
                                      static_cast<std::uint64_t>(nanoseconds(info.st_ctim)), static_cast<std::uint64_t>(info.st_ino)}) {
      mix_in(value);
    }
    const std::int64_t newest = std::max(nanoseconds(info.st_mtim), nanoseconds(info.st_ctim));
    if (nanoseconds(now_) - newest < kSettlingTime) stamp_.settled = false;
  }

  void add_below(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> found;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      found.push_back(at->path());
      if (found.size() > kMaxStampedFiles) break;
    }
    if (error || found.size() > kMaxStampedFiles) stamp_.settled = false;
    std::sort(found.begin(), found.end());
    for (const fs::path& path : found) {
      mix_in(hash64(path.native()));
      add(path);
    }
  }

  [[nodiscard]] FileStamp take() const { return stamp_; }

 private:
  void mix_in(std::uint64_t value) { stamp_.hash = mix(stamp_.hash, value); }
  FileStamp stamp_{0, true};
  struct timespec now_ {};
};

}  // namespace

FileStamp stamp_of(const std::vector<fs::path>& files) {
  Stamper stamper;
  for (const fs::path& file : files) {
    stamper.add(file);
    std::error_code ignored;
    if (fs::is_directory(fs::symlink_status(file, ignored))) stamper.add_below(file);
  }
  return stamper.take();
}

Result<Document> DocumentCache::get(const std::string& key, const std::vector<fs::path>& files,
                                    const std::function<Result<std::string>()>& make) {
  const FileStamp stamp = stamp_of(files);  // Before the files are read: a change in between shows next time.
  std::unique_lock lock(mutex_);
  for (;;) {
    if (Document kept = find(key, stamp)) return kept;
    if (!making_.contains(key) && making_.size() < kMaxMakers) break;
    made_.wait(lock);
  }
  making_.insert(key);
  lock.unlock();
  Result<std::string> made = fail(ErrorCode::kLimit, "not enough memory for this document");
  try {
    made = make();
  } catch (...) {  // Whatever happens, nobody waits for this document for ever.
    lock.lock();
    making_.erase(key);
    made_.notify_all();
    throw;
  }
  lock.lock();
  making_.erase(key);
  made_.notify_all();
  if (!made) return tl::unexpected<Error>(std::move(made).error());
  const Document document = std::make_shared<const std::string>(*std::move(made));
  keep(key, stamp, document);
  return document;
}

std::size_t DocumentCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

Document DocumentCache::find(const std::string& key, const FileStamp& stamp) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  if (found->second.stamp.hash != stamp.hash || !found->second.stamp.settled) return nullptr;
  ages_.splice(ages_.end(), ages_, found->second.age);
  return found->second.document;
}

void DocumentCache::keep(const std::string& key, const FileStamp& stamp, const Document& document) {
  if (const auto known = entries_.find(key); known != entries_.end()) drop(known);
  if (!stamp.settled || document->size() > max_bytes_ / 4) return;
  const std::size_t size = key.size() + document->size();
  while (!ages_.empty() && bytes_ + size > max_bytes_) drop(entries_.find(ages_.front()));
  ages_.push_back(key);
  entries_[key] = {stamp, document, std::prev(ages_.end())};
  bytes_ += size;
}

void DocumentCache::drop(std::map<std::string, Entry>::iterator entry) {
  bytes_ -= entry->first.size() + entry->second.document->size();
  ages_.erase(entry->second.age);
  entries_.erase(entry);
}

}  // namespace prova::web
