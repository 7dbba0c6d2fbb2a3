#include "store/postgres/directory.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/postgres/schema.h"

namespace prova {
namespace {

tl::unexpected<Error> refuse(const PostgresConnection& connection, std::string message) {
  return tl::unexpected<Error>(Error{ErrorCode::kStore, std::move(message), std::nullopt, connection.server()});
}

Status read_runs(PostgresConnection& connection, Directory& directory) {
  PROVA_TRY(rows, connection.run("SELECT id, compartment, functions, bits, long_lists, postings FROM prova.runs ORDER BY id"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    DirectoryRun run;
    run.id = static_cast<std::int32_t>(rows.number(i, 0));
    run.compartment = static_cast<std::int16_t>(rows.number(i, 1));
    const auto functions = static_cast<std::uint64_t>(rows.number(i, 2));
    const auto bits = static_cast<std::uint64_t>(rows.number(i, 3));
    run.long_lists = static_cast<std::uint64_t>(rows.number(i, 4));
    run.postings = static_cast<std::uint64_t>(rows.number(i, 5));
    if (functions > kMaxRunFunctions || bits > kMaxRowBits || run.long_lists > 0xffff'ffff) {
      return refuse(connection, fmt::format("run {} claims {} functions in 2^{} rows", run.id, functions, bits));
    }
    run.functions = run.dead = static_cast<std::uint32_t>(functions);
    run.bits = static_cast<unsigned>(bits);
    directory.runs.push_back(std::move(run));
  }
  return {};
}

Status read_samples(PostgresConnection& connection, Directory& directory) {
  PROVA_TRY(rows, connection.run("SELECT id, run, first_function, functions, block FROM prova.samples ORDER BY id"));
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto id = static_cast<std::int32_t>(rows.number(i, 1));
    const auto run = std::lower_bound(directory.runs.begin(), directory.runs.end(), id,
                                      [](const DirectoryRun& one, std::int32_t wanted) { return one.id < wanted; });
    const auto first = static_cast<std::uint64_t>(rows.number(i, 2)), functions = static_cast<std::uint64_t>(rows.number(i, 3));
    if (run == directory.runs.end() || run->id != id || first > run->functions || functions > run->dead ||
        first + functions > run->functions) {
      return refuse(connection, fmt::format("sample {} has functions {} to {} of run {}, which does not hold them", rows.number(i, 0),
                                            first, first + functions, id));
    }
    run->dead -= static_cast<std::uint32_t>(functions);
    run->samples.push_back(static_cast<std::uint32_t>(directory.samples.size()));
    directory.samples.push_back({static_cast<std::uint32_t>(rows.number(i, 0)), static_cast<std::uint32_t>(run - directory.runs.begin()),
                                 static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(functions),
                                 static_cast<std::uint32_t>(number), rows.number(i, 4)});
    number += functions;
    if (number >= 1ULL << 32) return fail(ErrorCode::kLimit, "2^32 functions or more in the index, fewer expected");
  }
  return {};
}

/// Sorts each run's samples, refuses overlaps, and finds runs that are numbered in one piece.
Status number_runs(const PostgresConnection& connection, Directory& directory) {
  const auto& samples = directory.samples;
  for (DirectoryRun& run : directory.runs) {
    std::sort(run.samples.begin(), run.samples.end(), [&](std::uint32_t a, std::uint32_t b) {
      return samples[a].first_function != samples[b].first_function ? samples[a].first_function < samples[b].first_function
                                                                     : samples[a].functions < samples[b].functions;
    });
    std::uint64_t end = 0;
    bool one_piece = run.dead == 0;
    for (const std::uint32_t index : run.samples) {
      const DirectorySample& sample = samples[index];
      if (sample.first_function < end) return refuse(connection, fmt::format("samples of run {} overlap", run.id));
      end = std::uint64_t{sample.first_function} + sample.functions;
      const DirectorySample& first = samples[run.samples.front()];
      one_piece = one_piece && (sample.functions == 0 || sample.number - sample.first_function == first.number - first.first_function);
    }
    if (one_piece && !run.samples.empty()) {
      const DirectorySample& first = samples[run.samples.front()];
      run.number = first.number - first.first_function;
    }
  }
  return {};
}

}  // namespace

bool Placement::uses(std::size_t shard) const { return std::find(shard_of.begin(), shard_of.end(), std::optional(shard)) != shard_of.end(); }

std::string Placement::describe(std::int16_t part) const {
  const auto shard = shard_of[static_cast<std::size_t>(part)];
  return shard ? fmt::format("partition {} on the shard {}", part, shards[*shard].url) : fmt::format("partition {}", part);
}

std::optional<std::uint32_t> Directory::number_of(std::uint32_t run, std::uint32_t function) const {
  const DirectoryRun& in = runs[run];
  if (in.number) return *in.number + function;
  const auto after = std::upper_bound(in.samples.begin(), in.samples.end(), function,
                                      [&](std::uint32_t wanted, std::uint32_t index) { return wanted < samples[index].first_function; });
  if (after == in.samples.begin()) return std::nullopt;
  const DirectorySample& sample = samples[*(after - 1)];
  if (function - sample.first_function >= sample.functions) return std::nullopt;
  return sample.number + (function - sample.first_function);
}

const DirectorySample& Directory::sample_of(std::uint32_t number) const {
  // Samples without functions share their number with the next one; the last of equals has the function.
  return *(std::upper_bound(samples.begin(), samples.end(), number,
                            [](std::uint32_t wanted, const DirectorySample& sample) { return wanted < sample.number; }) - 1);
}

const DirectorySample* Directory::find(SampleId id) const {
  const auto found = std::lower_bound(samples.begin(), samples.end(), raw(id),
                                      [](const DirectorySample& sample, std::uint32_t wanted) { return sample.id < wanted; });
  return found != samples.end() && found->id == raw(id) ? &*found : nullptr;
}

Result<Generations> read_generations(PostgresConnection& connection) {
  PROVA_TRY(rows, connection.run("SELECT id::bigint, generation FROM prova.compartments UNION ALL SELECT -1, moves FROM prova.store ORDER BY 1"));
  Generations generations;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows.number(i, 0) < 0) {
      generations.moves = rows.number(i, 1);
      continue;
    }
    generations.compartments.push_back(rows.number(i, 0));
    generations.compartments.push_back(rows.number(i, 1));
  }
  return generations;
}

Result<std::shared_ptr<const Directory>> read_directory(PostgresConnection& connection) {
  PROVA_TRY(transaction, SqlTransaction::start(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
  auto directory = std::make_shared<Directory>();
  PROVA_TRY(generations, read_generations(connection));
  directory->generations = std::move(generations.compartments);
  PROVA_TRY(read_runs(connection, *directory));
  PROVA_TRY(read_samples(connection, *directory));
  PROVA_TRY(transaction.commit());
  PROVA_TRY(number_runs(connection, *directory));
  return std::shared_ptr<const Directory>(std::move(directory));
}

Result<Placement> read_placement(PostgresConnection& connection) {
  PROVA_TRY(store, connection.run("SELECT version, scheme, partitions FROM prova.store"));
  if (store.size() != 1) {
    return tl::unexpected<Error>(Error{ErrorCode::kNotFound, "the index is empty: making it was interrupted; run `prova index init URL` again",
                                       std::nullopt, connection.server()});
  }
  const std::int64_t version = store.number(0, 0), scheme = store.number(0, 1), partitions = store.number(0, 2);
  if (version > kPostgresVersion) {
    return refuse(connection, fmt::format("index of version {}, this version of prova reads up to {}: use a newer prova", version, kPostgresVersion));
  }
  if (version < kPostgresVersion) {
    return refuse(connection, fmt::format("index of version {}, this version of prova needs {}: its owner upgrades it with `prova index init URL`",
                                          version, kPostgresVersion));
  }
  if (scheme != kFingerprintScheme) {
    return refuse(connection, fmt::format("fingerprint scheme {}, this version of prova uses {}: learn the samples again into a new index",
                                          scheme, kFingerprintScheme));
  }
  Placement placement;
  PROVA_TRY(moves, connection.run("SELECT moves, shard, identity::text FROM prova.store"));
  if (!moves.is_null(0, 1)) {
    return tl::unexpected<Error>(Error{ErrorCode::kUsage, "the database is a shard; the index is reached through its coordinator",
                                       std::nullopt, connection.server()});
  }
  placement.moves = moves.number(0, 0);
  placement.identity = moves.bytes(0, 2);
  PROVA_TRY(shards, connection.run("SELECT id, url FROM prova.shards ORDER BY id"));
  for (std::size_t i = 0; i < shards.size(); ++i) {
    placement.shards.push_back({static_cast<std::int16_t>(shards.number(i, 0)), std::string(shards.bytes(i, 1))});
  }
  PROVA_TRY(parts, connection.run("SELECT part, shard FROM prova.partitions ORDER BY part"));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts.number(i, 0) != static_cast<std::int64_t>(i)) break;
    std::optional<std::size_t> shard;
    if (!parts.is_null(i, 1)) {
      const auto found = std::find_if(placement.shards.begin(), placement.shards.end(),
                                      [&](const Placement::Shard& one) { return one.id == parts.number(i, 1); });
      shard = static_cast<std::size_t>(found - placement.shards.begin());
      if (*shard == placement.shards.size()) return refuse(connection, fmt::format("partition {} is on a shard that is not listed", i));
    }
    placement.shard_of.push_back(shard);
  }
  if (partitions < 1 || placement.partitions() != partitions) {
    return refuse(connection, fmt::format("{} of {} partitions are listed; run `prova index init URL` again", placement.shard_of.size(), partitions));
  }
  return placement;
}

}  // namespace prova
