#include "store/segments/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

namespace prova {
namespace {

/// A writer holds SQLite's own lock for the moment of its commit only; ours is the lock file. Milliseconds.
constexpr int kBusyTimeout = 10'000;

tl::unexpected<Error> sqlite_error(sqlite3* database, const std::string& file) {
  const int code = database == nullptr ? SQLITE_NOMEM : sqlite3_errcode(database);
  const char* message = database == nullptr ? "out of memory" : sqlite3_errmsg(database);
  const bool system = code == SQLITE_FULL || code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_READONLY ||
                      code == SQLITE_PERM || code == SQLITE_BUSY || code == SQLITE_NOMEM;
  return tl::unexpected<Error>(Error{system ? ErrorCode::kIo : ErrorCode::kStore, message, std::nullopt, file});
}

bool nothing_in(const std::filesystem::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) != 0 || info.st_size == 0;
}

/// "file:" URI of a path; the characters that mean something there are escaped.
std::string uri_of(const std::filesystem::path& path, std::string_view parameters) {
  std::string uri = "file:";
  for (const char c : path.string()) {
    if (c == '?' || c == '#' || c == '%') {
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri + std::string(parameters);
}

}  // namespace

void SqlStatement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

SqlStatement& SqlStatement::bind(int index, std::uint64_t value) {
  sqlite3_bind_int64(statement_.get(), index, static_cast<sqlite3_int64>(value));
  return *this;
}

SqlStatement& SqlStatement::bind(int index, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), index, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Result<bool> SqlStatement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return sqlite_error(database_, file_);
}

Status SqlStatement::run() {
  for (;;) {
    PROVA_TRY(row, step());
    if (!row) break;
  }
  reset();
  return {};
}

void SqlStatement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::uint64_t SqlStatement::number(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

std::string SqlStatement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (data == nullptr || size <= 0) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

Result<Database> Database::open(const std::filesystem::path& path, Access access) {
  const auto attempt = [&](const std::string& uri, int flags) -> Result<Database> {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(uri.c_str(), &raw, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
    Database database(raw, path.filename().string());
    if (code != SQLITE_OK) return sqlite_error(raw, database.file_);
    sqlite3_busy_timeout(raw, kBusyTimeout);
    // A catalogue may come from elsewhere: its schema must not be able to run anything.
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    PROVA_TRY(database.number("SELECT count(*) FROM sqlite_schema"));  // Opening is lazy: this reads the file.
    return database;
  };
  if (access == Access::kCreate) return attempt(uri_of(path, ""), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  auto database = attempt(uri_of(path, ""), SQLITE_OPEN_READWRITE);
  if (database || access == Access::kWrite || database.error().code != ErrorCode::kIo) return database;
  // A medium that cannot be written: without the shared memory of the write-ahead log. Only right when the log is
  // empty, as it is after the last writer has closed the store.
  if (!nothing_in(path.string() + "-wal")) return database;
  auto immutable = attempt(uri_of(path, "?immutable=1"), SQLITE_OPEN_READONLY);
  return immutable ? std::move(immutable) : std::move(database);
}

Result<SqlStatement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK) {
    return sqlite_error(database_.get(), file_);
  }
  return SqlStatement(database_.get(), statement, file_);
}

Status Database::execute(const std::string& sql) const {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return sqlite_error(database_.get(), file_);
  }
  return {};
}

Result<std::uint64_t> Database::number(std::string_view sql) const {
  PROVA_TRY(statement, prepare(sql));
  PROVA_TRY(row, statement.step());
  return row ? statement.number(0) : 0;
}

Result<Transaction> Transaction::start(const Database& database, const std::string& begin) {
  PROVA_TRY(database.execute(begin));
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_ != nullptr) static_cast<void>(database_->execute("ROLLBACK"));
}

Status Transaction::commit() {
  PROVA_TRY(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace prova
