#pragma once
// Where a row is: its table, its address, and the partition that the address belongs to.

#include <cstdint>

namespace prova {

/// The tables that are partitioned over the shards.
enum class StoredTable : std::uint8_t { kPostings, kLongPostings, kPrints, kBlocks };
constexpr std::size_t kRowTables = 4;
[[nodiscard]] constexpr const char* name_of(StoredTable table) {
  switch (table) {
    case StoredTable::kPostings: return "postings";
    case StoredTable::kLongPostings: return "long_postings";
    case StoredTable::kPrints: return "prints";
    case StoredTable::kBlocks: return "blocks";
  }
  return "";
}

/// Row `number` of run `run`: a row of postings, a long list, a function, or a sample at the time when it was added.
[[nodiscard]] constexpr std::int64_t row_address(std::int32_t run, std::uint32_t number) {
  return std::int64_t{run} << 32 | number;
}
[[nodiscard]] constexpr std::int32_t run_of(std::int64_t address) { return static_cast<std::int32_t>(address >> 32); }
[[nodiscard]] constexpr std::uint32_t number_of(std::int64_t address) { return static_cast<std::uint32_t>(address); }

/// Prints of neighbouring functions lie in one partition, so that reading a sample asks few of them.
constexpr unsigned kPrintsTogetherBits = 8;

/// The hash partition of a row: neighbours go to different ones, and small runs start at different ones.
[[nodiscard]] constexpr std::int16_t partition_of(StoredTable table, std::int64_t address, std::int16_t partitions) {
  const std::uint32_t number = table == StoredTable::kPrints ? number_of(address) >> kPrintsTogetherBits : number_of(address);
  const std::uint64_t spread = static_cast<std::uint64_t>(run_of(address)) + number;
  return static_cast<std::int16_t>(spread % static_cast<std::uint64_t>(partitions));
}

}  // namespace prova
