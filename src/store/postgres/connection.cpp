#include "store/postgres/connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <utility>

namespace prova {
namespace {

/// Type numbers of pg_type.dat; they never change.
constexpr std::uint32_t kInt2 = 21, kInt8 = 20, kBytea = 17, kText = 25, kInt2Array = 1005, kInt8Array = 1016, kByteaArray = 1001;
constexpr int kLeastServerVersion = 150'000;

template <typename T>
void append_big_endian(std::string& out, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xff);
  }
}

/// Head of a one-dimensional array without NULLs: what array_recv expects.
std::string array_head(std::uint32_t element, std::size_t count) {
  std::string out;
  append_big_endian(out, std::uint32_t{count == 0 ? 0U : 1U});
  append_big_endian(out, std::uint32_t{0});
  append_big_endian(out, element);
  if (count == 0) return out;
  append_big_endian(out, static_cast<std::uint32_t>(count));
  append_big_endian(out, std::uint32_t{1});
  return out;
}

template <typename T>
std::string number_array(std::uint32_t element, std::span<const T> values) {
  std::string out = array_head(element, values.size());
  out.reserve(out.size() + values.size() * (4 + sizeof(T)));
  for (const T value : values) {
    append_big_endian(out, static_cast<std::uint32_t>(sizeof(T)));
    append_big_endian(out, value);
  }
  return out;
}

/// One line without a dot: libpq ends its messages with a line break and adds hints on lines of their own.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' || c == '\t' ? ' ' : c;
  while (!out.empty() && (out.back() == ' ' || out.back() == '.')) out.pop_back();
  return out;
}

std::string server_name(PGconn* connection) {
  const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
  return fmt::format("PostgreSQL at {}:{}/{}", text(PQhost(connection)), text(PQport(connection)), text(PQdb(connection)));
}

tl::unexpected<Error> connection_error(PGconn* connection, const std::string& server) {
  const std::string reason = one_line(PQerrorMessage(connection));
  const auto says = [&](const char* part) { return reason.find(part) != std::string::npos; };
  Error error{ErrorCode::kIo, {}, std::nullopt, server};
  if (says("does not exist") && says("database \"")) {
    error.code = ErrorCode::kNotFound;
    error.message = fmt::format("{}; make it with createdb, then run `prova index init URL`", reason);
  } else if (says("password") || says("authentication") || says("pg_hba.conf") || says("role \"")) {
    error.message = fmt::format("the login was refused: {}; give the role in the URL and its password in ~/.pgpass (mode 0600)", reason);
  } else {
    error.message = fmt::format("the server cannot be reached: {}; see that it runs and that host and port are right", reason);
  }
  return tl::unexpected<Error>(std::move(error));
}

/// What to do about an error of the server, by its SQLSTATE (PostgreSQL 15, appendix A).
std::pair<ErrorCode, std::string> remedy(std::string_view state) {
  if (state == "3F000" || state == "42P01" || state == "42883") {
    return {ErrorCode::kNotFound, "the database holds no index of this version; `prova index init URL` makes one"};
  }
  if (state == "42501") {
    return {ErrorCode::kUsage, "the role lacks the right: roles prova_reader, prova_analyst and prova_curator, and members of compartments, "
                               "are explained in docs/operations.md"};
  }
  if (state == "53100") return {ErrorCode::kIo, "the disk of the server is full; nothing of the batch was kept"};
  if (state.starts_with("53")) return {ErrorCode::kIo, "the server is short of memory or connections; try again later"};
  if (state == "55P03") return {ErrorCode::kIo, "somebody else holds a lock, for example while a partition changes its server; try again in a minute"};
  if (state.starts_with("HV")) return {ErrorCode::kIo, "a shard cannot be reached, and without it the answer would be incomplete"};
  if (state.starts_with("08")) return {ErrorCode::kIo, "a connection was lost, and without it the answer would be incomplete"};
  if (state.starts_with("57P")) return {ErrorCode::kIo, "the server is shutting down or ended the connection"};
  return {ErrorCode::kStore, ""};
}

}  // namespace

Result<std::map<std::string, std::string>> parse_postgres_url(const std::string& url) {
  char* reason = nullptr;
  PQconninfoOption* parsed = PQconninfoParse(url.c_str(), &reason);
  if (parsed == nullptr) {
    const std::string text = one_line(reason == nullptr ? "out of memory" : reason);
    PQfreemem(reason);
    return fail(ErrorCode::kUsage, fmt::format("the index URL is not understood: {}; expected postgresql://USER@HOST:PORT/DATABASE", text));
  }
  std::map<std::string, std::string> options;
  for (const PQconninfoOption* option = parsed; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) options[option->keyword] = option->val;
  }
  PQconninfoFree(parsed);
  if (options.contains("password")) {
    return fail(ErrorCode::kUsage, "the index URL holds a password, and every user of this machine can read command lines; put it into "
                                   "~/.pgpass (mode 0600) as HOST:PORT:DATABASE:USER:PASSWORD and leave it out of the URL");
  }
  return options;
}

SqlParameters& SqlParameters::put(std::uint32_t type, std::string value) {
  types_.push_back(type);
  values_.push_back(std::move(value));
  return *this;
}
SqlParameters& SqlParameters::add(std::int64_t value) {
  std::string out;
  append_big_endian(out, value);
  return put(kInt8, std::move(out));
}
SqlParameters& SqlParameters::add_small(std::int16_t value) {
  std::string out;
  append_big_endian(out, value);
  return put(kInt2, std::move(out));
}
SqlParameters& SqlParameters::add_bytes(std::string_view value) { return put(kBytea, std::string(value)); }
SqlParameters& SqlParameters::add_text(std::string_view value) { return put(kText, std::string(value)); }
SqlParameters& SqlParameters::add_all(std::span<const std::int64_t> values) { return put(kInt8Array, number_array(kInt8, values)); }
SqlParameters& SqlParameters::add_all_small(std::span<const std::int16_t> values) {
  return put(kInt2Array, number_array(kInt2, values));
}
SqlParameters& SqlParameters::add_all_bytes(std::span<const std::string_view> values) {
  std::string out = array_head(kBytea, values.size());
  for (const std::string_view value : values) {
    append_big_endian(out, static_cast<std::uint32_t>(value.size()));
    out += value;
  }
  return put(kByteaArray, std::move(out));
}

void SqlRows::Clear::operator()(pg_result* result) const { PQclear(result); }
std::size_t SqlRows::size() const { return result_ ? static_cast<std::size_t>(PQntuples(result_.get())) : 0; }
bool SqlRows::is_null(std::size_t row, int column) const { return PQgetisnull(result_.get(), static_cast<int>(row), column) != 0; }

std::string_view SqlRows::bytes(std::size_t row, int column) const {
  const int at = static_cast<int>(row);
  return {PQgetvalue(result_.get(), at, column), static_cast<std::size_t>(PQgetlength(result_.get(), at, column))};
}

std::int64_t SqlRows::number(std::size_t row, int column) const {
  const std::string_view text = bytes(row, column);
  std::uint64_t value = 0;
  for (const char c : text.substr(0, 8)) value = value << 8 | static_cast<unsigned char>(c);
  switch (text.size()) {
    case 1: return static_cast<std::int64_t>(value);
    case 2: return static_cast<std::int16_t>(value);
    case 4: return static_cast<std::int32_t>(value);
    case 8: return static_cast<std::int64_t>(value);
    default: return 0;
  }
}

std::uint64_t SqlRows::touched() const {
  std::uint64_t count = 0;
  for (const char* digit = PQcmdTuples(result_.get()); *digit >= '0' && *digit <= '9'; ++digit) {
    count = count * 10 + static_cast<std::uint64_t>(*digit - '0');
  }
  return count;
}

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const std::string& url, const std::string& default_user) {
  PROVA_TRY(options, parse_postgres_url(url));
  // What comes later wins: the URL over our defaults, the encoding over the URL.
  const std::array<const char*, 9> names = {"connect_timeout", "keepalives_idle", "keepalives_interval", "tcp_user_timeout", "user",
                                            "fallback_application_name", "dbname", "client_encoding", nullptr};
  const std::array<const char*, 9> values = {"10", "10", "5", "30000", default_user.c_str(), "prova", url.c_str(), "UTF8", nullptr};
  PGconn* raw = PQconnectdbParams(names.data(), values.data(), 1);
  if (raw == nullptr) return fail(ErrorCode::kIo, "no memory for a connection");
  std::unique_ptr<PostgresConnection> connection(new PostgresConnection(raw, server_name(raw)));
  if (PQstatus(raw) != CONNECTION_OK) return connection_error(raw, connection->server_);
  if (const int version = PQserverVersion(raw); version < kLeastServerVersion) {
    return tl::unexpected<Error>(Error{ErrorCode::kStore, fmt::format("the server is PostgreSQL {}.{}, 15 or newer is needed",
                                       version / 10'000, version % 10'000), std::nullopt, connection->server_});
  }
  // Look-ups are by address, never by scanning: no plan may be chosen otherwise while statistics are missing. A writer reads where partitions
  // are after it has the lock, and must see what was committed until then.
  PROVA_TRY(connection->execute("SET client_min_messages = error; SET search_path = ''; SET jit = off; SET enable_seqscan = off; "
                                "SET default_transaction_isolation = 'read committed'"));
  return connection;
}

PostgresConnection::~PostgresConnection() { PQfinish(connection_); }

std::string PostgresConnection::user() const { return PQuser(connection_); }
bool PostgresConnection::is_alive() const { return PQstatus(connection_) == CONNECTION_OK; }
bool PostgresConnection::is_still_alive() const {
  if (!is_alive()) return false;
  struct pollfd socket {PQsocket(connection_), POLLIN, 0};
  // A server that was asked nothing speaks only to say goodbye.
  return ::poll(&socket, 1, 0) == 0;
}
bool PostgresConnection::in_transaction() const { return PQtransactionStatus(connection_) != PQTRANS_IDLE; }

Error PostgresConnection::describe(const pg_result* result) {
  failed_with_.clear();
  if (!is_alive()) {
    return {ErrorCode::kIo, fmt::format("the connection was lost: {}", one_line(PQerrorMessage(connection_))), std::nullopt, server_};
  }
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const char* detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
  failed_with_ = state == nullptr ? "" : state;
  auto [code, advice] = remedy(failed_with_);
  std::string message = one_line(primary == nullptr ? PQerrorMessage(connection_) : primary);
  // The reason why a shard does not answer stands in the detail; details of other errors may quote rows.
  if (detail != nullptr && code == ErrorCode::kIo) message += fmt::format(" ({})", one_line(detail));
  if (!advice.empty()) message += "; " + advice;
  return {code, std::move(message), std::nullopt, server_};
}

Result<SqlRows> PostgresConnection::run(const std::string& sql, const SqlParameters& parameters) {
  const std::size_t count = parameters.values_.size();
  std::vector<const char*> values(count);
  std::vector<int> lengths(count), formats(count, 1);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = parameters.values_[i].data();
    lengths[i] = static_cast<int>(parameters.values_[i].size());
  }
  pg_result* result = PQexecParams(connection_, sql.c_str(), static_cast<int>(count), parameters.types_.data(), values.data(),
                                   lengths.data(), formats.data(), 1);
  SqlRows rows(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return rows;
  return tl::unexpected<Error>(describe(result));
}

Status PostgresConnection::execute(const std::string& sql) {
  pg_result* result = PQexec(connection_, sql.c_str());
  const SqlRows rows(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY) return {};
  return tl::unexpected<Error>(describe(result));
}

Status PostgresConnection::begin_copy(const std::string& sql) {
  pg_result* result = PQexec(connection_, sql.c_str());
  const SqlRows rows(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) return {};
  return tl::unexpected<Error>(describe(result));
}

Result<std::uint64_t> PostgresConnection::copy_into(PostgresConnection& target, const std::string& out, const std::string& in) {
  PROVA_TRY(begin_copy(out));
  PROVA_TRY(target.begin_copy(in));
  char* row = nullptr;
  int length = 0;
  while ((length = PQgetCopyData(connection_, &row, 0)) > 0) {
    const int put = PQputCopyData(target.connection_, row, length);
    PQfreemem(row);
    if (put != 1) return tl::unexpected<Error>(target.describe(nullptr));
  }
  // -1: the end, or the server broke off; the result says which.
  pg_result* result = PQgetResult(connection_);
  const SqlRows sent(result);
  if (length != -1 || PQresultStatus(result) != PGRES_COMMAND_OK) return tl::unexpected<Error>(describe(result));
  while (pg_result* rest = PQgetResult(connection_)) PQclear(rest);
  if (PQputCopyEnd(target.connection_, nullptr) != 1) return tl::unexpected<Error>(target.describe(nullptr));
  pg_result* taken = PQgetResult(target.connection_);
  const SqlRows taken_rows(taken);
  if (PQresultStatus(taken) != PGRES_COMMAND_OK) return tl::unexpected<Error>(target.describe(taken));
  while (pg_result* rest = PQgetResult(target.connection_)) PQclear(rest);
  return taken_rows.touched();
}

Result<SqlTransaction> SqlTransaction::start(PostgresConnection& connection, const std::string& begin) {
  PROVA_TRY(connection.execute(begin));
  return SqlTransaction(connection);
}

SqlTransaction::~SqlTransaction() {
  if (connection_ != nullptr && connection_->is_alive()) static_cast<void>(connection_->execute("ROLLBACK"));
}

Status SqlTransaction::commit() {
  PostgresConnection& connection = *std::exchange(connection_, nullptr);
  Status committed = connection.execute("COMMIT");
  if (!committed && !connection.is_alive()) {
    Error error = std::move(committed).error();
    error.message += "; whether the batch was committed is unknown, it is in whole or not at all: look with `prova index samples`";
    return tl::unexpected<Error>(std::move(error));
  }
  return committed;
}

bool is_plain_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= 63 && std::all_of(name.begin(), name.end(), plain);
}

std::string sql_literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

}  // namespace prova
