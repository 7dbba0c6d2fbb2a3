#pragma once
// What of the index the one who is logged in may see: runs, samples, and one numbering of all their functions.

#include <memory>
#include <optional>
#include <vector>

#include "store/postgres/connection.h"
#include "store/postgres/row_codec.h"

namespace prova {

/// Where the partitions are. Changes with every partition that moves: whoever writes must hold it (store/postgres/placement_lock.h); reading
/// goes through the coordinator, which knows.
struct Placement {
  struct Shard {
    std::int16_t id = 0;
    std::string url;
  };
  std::vector<Shard> shards;
  std::vector<std::optional<std::size_t>> shard_of;  ///< Per partition: index in `shards`; none: on the coordinator.
  std::int64_t moves = 0;  ///< Raised when something of this changes.
  std::string identity;    ///< Of the index: a UUID as text.
  [[nodiscard]] std::int16_t partitions() const { return static_cast<std::int16_t>(shard_of.size()); }
  /// Whether a partition lies on shards[shard].
  [[nodiscard]] bool uses(std::size_t shard) const;
  /// "partition 3, which is on the shard postgresql://...".
  [[nodiscard]] std::string describe(std::int16_t part) const;
};

/// A live sample. Functions are numbered through all visible samples, ascending by id: the order of numbers is the
/// order of FunctionRef.
struct DirectorySample {
  std::uint32_t id = 0;
  std::uint32_t run = 0;             ///< Index in Directory::runs.
  std::uint32_t first_function = 0;  ///< In the run.
  std::uint32_t functions = 0;
  std::uint32_t number = 0;          ///< Of its first function.
  std::int64_t block = 0;            ///< Address in blocks.
};

struct DirectoryRun {
  std::int32_t id = 0;
  std::int16_t compartment = 0;
  std::uint32_t functions = 0;  ///< With those of removed samples.
  std::uint32_t dead = 0;       ///< Of removed samples.
  std::uint64_t postings = 0;   ///< Of features, at most: those of removed functions included.
  unsigned bits = 0;
  std::uint64_t long_lists = 0;
  std::vector<std::uint32_t> samples;  ///< Indices in Directory::samples, ascending by first_function.
  /// Functions of this run are numbered without a gap from here on; none when samples were removed or other runs' samples
  /// lie between.
  std::optional<std::uint32_t> number;
};

/// Numbers that change with what readers see.
struct Generations {
  std::vector<std::int64_t> compartments;  ///< Per compartment that may be read: id and generation in turn.
  std::int64_t moves = 0;                  ///< Placement::moves
};

/// One consistent state. Thread safety: immutable.
struct Directory {
  std::vector<std::int64_t> generations;  ///< Generations::compartments
  std::vector<DirectoryRun> runs;         ///< Ascending by id.
  std::vector<DirectorySample> samples;   ///< Ascending by id.

  /// Number of function `function` of run `run`, unless it was removed. O(log samples of the run), mostly O(1).
  [[nodiscard]] std::optional<std::uint32_t> number_of(std::uint32_t run, std::uint32_t function) const;
  /// The sample that function number `number` belongs to. O(log samples).
  [[nodiscard]] const DirectorySample& sample_of(std::uint32_t number) const;
  [[nodiscard]] const DirectorySample* find(SampleId id) const;
};

/// Reads the numbers that change with everything that changes: cheap.
[[nodiscard]] Result<Generations> read_generations(PostgresConnection& connection);
/// Errors: those of the connection; kStore (rows that contradict each other); kLimit (2^32 functions or more).
[[nodiscard]] Result<std::shared_ptr<const Directory>> read_directory(PostgresConnection& connection);
/// Checks version and fingerprint scheme on the way. Errors: kNotFound (no index), kStore (another version, another scheme).
[[nodiscard]] Result<Placement> read_placement(PostgresConnection& connection);

}  // namespace prova
