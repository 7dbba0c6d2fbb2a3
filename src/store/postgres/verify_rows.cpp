#include "store/postgres/verify_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "store/postgres/fetch_rows.h"

namespace prova {
namespace {

/// Rows that are read with one statement, and problems that are listed: nobody reads more.
constexpr std::uint32_t kRowsAtOnce = 4'096;
constexpr std::size_t kMaxProblems = 100;

/// What a run says, whichever way it is read: sums do not depend on the order. Equal sums of mixed 64-bit words mean equal sets, but for
/// one chance in 2^64; this finds damage, not forgery.
struct RunSums {
  std::uint64_t features = 0, exact = 0;
  friend bool operator==(const RunSums&, const RunSums&) = default;
  void add_feature(std::uint32_t mixed, std::uint32_t function, std::uint32_t lists) {
    features += mix(std::uint64_t{mixed} << 32 | function, lists);
  }
  void add_exact(std::uint64_t hash, std::uint32_t function) { exact += mix(hash, function); }
};

class RowVerifier {
 public:
  RowVerifier(PostgresConnection& connection, const Placement& placement, const Directory& directory)
      : connection_(connection), placement_(placement), directory_(directory) {}

  Status check_run(const DirectoryRun& run) {
    run_ = &run;
    RunSums by_postings, by_prints;
    const std::size_t before = report_.problems.size();
    std::vector<RowKey> long_keys;
    PROVA_TRY(each_row(StoredTable::kPostings, 1U << run.bits, [&](std::uint32_t number, ByteView packed) {
      return check_postings(number, packed, by_postings, long_keys);
    }));
    PROVA_TRY(check_long(long_keys, by_postings));
    PROVA_TRY(each_row(StoredTable::kPrints, run.functions, [&](std::uint32_t number, ByteView packed) {
      UnpackedPrint print;
      if (!unpack_print(packed, print)) return false;
      for (std::size_t k = 0; k < print.keys.size(); ++k) by_prints.add_feature(mix_key(print.keys[k]), number, print.lists[k]);
      if (print.exact != 0) by_prints.add_exact(print.exact, number);
      return true;
    }));
    if (report_.problems.size() == before && !(by_postings == by_prints)) problem(fmt::format("run {}: postings differ from prints", run.id));
    report_.functions += run.functions - run.dead;
    return {};
  }

  Status check_blocks(const std::vector<std::pair<SampleId, SampleRecord>>& records) {
    report_.samples = records.size();
    std::vector<std::pair<std::int64_t, std::size_t>> blocks;  // Address and index in the directory's samples.
    for (std::size_t i = 0; i < directory_.samples.size(); ++i) blocks.emplace_back(directory_.samples[i].block, i);
    std::sort(blocks.begin(), blocks.end());
    std::vector<std::int64_t> addresses;
    for (std::size_t begin = 0; begin < blocks.size(); begin += kRowsAtOnce) {
      const std::size_t end = std::min(blocks.size(), begin + kRowsAtOnce);
      addresses.clear();
      for (std::size_t i = begin; i < end; ++i) addresses.push_back(blocks[i].first);
      PROVA_TRY(read_rows(StoredTable::kBlocks, addresses, [&](std::size_t i, ByteView packed) {
        const DirectorySample& sample = directory_.samples[blocks[begin + i].second];
        const auto record = std::lower_bound(records.begin(), records.end(), SampleId{sample.id},
                                             [](const auto& one, SampleId wanted) { return one.first < wanted; });
        const auto stored = unpack_block(packed, sample.functions);
        if (!stored) return false;
        if (record == records.end() || record->first != SampleId{sample.id} || !(stored->record == record->second)) {
          problem(fmt::format("sample {} differs from its record in the catalogue", sample.id));
        }
        return true;
      }));
    }
    return {};
  }

  VerifyReport take_report() { return std::move(report_); }

 private:
  void problem(std::string text) {
    if (report_.problems.size() < kMaxProblems) report_.problems.push_back(std::move(text));
  }

  /// Calls check(number, packed) for the rows 0 to count of a table.
  template <typename Check>
  Status each_row(StoredTable table, std::uint32_t count, const Check& check) {
    std::vector<std::int64_t> addresses;
    for (std::uint32_t begin = 0; begin < count; begin += std::min(kRowsAtOnce, count - begin)) {
      addresses.clear();
      for (std::uint32_t i = begin; i < count && i - begin < kRowsAtOnce; ++i) addresses.push_back(row_address(run_->id, i));
      PROVA_TRY(read_rows(table, addresses, [&](std::size_t i, ByteView packed) { return check(begin + static_cast<std::uint32_t>(i), packed); }));
    }
    return {};
  }

  /// Missing and damaged rows are problems.
  template <typename Check>
  Status read_rows(StoredTable table, const std::vector<std::int64_t>& addresses, const Check& check) {
    auto fetched = fetch_rows(connection_, placement_, table, addresses);
    if (!fetched && fetched.error().code == ErrorCode::kNotFound) {
      problem(fetched.error().message);
      return {};
    }
    if (!fetched) return tl::unexpected<Error>(std::move(fetched).error());
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      report_.bytes_read += fetched->packed(i).size();
      if (!check(i, fetched->packed(i))) {
        problem(fmt::format("row {} of run {} in {} is damaged", number_of(addresses[i]), run_of(addresses[i]), name_of(table)));
      }
    }
    return {};
  }

  bool check_postings(std::uint32_t number, ByteView packed, RunSums& sums, std::vector<RowKey>& long_keys) {
    PostingsRow row;
    if (!decode_postings_row(packed, number, run_->bits, row)) return false;
    bool good = true;
    for (const bool exact : {false, true}) {
      for (const RowKey& key : exact ? row.exact : row.features) {
        if (key.postings.is_long) {
          long_keys.push_back(key);
          long_keys.back().postings.lists |= exact ? 4U : 0U;  // Which sum it belongs to.
        } else {
          good = good && add_list(key, exact, key.postings.body, sums);
        }
      }
    }
    return good;
  }

  bool add_list(const RowKey& key, bool exact, ByteView body, RunSums& sums) const {
    return for_each_posting(key.postings, body, run_->functions, [&](std::uint32_t function, std::uint32_t lists) {
      if (exact) {
        sums.add_exact(key.key, function);
      } else {
        sums.add_feature(static_cast<std::uint32_t>(key.key), function, lists);
      }
    });
  }

  Status check_long(std::vector<RowKey>& keys, RunSums& sums) {
    std::sort(keys.begin(), keys.end(), [](const RowKey& a, const RowKey& b) { return a.postings.number < b.postings.number; });
    bool numbered = keys.size() == run_->long_lists;
    for (std::size_t i = 0; i < keys.size(); ++i) numbered = numbered && keys[i].postings.number == i;
    if (!numbered) {
      problem(fmt::format("run {}: its rows name {} long lists, the catalogue {}", run_->id, keys.size(), run_->long_lists));
      return {};
    }
    return each_row(StoredTable::kLongPostings, static_cast<std::uint32_t>(keys.size()), [&](std::uint32_t number, ByteView packed) {
      RowKey key = keys[number];
      const bool exact = (key.postings.lists & 4) != 0;
      key.postings.lists &= 3;
      return add_list(key, exact, packed, sums);
    });
  }

  PostgresConnection& connection_;
  const Placement& placement_;
  const Directory& directory_;
  const DirectoryRun* run_ = nullptr;
  VerifyReport report_;
};

}  // namespace

Result<VerifyReport> verify_rows(PostgresConnection& connection, const Placement& placement, const Directory& directory,
                                 const std::vector<std::pair<SampleId, SampleRecord>>& records) {
  RowVerifier verifier(connection, placement, directory);
  for (const DirectoryRun& run : directory.runs) PROVA_TRY(verifier.check_run(run));
  PROVA_TRY(verifier.check_blocks(records));
  return verifier.take_report();
}

}  // namespace prova
