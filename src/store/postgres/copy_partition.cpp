#include "store/postgres/copy_partition.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "store/postgres/placement_lock.h"
#include "store/postgres/server_setup.h"

namespace prova {
namespace {

/// Rows that are copied in one transaction, unless one run alone has more (4 million functions of 16 partitions: 262,144): what a kill costs.
constexpr std::uint64_t kRowsPerTransaction = 65'536;

/// Rows per run, by the index alone.
using Outline = std::map<std::int64_t, std::uint64_t>;

Result<Outline> read_outline(PostgresConnection& server, const std::string& table) {
  PROVA_TRY(rows, server.run(fmt::format("SELECT address >> 32, count(*) FROM {} GROUP BY 1", table)));
  Outline outline;
  for (std::size_t i = 0; i < rows.size(); ++i) outline.emplace(rows.number(i, 0), static_cast<std::uint64_t>(rows.number(i, 1)));
  return outline;
}

/// Runs from `first` to `last`, all of which differ.
struct Range {
  std::int64_t first = 0, last = 0;
  std::uint64_t rows = 0;  ///< At the source.
  [[nodiscard]] std::string condition() const {
    return fmt::format("address BETWEEN {} AND {}", row_address(static_cast<std::int32_t>(first), 0), row_address(static_cast<std::int32_t>(last), 0xffff'ffff));
  }
};

/// Ascending. Between two neighbours of one range there is no run that is the same on both sides.
std::vector<Range> differences(const Outline& from, const Outline& to) {
  Outline all = from;
  for (const auto& [run, rows] : to) all.try_emplace(run, 0);
  std::vector<Range> ranges;
  bool joins = false;
  for (const auto& [run, rows] : all) {
    const auto there = to.find(run);
    const bool same = there != to.end() && there->second == rows;
    if (!same && joins && ranges.back().rows + rows <= kRowsPerTransaction) {
      ranges.back().last = run;
      ranges.back().rows += rows;
    } else if (!same) {
      ranges.push_back({run, run, rows});
    }
    joins = !same;
  }
  return ranges;
}

/// Rows and the sum of their hashes: the order of rows does not matter, and each has an address of its own. Finds damage, not forgery.
Result<std::string> checksum(PostgresConnection& server, const std::string& table, const Range& range) {
  PROVA_TRY(rows, server.run(fmt::format(
      "SELECT count(*) || ' ' || coalesce(sum(('x' || encode(substr(sha256(int2send(part) || int2send(compartment) || int8send(address) || packed), 1, 8), "
      "'hex'))::bit(64)::bigint), 0) FROM {} WHERE {}", table, range.condition())));
  return std::string(rows.bytes(0, 0));
}

class PartitionCopy {
 public:
  PartitionCopy(PostgresConnection& from, const PartitionTables& from_tables, PostgresConnection& to, const PartitionTables& to_tables, std::int64_t mover,
                const CopyWatch& watch)
      : from_(from), from_tables_(from_tables), to_(to), to_tables_(to_tables), mover_(mover), watch_(watch) {}

  Result<CopyOutcome> run() {
    for (const StoredTable table : kAllRowTables) PROVA_TRY(compare(table));
    for (std::size_t t = 0; t < kRowTables; ++t) {
      for (const Range& range : ranges_[t]) {
        if (!watch_(done_, total_)) return outcome_;
        PROVA_TRY(copy(kAllRowTables[t], range));
        done_ += range.rows;
      }
    }
    outcome_.complete = watch_(done_, total_);
    return outcome_;
  }

 private:
  Status compare(StoredTable table) {
    PROVA_TRY(source, read_outline(from_, from_tables_[table]));
    PROVA_TRY(target, read_outline(to_, to_tables_[table]));
    auto& ranges = ranges_[static_cast<std::size_t>(table)];
    ranges = differences(source, target);
    for (const auto& [run, rows] : source) total_ += rows;
    for (const auto& [run, rows] : source) done_ += rows;
    for (const Range& range : ranges) done_ -= range.rows;
    return {};
  }

  Status copy(StoredTable table, const Range& range) {
    const std::string source = from_tables_[table], target = to_tables_[table];
    // One state of the source for the rows and for their checksum.
    PROVA_TRY(reading, SqlTransaction::start(from_, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    PROVA_TRY(writing, SqlTransaction::start(to_));
    PROVA_TRY(claim_server(to_, mover_));
    PROVA_TRY(to_.execute(fmt::format("DELETE FROM {} WHERE {}", target, range.condition())));
    PROVA_TRY(rows, from_.copy_into(to_, fmt::format("COPY (SELECT part, compartment, address, packed FROM {} WHERE {}) TO STDOUT (FORMAT binary)", source, range.condition()),
                                    fmt::format("COPY {} (part, compartment, address, packed) FROM STDIN (FORMAT binary)", target)));
    PROVA_TRY(sent, checksum(from_, source, range));
    PROVA_TRY(arrived, checksum(to_, target, range));
    if (sent != arrived) {
      return tl::unexpected<Error>(Error{ErrorCode::kStore, fmt::format("rows of runs {} to {} in {} differ after they were copied from {}, nothing of them was kept; "
                                         "if that happens again, memory or disk of one of the two is damaged", range.first, range.last, target, from_.server()),
                                         std::nullopt, to_.server()});
    }
    PROVA_TRY(writing.commit());
    PROVA_TRY(reading.commit());
    outcome_.rows += rows;
    return {};
  }

  PostgresConnection& from_;
  PartitionTables from_tables_;
  PostgresConnection& to_;
  PartitionTables to_tables_;
  std::int64_t mover_;
  const CopyWatch& watch_;
  std::array<std::vector<Range>, kRowTables> ranges_;
  std::uint64_t done_ = 0, total_ = 0;
  CopyOutcome outcome_;
};

}  // namespace

std::string PartitionTables::operator[](StoredTable table) const { return fmt::format("prova.{}_{}{}", name_of(table), part, aside ? "_copy" : ""); }

Result<CopyOutcome> copy_partition(PostgresConnection& from, const PartitionTables& from_tables, PostgresConnection& to,
                                   const PartitionTables& to_tables, std::int64_t mover, const CopyWatch& watch) {
  return PartitionCopy(from, from_tables, to, to_tables, mover, watch).run();
}

}  // namespace prova
