#pragma once
// What matches ask a server, recorded once and asked again: the server's work without the client's. So 20 clients with machines of their own
// can be played on the machine that the server runs on.

#include <string>
#include <vector>

#include "base/result.h"

struct pg_conn;

namespace prova {

/// One statement, as it was given to PQexecParams.
struct RecordedStatement {
  double computing = 0;  ///< Processor time of the client since the statement before was answered, seconds.
  std::string sql;
  std::vector<unsigned> types;
  std::vector<std::string> values;
};

struct RecordedMatch {
  std::vector<RecordedStatement> statements;
  double computing = 0;  ///< After the last answer.
};

/// Records what this thread asks any server until it is stopped. One at a time per thread.
class StatementRecorder {
 public:
  StatementRecorder();
  ~StatementRecorder();
  StatementRecorder(const StatementRecorder&) = delete;
  StatementRecorder& operator=(const StatementRecorder&) = delete;
  [[nodiscard]] RecordedMatch stop();
};

/// Asks again what was recorded, on a connection of its own; sleeps as long as the client computed.
class RecordedClient {
 public:
  /// Errors: kIo.
  [[nodiscard]] static Result<RecordedClient> connect(const std::string& url);
  RecordedClient(RecordedClient&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  RecordedClient& operator=(RecordedClient&&) = delete;
  ~RecordedClient();
  /// Errors: kIo, kStore.
  [[nodiscard]] Status replay(const RecordedMatch& match);

 private:
  explicit RecordedClient(pg_conn* connection) : connection_(connection) {}
  pg_conn* connection_;
};

}  // namespace prova
