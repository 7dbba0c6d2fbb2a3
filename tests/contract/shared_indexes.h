#pragma once
// Indexes on private servers: one server alone, and a coordinator with two shards.

#include <memory>
#include <string>
#include <vector>

#include "postgres_server.h"
#include "store_samples.h"

namespace prova {

/// Servers that are started once for a whole test program. Roles besides `owner`: `anna` and `ben` (analysts), `rita` (reader), `cora` (curator).
class SharedIndexes {
 public:
  /// Started at the first call. Skips and failures are the caller's: nothing when no server can be started.
  /// `settings` of the first call hold: options of postgres, "name=value". So does `directory`: where servers and their data stay when the
  /// program ends, and are found again; else they are gone with it.
  [[nodiscard]] static SharedIndexes* get(const std::vector<std::string>& settings = {}, const std::string& directory = {});

  /// "postgres" or "two_shards": removes all samples and queued work, sets the ids back, and returns the coordinator's URL for a role.
  std::string empty(const std::string& kind, const std::string& role = "anna");
  [[nodiscard]] std::string url(const std::string& kind, const std::string& role) const;
  /// Servers that hold rows of the kind, the coordinator first.
  [[nodiscard]] std::vector<PostgresServer*> servers(const std::string& kind) const;

 private:
  [[nodiscard]] Status start(const std::vector<std::string>& settings, const std::string& directory);
  TemporaryDirectory directory_;
  std::unique_ptr<PostgresServer> alone_, coordinator_, first_, second_;
};

/// Runs SQL as the owner; a test failure when it fails.
void run_sql(const PostgresServer& server, const std::string& sql);

}  // namespace prova
