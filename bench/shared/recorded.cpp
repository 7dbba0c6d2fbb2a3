#include "recorded.h"

#include <dlfcn.h>
#include <libpq-fe.h>
#include <time.h>

#include <chrono>
#include <thread>

namespace prova {
namespace {

double thread_seconds() {
  struct timespec time {};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

struct Recording {
  bool on = false;
  double answered = 0;  ///< thread_seconds() when the last statement was.
  RecordedMatch match;
};
thread_local Recording recording;

void note(const char* sql, int count, const Oid* types, const char* const* values, const int* lengths) {
  RecordedStatement statement;
  statement.computing = thread_seconds() - recording.answered;
  statement.sql = sql;
  for (int i = 0; i < count; ++i) {
    statement.types.push_back(types[i]);
    statement.values.emplace_back(values[i], static_cast<std::size_t>(lengths[i]));
  }
  recording.match.statements.push_back(std::move(statement));
}

using ExecParams = PGresult* (*)(PGconn*, const char*, int, const Oid*, const char* const*, const int*, const int*, int);

/// libpq's own function: the one below takes its place for the whole program.
ExecParams libpq_exec_params() {
  static const auto real = reinterpret_cast<ExecParams>(::dlsym(RTLD_NEXT, "PQexecParams"));  // NOLINT: dlsym's own shape
  return real;
}

}  // namespace

StatementRecorder::StatementRecorder() {
  recording = {};
  recording.on = true;
  recording.answered = thread_seconds();
}
StatementRecorder::~StatementRecorder() { recording.on = false; }
RecordedMatch StatementRecorder::stop() {
  recording.on = false;
  recording.match.computing = thread_seconds() - recording.answered;
  return std::move(recording.match);
}

Result<RecordedClient> RecordedClient::connect(const std::string& url) {
  RecordedClient client(PQconnectdb(url.c_str()));
  if (PQstatus(client.connection_) != CONNECTION_OK) return fail(ErrorCode::kIo, PQerrorMessage(client.connection_));
  // As PostgresConnection::open.
  PQclear(PQexec(client.connection_, "SET search_path = ''; SET jit = off; SET enable_seqscan = off"));
  return client;
}

RecordedClient::~RecordedClient() {
  if (connection_ != nullptr) PQfinish(connection_);
}

Status RecordedClient::replay(const RecordedMatch& match) {
  for (const RecordedStatement& one : match.statements) {
    std::this_thread::sleep_for(std::chrono::duration<double>(one.computing));
    std::vector<const char*> values;
    std::vector<int> lengths, formats(one.values.size(), 1);
    for (const std::string& value : one.values) {
      values.push_back(value.data());
      lengths.push_back(static_cast<int>(value.size()));
    }
    PGresult* result = libpq_exec_params()(connection_, one.sql.c_str(), static_cast<int>(values.size()), one.types.data(), values.data(),
                                           lengths.data(), formats.data(), 1);
    const bool good = PQresultStatus(result) == PGRES_TUPLES_OK;
    PQclear(result);
    if (!good) return fail(ErrorCode::kStore, PQerrorMessage(connection_));
  }
  std::this_thread::sleep_for(std::chrono::duration<double>(match.computing));
  return {};
}

}  // namespace prova

/// Stands before libpq's function of this name, which it calls.
extern "C" PGresult* PQexecParams(PGconn* connection, const char* sql, int count, const Oid* types, const char* const* values, const int* lengths,
                                  const int* formats, int result_format) {
  using prova::recording;
  if (recording.on) prova::note(sql, count, types, values, lengths);
  PGresult* result = prova::libpq_exec_params()(connection, sql, count, types, values, lengths, formats, result_format);
  if (recording.on) recording.answered = prova::thread_seconds();
  return result;
}
