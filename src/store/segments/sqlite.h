#pragma once
// The little of SQLite that the catalogue needs, with Results instead of return codes.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace prova {

/// A prepared statement. Text and blobs are byte strings: they are bound and read with their length and may hold
/// anything. Numbers are 64-bit; unsigned ones keep their bits.
class SqlStatement {
 public:
  SqlStatement& bind(int index, std::uint64_t value);
  SqlStatement& bind(int index, std::string_view bytes);
  /// True when there is a row. Errors: kStore, kIo.
  [[nodiscard]] Result<bool> step();
  /// Runs to the end, then makes ready for the next bindings.
  [[nodiscard]] Status run();
  void reset();
  [[nodiscard]] std::uint64_t number(int column) const;
  [[nodiscard]] std::string bytes(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  SqlStatement(sqlite3* database, sqlite3_stmt* statement, std::string file)
      : database_(database), statement_(statement), file_(std::move(file)) {}

  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string file_;
};

/// A connection. Thread safety: one thread at a time.
class Database {
 public:
  enum class Access { kRead, kWrite, kCreate };
  /// Errors: kStore (not a database), kIo.
  [[nodiscard]] static Result<Database> open(const std::filesystem::path& path, Access access);

  [[nodiscard]] Result<SqlStatement> prepare(std::string_view sql) const;
  /// Runs statements without results.
  [[nodiscard]] Status execute(const std::string& sql) const;
  /// The number in the first column of the first row.
  [[nodiscard]] Result<std::uint64_t> number(std::string_view sql) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  Database(sqlite3* database, std::string file) : database_(database), file_(std::move(file)) {}

  std::unique_ptr<sqlite3, Close> database_;
  std::string file_;
};

/// Rolls back unless `commit` succeeded.
class Transaction {
 public:
  /// `begin`: "BEGIN" for reading one consistent state, "BEGIN IMMEDIATE" for writing.
  [[nodiscard]] static Result<Transaction> start(const Database& database, const std::string& begin);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  [[nodiscard]] Status commit();

 private:
  explicit Transaction(const Database& database) : database_(&database) {}
  const Database* database_;
};

}  // namespace prova
