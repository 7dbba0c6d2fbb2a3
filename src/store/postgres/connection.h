#pragma once
// One connection to one PostgreSQL server, over libpq: statements with binary parameters, results as bytes, and errors
// that name the server and what to do.

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct pg_conn;
struct pg_result;

namespace prova {

/// Parameters $1, $2, ... of a statement, in binary form. Built in order; owns its bytes.
class SqlParameters {
 public:
  SqlParameters& add(std::int64_t value);  ///< bigint
  SqlParameters& add_small(std::int16_t value);
  SqlParameters& add_bytes(std::string_view value);  ///< bytea: any bytes
  SqlParameters& add_text(std::string_view value);   ///< text: UTF-8 without NUL
  SqlParameters& add_all(std::span<const std::int64_t> values);  ///< bigint[]
  SqlParameters& add_all_small(std::span<const std::int16_t> values);
  SqlParameters& add_all_bytes(std::span<const std::string_view> values);  ///< bytea[]

  [[nodiscard]] std::size_t size() const { return values_.size(); }

 private:
  friend class PostgresConnection;
  SqlParameters& put(std::uint32_t type, std::string value);
  std::vector<std::uint32_t> types_;
  std::vector<std::string> values_;
};

/// What a statement returned, in binary form. Views into it live as long as it does.
class SqlRows {
 public:
  SqlRows() = default;
  explicit SqlRows(pg_result* result) : result_(result) {}

  [[nodiscard]] std::size_t size() const;
  /// A smallint, integer, bigint or boolean; 0 for NULL or any other width.
  [[nodiscard]] std::int64_t number(std::size_t row, int column) const;
  [[nodiscard]] std::string_view bytes(std::size_t row, int column) const;
  [[nodiscard]] bool is_null(std::size_t row, int column) const;
  /// Rows that an INSERT, UPDATE or DELETE without RETURNING touched.
  [[nodiscard]] std::uint64_t touched() const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

/// The parts of a libpq URI by keyword: host, port, dbname, user, ... Errors: kUsage (not a URI, or it holds a password).
[[nodiscard]] Result<std::map<std::string, std::string>> parse_postgres_url(const std::string& url);

/// Not thread-safe.
class PostgresConnection {
 public:
  /// Connects. `url` is a libpq URI (https://www.postgresql.org/docs/15/libpq-connect.html); passwords come from
  /// ~/.pgpass, PGPASSFILE or a service file, and a URL that holds one is refused: every user of a machine can read command lines.
  /// Waits at most ten seconds for the connection and half a minute for a server that falls silent, unless the URL says otherwise.
  /// Errors: kUsage (not a URI, password in it); kIo (cannot be reached, login refused); kNotFound (no such database);
  /// kStore (a server older than 15).
  /// `default_user`: the role to log in as where the URL names none; else the one that libpq takes.
  [[nodiscard]] static Result<std::unique_ptr<PostgresConnection>> open(const std::string& url, const std::string& default_user = {});
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  /// Runs one statement. Errors: kIo (connection lost, disk of the server full, a shard that cannot be reached), kNotFound (the
  /// database holds no index), kUsage (the role may not do that), kStore (anything else that the server says).
  [[nodiscard]] Result<SqlRows> run(const std::string& sql, const SqlParameters& parameters = {});
  /// Runs statements without parameters or results.
  [[nodiscard]] Status execute(const std::string& sql);
  /// "PostgreSQL at host:5432/database".
  [[nodiscard]] const std::string& server() const { return server_; }
  /// The role that logged in.
  [[nodiscard]] std::string user() const;
  /// Whether the connection still stands, as far as is known without asking.
  [[nodiscard]] bool is_alive() const;
  /// The same for a connection that is idle, after looking whether the server has closed it meanwhile. Does not wait.
  [[nodiscard]] bool is_still_alive() const;
  /// Whether a transaction is open; one that failed counts.
  [[nodiscard]] bool in_transaction() const;
  /// SQLSTATE of the last statement that failed; empty when none did, or the server did not say.
  [[nodiscard]] const std::string& failed_with() const { return failed_with_; }
  /// Streams rows into `target`: `out` is a COPY ... TO STDOUT here, `in` a COPY ... FROM STDIN there. Memory: one row. Returns how many
  /// rows the target took. After an error both transactions must be rolled back. Errors: those of `run` on either.
  [[nodiscard]] Result<std::uint64_t> copy_into(PostgresConnection& target, const std::string& out, const std::string& in);

 private:
  PostgresConnection(pg_conn* connection, std::string server) : connection_(connection), server_(std::move(server)) {}
  [[nodiscard]] Error describe(const pg_result* result);
  /// Starts a COPY. Errors: those of `run`.
  [[nodiscard]] Status begin_copy(const std::string& sql);

  pg_conn* connection_;
  std::string server_;
  std::string failed_with_;
};

/// A transaction that is rolled back unless it was committed.
class SqlTransaction {
 public:
  /// `begin`: "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ...
  [[nodiscard]] static Result<SqlTransaction> start(PostgresConnection& connection, const std::string& begin = "BEGIN");
  SqlTransaction(SqlTransaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  SqlTransaction& operator=(SqlTransaction&&) = delete;
  ~SqlTransaction();
  /// Errors: those of the server. Where the connection is lost while committing, the message says that the outcome is unknown:
  /// the batch is in or out, never half.
  [[nodiscard]] Status commit();

 private:
  explicit SqlTransaction(PostgresConnection& connection) : connection_(&connection) {}
  PostgresConnection* connection_;
};

/// Whether an identifier may be put into SQL text as it is: lower-case letters, digits and _, not empty, at most 63.
[[nodiscard]] bool is_plain_name(std::string_view name);
/// 'text' as an SQL literal.
[[nodiscard]] std::string sql_literal(std::string_view text);

}  // namespace prova
