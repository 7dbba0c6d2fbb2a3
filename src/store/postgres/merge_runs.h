#pragma once
// Makes one run of several neighbours, so that there are few.

#include <span>

#include "store/postgres/index_writer.h"

namespace prova {

/// Runs of one compartment in the order of their samples' ids; indices in Directory::runs.
[[nodiscard]] std::vector<std::uint32_t> runs_in_order(const Directory& directory, std::int16_t compartment);

/// Writes the live functions of `runs` (indices in Directory::runs, neighbours in the order above) as a new run, moves their samples
/// to it and makes the old rows garbage; the writer's transaction is not committed yet. Samples that were removed since the directory
/// was read stay removed. Memory: the postings of one part of 2^bits of the smallest run, 30 MB for a merged run of four million
/// functions. `reader` is another connection to the coordinator.
/// Errors: those of reading and writing.
[[nodiscard]] Status merge_runs(IndexWriter& writer, PostgresConnection& reader, const Directory& directory,
                                std::span<const std::uint32_t> runs);

}  // namespace prova
