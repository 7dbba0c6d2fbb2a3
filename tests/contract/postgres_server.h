#pragma once
// Private PostgreSQL servers for tests and benchmarks: started by the program that uses them, on a Unix socket in a directory of their
// own, gone with it.

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace prova {

/// One running server. Its superuser is `owner`; nobody is asked for a password.
class PostgresServer {
 public:
  /// Makes a cluster in `directory` and starts it; one that an earlier server left there is taken as it is. As root it runs as the user postgres, or nobody: a server refuses root.
  /// `settings` are options of postgres, "name=value".
  [[nodiscard]] static Result<std::unique_ptr<PostgresServer>> start(const std::string& directory, const std::vector<std::string>& settings = {});
  /// Why no server can be started here, if so.
  [[nodiscard]] static std::optional<std::string> missing();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// URL of a database for a role; an empty one leaves open who logs in, as shards' URLs do.
  [[nodiscard]] std::string url(const std::string& role = "owner", const std::string& database = "postgres") const;
  /// Gives a file or directory to the server's user. False when that is not possible.
  [[nodiscard]] bool own(const std::string& path) const;
  /// The process that started all others of the server.
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// SIGQUIT: as when the power goes.
  void crash();
  /// Starts it again after `crash`.
  [[nodiscard]] Status restart();

 private:
  PostgresServer(std::string directory, std::vector<std::string> settings) : directory_(std::move(directory)), settings_(std::move(settings)) {}
  [[nodiscard]] Status launch();
  std::string directory_;
  std::vector<std::string> settings_;
  pid_t pid_ = -1;
};

}  // namespace prova
