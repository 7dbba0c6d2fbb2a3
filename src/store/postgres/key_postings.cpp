#include "store/postgres/key_postings.h"

#include <fmt/format.h>

#include <algorithm>

namespace prova {
namespace {

template <typename T>
void sort_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// Both ascend: moves what is asked for from the decoded row to its place. `at` goes on from row to row of one run.
template <typename T>
void take_asked(const std::vector<RowKey>& decoded, const std::vector<T>& asked, std::uint32_t run, std::uint32_t row,
                std::size_t& at, std::vector<std::vector<RunPostings>>& places) {
  for (const RowKey& key : decoded) {
    while (at < asked.size() && asked[at] < key.key) ++at;
    if (at < asked.size() && asked[at] == key.key) places[at].push_back({run, row, key.postings});
  }
}

}  // namespace

Result<KeyPostings> KeyPostings::look_up(PostgresConnection& connection, const Placement& placement, const Directory& directory,
                                         std::span<const Probe> probes) {
  KeyPostings found(connection, placement, directory);
  for (const Probe& probe : probes) {
    for (const auto& [key, weight] : probe.own) found.keys_.push_back(mix_key(key));
    for (const auto& [key, weight] : probe.with_callees) found.keys_.push_back(mix_key(key));
    if (probe.exact != 0) found.hashes_.push_back(probe.exact);
  }
  sort_unique(found.keys_);
  sort_unique(found.hashes_);
  found.features_.resize(found.keys_.size());
  found.exact_.resize(found.hashes_.size());
  const auto addresses = found.row_addresses();
  PROVA_TRY(rows, fetch_rows(connection, placement, StoredTable::kPostings, addresses));
  found.rows_ = std::move(rows);
  PROVA_TRY(found.decode(addresses));
  PROVA_TRY(found.count_holders());
  return found;
}

/// Rows of every run that a key or exact hash lies in; ascending, for runs ascend.
std::vector<std::int64_t> KeyPostings::row_addresses() const {
  std::vector<std::int64_t> addresses;
  std::vector<std::uint32_t> rows;
  for (const DirectoryRun& run : directory_->runs) {
    if (run.samples.empty()) continue;
    rows.clear();
    for (const std::uint32_t key : keys_) rows.push_back(row_of(key, run.bits));
    for (const std::uint64_t hash : hashes_) rows.push_back(row_of(static_cast<std::uint32_t>(hash >> 32), run.bits));
    sort_unique(rows);
    for (const std::uint32_t row : rows) addresses.push_back(row_address(run.id, row));
  }
  return addresses;
}

Status KeyPostings::decode(std::span<const std::int64_t> addresses) {
  PostingsRow row;
  std::uint32_t run = 0;
  std::size_t feature = 0, hash = 0;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (directory_->runs[run].id != run_of(addresses[i])) {
      while (directory_->runs[run].id != run_of(addresses[i])) ++run;
      feature = hash = 0;
    }
    if (!decode_postings_row(rows_.packed(i), number_of(addresses[i]), directory_->runs[run].bits, row)) {
      return damaged(StoredTable::kPostings, addresses[i]);
    }
    take_asked(row.features, keys_, run, prova::number_of(addresses[i]), feature, features_);
    take_asked(row.exact, hashes_, run, prova::number_of(addresses[i]), hash, exact_);
  }
  return {};
}

tl::unexpected<Error> KeyPostings::damaged(StoredTable table, std::int64_t address) const {
  return tl::unexpected<Error>(Error{ErrorCode::kStore,
                                     fmt::format("row {} of run {} in {} is damaged ({}); restore that partition from its backup, or learn "
                                                 "the samples again", prova::number_of(address), run_of(address), name_of(table),
                                                 placement_->describe(partition_of(table, address, placement_->partitions()))),
                                     std::nullopt, connection_->server()});
}

/// As the embedded store counts: exactly where the number decides, from the lists themselves where removed functions are in them.
Status KeyPostings::count_holders() {
  std::uint64_t dead = 0;
  for (const DirectoryRun& run : directory_->runs) dead += run.dead;
  holders_.assign(keys_.size(), 0);
  std::vector<const RunPostings*> to_read;
  for (std::size_t k = 0; k < keys_.size(); ++k) {
    for (const RunPostings& one : features_[k]) holders_[k] += one.list.count;
    if (dead == 0 || holders_[k] > kMaxPostings + dead) continue;
    for (const RunPostings& one : features_[k]) {
      if (directory_->runs[one.run].dead > 0) to_read.push_back(&one);
    }
  }
  PROVA_TRY(read_long(to_read));
  for (std::size_t k = 0; k < keys_.size() && dead > 0; ++k) {
    if (holders_[k] > kMaxPostings + dead) continue;
    holders_[k] = 0;
    for (const RunPostings& one : features_[k]) {
      if (directory_->runs[one.run].dead == 0) {
        holders_[k] += one.list.count;
      } else {
        PROVA_TRY(walk(one, [&](std::uint32_t, std::uint32_t) { ++holders_[k]; }));
      }
    }
  }
  return {};
}

Status KeyPostings::read_long(std::span<const RunPostings* const> lists) {
  std::vector<std::int64_t> addresses;
  for (const RunPostings* one : lists) {
    if (one->list.is_long && !long_bodies_.contains(long_address(*one))) addresses.push_back(long_address(*one));
  }
  sort_unique(addresses);
  PROVA_TRY(rows, fetch_rows(*connection_, *placement_, StoredTable::kLongPostings, addresses));
  long_rows_.push_back(std::make_unique<FetchedRows>(std::move(rows)));
  for (std::size_t i = 0; i < addresses.size(); ++i) long_bodies_.emplace(addresses[i], long_rows_.back()->packed(i));
  return {};
}

std::uint32_t KeyPostings::index_of(FeatureKey key) const {
  return static_cast<std::uint32_t>(std::lower_bound(keys_.begin(), keys_.end(), mix_key(key)) - keys_.begin());
}

const std::vector<RunPostings>& KeyPostings::exact(std::uint64_t hash) const {
  return exact_[static_cast<std::size_t>(std::lower_bound(hashes_.begin(), hashes_.end(), hash) - hashes_.begin())];
}

}  // namespace prova
