#pragma once
// The queue of a shared index: rows of prova.queue, locked while they are worked on.

#include "store/postgres/postgres_store.h"
#include "store/learn_queue.h"

namespace prova {

/// A worker's transaction stays open from `take` to `finish` and holds the rows' locks: when the worker dies the server ends the
/// transaction and the files are free at once. Attempts are written down on a second connection, so that they outlive it.
class PostgresQueue final : public LearnQueue {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LearnQueue>> open(const std::string& url);
  [[nodiscard]] Result<std::uint64_t> put(std::span<const QueuedFile> files) override;
  [[nodiscard]] Result<std::vector<TakenFile>> take(std::size_t most, const std::string& worker) override;
  [[nodiscard]] Status finish(std::span<FinishedFile> files) override;
  [[nodiscard]] Result<bool> knows(const Sha256& digest, const SampleRecord& given) override;
  [[nodiscard]] Result<QueueCounts> counts() override;
  [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> set_aside(std::size_t most) override;
  [[nodiscard]] Result<std::uint64_t> retry() override;

 private:
  PostgresQueue(std::unique_ptr<PostgresStore> store, std::unique_ptr<PostgresConnection> work, std::unique_ptr<PostgresConnection> aside)
      : store_(std::move(store)), work_(std::move(work)), aside_(std::move(aside)) {}
  [[nodiscard]] Status count_attempts(std::vector<TakenFile>& taken, const std::string& worker);
  [[nodiscard]] Status write_down(const FinishedFile& file);

  std::unique_ptr<PostgresStore> store_;
  std::unique_ptr<PostgresConnection> work_;   ///< In a transaction from `take` to `finish`.
  std::unique_ptr<PostgresConnection> aside_;  ///< Everything else.
  std::string worker_;
};

}  // namespace prova
