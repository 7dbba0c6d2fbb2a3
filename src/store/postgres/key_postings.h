#pragma once
// The keys and exact hashes of a batch of probes, looked up in every visible run at once.

#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "store/postgres/fetch_rows.h"

namespace prova {

/// Postings of one key in one run.
struct RunPostings {
  std::uint32_t run = 0;  ///< Index in Directory::runs.
  std::uint32_t row = 0;  ///< In postings.
  PostingList list;
};

class KeyPostings {
 public:
  /// Reads the rows of postings that the probes' keys lie in. What the views point to stays with the object.
  [[nodiscard]] static Result<KeyPostings> look_up(PostgresConnection& connection, const Placement& placement,
                                                   const Directory& directory, std::span<const Probe> probes);

  /// Index of a key that one of the probes has. O(log keys).
  [[nodiscard]] std::uint32_t index_of(FeatureKey key) const;
  /// Live functions that hold the key; where these are more than kMaxPostings, some number above it.
  [[nodiscard]] std::uint64_t holders(std::uint32_t index) const { return holders_[index]; }
  [[nodiscard]] const std::vector<RunPostings>& postings(std::uint32_t index) const { return features_[index]; }
  /// Of an exact hash that one of the probes has; empty when no function has it.
  [[nodiscard]] const std::vector<RunPostings>& exact(std::uint64_t hash) const;

  /// Reads the long ones among these lists, unless they were read before.
  [[nodiscard]] Status read_long(std::span<const RunPostings* const> lists);
  /// Calls visit(number, lists) for each live function of a list, by Directory numbers. REQUIRES: read_long, if it is long.
  /// Errors: kStore (damaged).
  template <typename Visit>
  [[nodiscard]] Status walk(const RunPostings& one, const Visit& visit) const;

 private:
  KeyPostings(PostgresConnection& connection, const Placement& placement, const Directory& directory)
      : connection_(&connection), placement_(&placement), directory_(&directory) {}
  [[nodiscard]] std::vector<std::int64_t> row_addresses() const;
  [[nodiscard]] Status decode(std::span<const std::int64_t> addresses);
  [[nodiscard]] Status count_holders();
  [[nodiscard]] tl::unexpected<Error> damaged(StoredTable table, std::int64_t address) const;
  [[nodiscard]] std::int64_t long_address(const RunPostings& one) const {
    return row_address(directory_->runs[one.run].id, one.list.number);
  }

  PostgresConnection* connection_;
  const Placement* placement_;
  const Directory* directory_;
  std::vector<std::uint32_t> keys_;   ///< Mixed; ascending, no repeats.
  std::vector<std::uint64_t> hashes_; ///< Ascending, no repeats.
  std::vector<std::vector<RunPostings>> features_, exact_;  ///< Parallel to these.
  std::vector<std::uint64_t> holders_;
  FetchedRows rows_;
  std::vector<std::unique_ptr<FetchedRows>> long_rows_;
  std::unordered_map<std::int64_t, ByteView> long_bodies_;  ///< By address.
};

template <typename Visit>
Status KeyPostings::walk(const RunPostings& one, const Visit& visit) const {
  const ByteView body = one.list.is_long ? long_bodies_.at(long_address(one)) : one.list.body;
  const bool good = for_each_posting(one.list, body, directory_->runs[one.run].functions, [&](std::uint32_t function, std::uint32_t lists) {
    if (const auto number = directory_->number_of(one.run, function)) visit(*number, lists);
  });
  if (good) return {};
  return damaged(one.list.is_long ? StoredTable::kLongPostings : StoredTable::kPostings,
                 one.list.is_long ? long_address(one) : row_address(directory_->runs[one.run].id, one.row));
}

}  // namespace prova
