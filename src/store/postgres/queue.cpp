#include "store/postgres/queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace prova {
namespace {

/// States of prova.queue.
constexpr int kWaiting = 0, kDone = 1, kAside = 2, kKnownAlready = 3;
/// Files that are queued with one statement.
constexpr std::size_t kFilesPerStatement = 10'000;
/// A worker takes at most one file in so many of those that wait, so that the last ones are shared out, too: with large portions to the end, one
/// worker would still be at its own when the others have gone (guided self-scheduling, Polychronopoulos and Kuck 1987).
constexpr std::int64_t kShareOfWaiting = 4;
/// But no fewer than these: each portion is a transaction.
constexpr std::int64_t kLeastPortion = 4;

TakenFile read_taken(const SqlRows& rows, std::size_t i) {
  TakenFile taken;
  taken.id = rows.number(i, 0);
  taken.file.path = rows.bytes(i, 1);
  SampleRecord& given = taken.file.given;
  given.family = rows.bytes(i, 2);
  given.actor = rows.bytes(i, 3);
  given.role = static_cast<SampleRole>(std::clamp<std::int64_t>(rows.number(i, 4), 0, static_cast<std::int64_t>(SampleRole::kGoodware)));
  given.version = rows.bytes(i, 5);
  given.first_seen = rows.bytes(i, 6);
  return taken;
}

std::uint64_t functions_of(const std::vector<StoredSample>& samples) {
  std::uint64_t sum = 0;
  for (const StoredSample& sample : samples) sum += sample.functions.size();
  return sum;
}

}  // namespace

Result<std::unique_ptr<LearnQueue>> PostgresQueue::open(const std::string& url) {
  PROVA_TRY(store, PostgresStore::open(url, OpenMode::kWrite));
  PROVA_TRY(work, PostgresConnection::open(url));
  PROVA_TRY(aside, PostgresConnection::open(url));
  // A worker whose host vanished must not hold its files for the two hours that TCP waits by itself.
  PROVA_TRY(work->execute("SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"));
  return std::unique_ptr<LearnQueue>(new PostgresQueue(std::move(store), std::move(work), std::move(aside)));
}

Result<std::uint64_t> PostgresQueue::put(std::span<const QueuedFile> files) {
  PROVA_TRY(transaction, SqlTransaction::start(*aside_));
  std::uint64_t added = 0;
  for (std::size_t begin = 0; begin < files.size(); begin += kFilesPerStatement) {
    std::array<std::vector<std::string_view>, 5> texts;
    std::vector<std::int64_t> roles;
    for (const QueuedFile& file : files.subspan(begin, std::min(kFilesPerStatement, files.size() - begin))) {
      const SampleRecord& given = file.given;
      const std::array<std::string_view, 5> row = {file.path, given.family, given.actor, given.version, given.first_seen};
      for (std::size_t c = 0; c < row.size(); ++c) texts[c].push_back(row[c]);
      roles.push_back(static_cast<std::int64_t>(given.role));
    }
    SqlParameters parameters;
    parameters.add_small(store_->compartment());
    for (const auto& column : texts) parameters.add_all_bytes(column);
    parameters.add_all(roles);
    PROVA_TRY(done, aside_->run("INSERT INTO prova.queue (compartment, path, family, actor, version, first_seen, role) "
                                "SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING", parameters));
    added += done.touched();
  }
  PROVA_TRY(transaction.commit());
  return added;
}

Result<std::vector<TakenFile>> PostgresQueue::take(std::size_t most, const std::string& worker) {
  worker_ = worker;
  PROVA_TRY(work_->execute("BEGIN"));
  PROVA_TRY(rows, work_->run("SELECT id, path, family, actor, role, version, first_seen FROM prova.queue WHERE state = 0 AND compartment = $1 "
                             "ORDER BY id LIMIT least($2, greatest($3, (SELECT count(*) FROM (SELECT FROM prova.queue WHERE state = 0 AND "
                             "compartment = $1 LIMIT $2 * $4) AS near) / $4)) FOR UPDATE SKIP LOCKED",
                             SqlParameters().add_small(store_->compartment()).add(static_cast<std::int64_t>(most)).add(kLeastPortion).add(kShareOfWaiting)));
  std::vector<TakenFile> taken;
  for (std::size_t i = 0; i < rows.size(); ++i) taken.push_back(read_taken(rows, i));
  if (taken.empty()) {
    PROVA_TRY(work_->execute("ROLLBACK"));
    return taken;
  }
  PROVA_TRY(count_attempts(taken, worker));
  return taken;
}

/// Counts what was begun before and notes that it is begun now. One that was begun before is left alone with its worker.
Status PostgresQueue::count_attempts(std::vector<TakenFile>& taken, const std::string& worker) {
  std::vector<std::int64_t> ids;
  for (const TakenFile& one : taken) ids.push_back(one.id);
  PROVA_TRY(before, aside_->run("SELECT file, count(*) FROM prova.attempts WHERE file = ANY ($1) GROUP BY file", SqlParameters().add_all(ids)));
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto one = std::find_if(taken.begin(), taken.end(), [&](const TakenFile& file) { return file.id == before.number(i, 0); });
    if (one != taken.end()) one->attempts = static_cast<std::uint64_t>(before.number(i, 1));
  }
  const auto begun = std::find_if(taken.begin(), taken.end(), [](const TakenFile& file) { return file.attempts > 0; });
  if (begun != taken.end()) taken = {*begun};
  ids.clear();
  for (TakenFile& one : taken) {
    ++one.attempts;
    ids.push_back(one.id);
  }
  PROVA_TRY(noted, aside_->run("INSERT INTO prova.attempts (file, compartment, worker) SELECT file, $2, $3 FROM unnest($1) AS file",
                               SqlParameters().add_all(ids).add_small(store_->compartment()).add_text(worker)));
  return {};
}

Status PostgresQueue::write_down(const FinishedFile& file) {
  if (file.outcome == FinishedFile::Outcome::kLater) return {};
  const int state = file.outcome == FinishedFile::Outcome::kLearned ? kDone : file.outcome == FinishedFile::Outcome::kKnown ? kKnownAlready : kAside;
  SqlParameters parameters;
  parameters.add(file.id).add(state).add_bytes(file.reason).add(static_cast<std::int64_t>(file.samples.size()));
  parameters.add(static_cast<std::int64_t>(functions_of(file.samples))).add_text(worker_);
  PROVA_TRY(done, work_->run("UPDATE prova.queue SET state = $2, reason = $3, samples = $4, functions = $5, worker = $6, "
                             "finished = clock_timestamp() WHERE id = $1 AND state = 0", parameters));
  if (done.touched() == 1) return {};
  return fail(ErrorCode::kStore, fmt::format("the queued file {} is not waiting any more, though nobody else could take it", file.id));
}

Status PostgresQueue::finish(std::span<FinishedFile> files) {
  std::vector<StoredSample> batch;
  Status written;
  for (FinishedFile& file : files) {
    written = write_down(file);
    if (!written) break;
    if (file.outcome == FinishedFile::Outcome::kLearned) std::move(file.samples.begin(), file.samples.end(), std::back_inserter(batch));
  }
  if (written) written = batch.empty() ? work_->execute("COMMIT") : store_->add_within(*work_, batch);
  if (!written && work_->is_alive() && work_->in_transaction()) static_cast<void>(work_->execute("ROLLBACK"));
  return written;
}

Result<bool> PostgresQueue::knows(const Sha256& digest, const SampleRecord& given) {
  SqlParameters parameters;
  parameters.add_bytes({reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()}).add_small(store_->compartment());
  parameters.add_bytes(given.family).add_bytes(given.actor).add(static_cast<std::int64_t>(given.role));
  parameters.add_bytes(given.version).add_bytes(given.first_seen);
  PROVA_TRY(rows, aside_->run("SELECT 1 FROM prova.samples WHERE sha256 = $1 AND compartment = $2 AND family = $3 AND actor = $4 AND role = $5 "
                              "AND version = $6 AND first_seen = $7 LIMIT 1", parameters));
  return rows.size() > 0;
}

Result<QueueCounts> PostgresQueue::counts() {
  PROVA_TRY(rows, aside_->run("SELECT state, count(*) FROM prova.queue GROUP BY state"));
  QueueCounts counts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto count = static_cast<std::uint64_t>(rows.number(i, 1));
    switch (rows.number(i, 0)) {
      case kWaiting: counts.waiting = count; break;
      case kDone: counts.learned = count; break;
      case kAside: counts.set_aside = count; break;
      case kKnownAlready: counts.known = count; break;
      default: break;
    }
  }
  return counts;
}

Result<std::vector<std::pair<std::string, std::string>>> PostgresQueue::set_aside(std::size_t most) {
  PROVA_TRY(rows, aside_->run("SELECT path, reason FROM prova.queue WHERE state = 2 ORDER BY id LIMIT $1", SqlParameters().add(static_cast<std::int64_t>(most))));
  std::vector<std::pair<std::string, std::string>> files;
  for (std::size_t i = 0; i < rows.size(); ++i) files.emplace_back(rows.bytes(i, 0), rows.bytes(i, 1));
  return files;
}

Result<std::uint64_t> PostgresQueue::retry() {
  PROVA_TRY(transaction, SqlTransaction::start(*aside_));
  PROVA_TRY(forgotten, aside_->run("DELETE FROM prova.attempts WHERE file IN (SELECT id FROM prova.queue WHERE state = 2)"));
  PROVA_TRY(back, aside_->run("UPDATE prova.queue SET state = 0, reason = '', finished = NULL WHERE state = 2"));
  PROVA_TRY(transaction.commit());
  return back.touched();
}

}  // namespace prova
