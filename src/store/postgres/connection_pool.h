#pragma once
// Connections for several threads that read at once.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/postgres/connection.h"

namespace prova {

/// Thread safety: all members.
class ConnectionPool {
 public:
  explicit ConnectionPool(std::string url) : url_(std::move(url)) {}

  /// A connection for one thread, until it is destroyed.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<PostgresConnection> connection) : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    [[nodiscard]] PostgresConnection& operator*() const { return *connection_; }
    [[nodiscard]] PostgresConnection* operator->() const { return connection_.get(); }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<PostgresConnection> connection_;
  };

  /// An idle connection, or a new one. Errors: those of PostgresConnection::open.
  [[nodiscard]] Result<Lease> lease() {
    {
      const std::lock_guard guard(mutex_);
      while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->is_still_alive()) return Lease(*this, std::move(connection));
      }
    }
    PROVA_TRY(connection, PostgresConnection::open(url_));
    return Lease(*this, std::move(connection));
  }
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  void give_back(std::unique_ptr<PostgresConnection> connection) {
    if (!connection->is_alive() || connection->in_transaction()) return;
    const std::lock_guard guard(mutex_);
    idle_.push_back(std::move(connection));
  }

  std::string url_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_;
};

}  // namespace prova
