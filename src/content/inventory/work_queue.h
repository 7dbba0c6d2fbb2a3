#pragma once
// Work that is found on one thread and done on several, while it is still being found.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace prova {

/// Items wait at most this many at a time; then `put` waits. Bounds the memory of a walk over millions of files.
constexpr std::size_t kQueuedItems = 1U << 16;

/// First in, first out. Thread safe.
template <typename Item>
class WorkQueue {
 public:
  /// `wait`: block while the queue is full. The thread that puts and later takes itself passes false when it is alone.
  void put(Item item, bool wait) {
    std::unique_lock lock(mutex_);
    if (wait) room_.wait(lock, [&] { return items_.size() < kQueuedItems; });
    items_.push_back(std::move(item));
    lock.unlock();
    ready_.notify_one();
  }
  /// No more items will come.
  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    ready_.notify_all();
  }
  /// The next item; nothing once the queue is closed and empty.
  [[nodiscard]] std::optional<Item> take() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    Item item = std::move(items_.front());
    items_.pop_front();
    lock.unlock();
    room_.notify_one();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_, room_;
  std::deque<Item> items_;
  bool closed_ = false;
};

}  // namespace prova
