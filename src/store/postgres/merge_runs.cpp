#include "store/postgres/merge_runs.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/postgres/fetch_rows.h"

namespace prova {
namespace {

/// Prints that are copied with one statement.
constexpr std::size_t kPrintsAtOnce = 8'192;
/// Parts that the key space is cut into at most: each costs two statements.
constexpr unsigned kMaxPartBits = 10;

class RunMerge {
 public:
  RunMerge(IndexWriter& writer, PostgresConnection& reader, const Directory& directory,
           std::span<const std::uint32_t> runs)
      : writer_(writer), reader_(reader), directory_(directory), runs_(runs) {}

  Status run() {
    number_functions();
    PROVA_TRY(run, writer_.begin_run());
    run_ = run;
    PROVA_TRY(merge_postings());
    PROVA_TRY(copy_prints());
    return publish();
  }

 private:
  /// Samples keep the order of their ids; their functions are numbered anew.
  void number_functions() {
    part_bits_ = kMaxPartBits;
    for (const std::uint32_t run : runs_) {
      const DirectoryRun& old = directory_.runs[run];
      samples_.insert(samples_.end(), old.samples.begin(), old.samples.end());
      summary_.postings += old.postings;
      part_bits_ = std::min(part_bits_, old.bits);
    }
    std::sort(samples_.begin(), samples_.end());
    new_first_.resize(directory_.samples.size());
    for (const std::uint32_t sample : samples_) {
      new_first_[sample] = static_cast<std::uint32_t>(summary_.functions);
      summary_.functions += directory_.samples[sample].functions;
    }
    summary_.bits = std::max(row_bits(summary_.postings), part_bits_);
    summary_.postings = 0;  // From here on: of the new run.
  }

  /// The new number of a function, unless it was removed. `at` goes on from call to call, for functions ascend.
  [[nodiscard]] std::optional<std::uint32_t> renumber(const DirectoryRun& old, std::uint32_t function) const {
    const auto after = std::upper_bound(old.samples.begin(), old.samples.end(), function, [&](std::uint32_t wanted, std::uint32_t index) {
      return wanted < directory_.samples[index].first_function;
    });
    if (after == old.samples.begin()) return std::nullopt;
    const DirectorySample& sample = directory_.samples[*(after - 1)];
    if (function - sample.first_function >= sample.functions) return std::nullopt;
    return new_first_[*(after - 1)] + (function - sample.first_function);
  }

  Status merge_postings() {
    RunRows rows;
    std::uint32_t long_written = 0;
    const unsigned new_shift = summary_.bits - part_bits_;
    for (std::uint32_t part = 0; part < 1U << part_bits_; ++part) {
      words_.clear();
      exact_.clear();
      for (const std::uint32_t run : runs_) PROVA_TRY(read_part(directory_.runs[run], part));
      std::sort(words_.begin(), words_.end());
      std::sort(exact_.begin(), exact_.end());
      summary_.postings += words_.size();
      const std::uint32_t first = part << new_shift;
      append_postings_rows(first, first + (1U << new_shift), summary_.bits, words_, exact_, rows);
      PROVA_TRY(writer_.insert_rows(StoredTable::kPostings, run_, first, rows.postings));
      const std::span<std::string> fresh = std::span(rows.long_postings).subspan(long_written);
      PROVA_TRY(writer_.insert_rows(StoredTable::kLongPostings, run_, long_written, fresh));
      summary_.bytes += rows.bytes();
      for (std::string& list : fresh) list = std::string();  // Its number stays taken.
      long_written = static_cast<std::uint32_t>(rows.long_postings.size());
      rows.postings.clear();
    }
    summary_.long_lists = long_written;
    return {};
  }

  /// Adds what one old run has in one part of the key space to words_ and exact_.
  Status read_part(const DirectoryRun& old, std::uint32_t part) {
    const unsigned shift = old.bits - part_bits_;
    std::vector<std::int64_t> addresses, long_addresses;
    for (std::uint32_t row = part << shift; row < (part + 1) << shift; ++row) addresses.push_back(row_address(old.id, row));
    PROVA_TRY(fetched, fetch_rows(reader_, writer_.placement(), StoredTable::kPostings, addresses));
    std::vector<PostingsRow> decoded(addresses.size());
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      if (!decode_postings_row(fetched.packed(i), number_of(addresses[i]), old.bits, decoded[i])) return damaged(addresses[i]);
      for (const auto* keys : {&decoded[i].features, &decoded[i].exact}) {
        for (const RowKey& key : *keys) {
          if (key.postings.is_long) long_addresses.push_back(row_address(old.id, key.postings.number));
        }
      }
    }
    std::sort(long_addresses.begin(), long_addresses.end());
    PROVA_TRY(long_rows, fetch_rows(reader_, writer_.placement(), StoredTable::kLongPostings, long_addresses));
    const auto body_of = [&](const PostingList& list) {
      if (!list.is_long) return list.body;
      const auto at = std::lower_bound(long_addresses.begin(), long_addresses.end(), row_address(old.id, list.number));
      return long_rows.packed(static_cast<std::size_t>(at - long_addresses.begin()));
    };
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      if (!take_row(old, decoded[i], body_of)) return damaged(addresses[i]);
    }
    return {};
  }

  template <typename BodyOf>
  [[nodiscard]] bool take_row(const DirectoryRun& old, const PostingsRow& row, const BodyOf& body_of) {
    bool good = true;
    for (const RowKey& key : row.features) {
      good = good && for_each_posting(key.postings, body_of(key.postings), old.functions, [&](std::uint32_t function, std::uint32_t lists) {
        if (const auto number = renumber(old, function)) words_.push_back(pack_word(static_cast<std::uint32_t>(key.key), *number, lists));
      });
    }
    for (const RowKey& key : row.exact) {
      good = good && for_each_posting(key.postings, body_of(key.postings), old.functions, [&](std::uint32_t function, std::uint32_t) {
        if (const auto number = renumber(old, function)) exact_.push_back({key.key, *number});
      });
    }
    return good;
  }

  tl::unexpected<Error> damaged(std::int64_t address) const {
    return tl::unexpected<Error>(Error{ErrorCode::kStore, fmt::format("row {} of run {} in postings is damaged", number_of(address), run_of(address)),
                                       std::nullopt, reader_.server()});
  }

  /// Prints hold keys, not numbers: they are copied as they are.
  Status copy_prints() {
    std::vector<std::int64_t> addresses;
    std::uint32_t written = 0;
    const auto flush = [&]() -> Status {
      std::vector<std::int64_t> sorted = addresses;
      std::sort(sorted.begin(), sorted.end());
      PROVA_TRY(fetched, fetch_rows(reader_, writer_.placement(), StoredTable::kPrints, sorted));
      std::vector<std::string> prints;
      for (const std::int64_t address : addresses) {
        const auto at = std::lower_bound(sorted.begin(), sorted.end(), address);
        prints.emplace_back(as_text(fetched.packed(static_cast<std::size_t>(at - sorted.begin()))));
        summary_.bytes += prints.back().size();
      }
      PROVA_TRY(writer_.insert_rows(StoredTable::kPrints, run_, written, prints));
      written += static_cast<std::uint32_t>(addresses.size());
      addresses.clear();
      return {};
    };
    for (const std::uint32_t index : samples_) {
      const DirectorySample& sample = directory_.samples[index];
      for (std::uint32_t i = 0; i < sample.functions; ++i) {
        addresses.push_back(row_address(directory_.runs[sample.run].id, sample.first_function + i));
        if (addresses.size() == kPrintsAtOnce) PROVA_TRY(flush());
      }
    }
    return flush();
  }

  Status publish() {
    std::vector<std::int64_t> ids, firsts, olds;
    for (const std::uint32_t sample : samples_) {
      ids.push_back(directory_.samples[sample].id);
      firsts.push_back(new_first_[sample]);
    }
    for (const std::uint32_t run : runs_) olds.push_back(directory_.runs[run].id);
    PROVA_TRY(none, writer_.take_ids(directory_.runs[runs_.front()].compartment, 0));
    PROVA_TRY(writer_.publish_run(run_, summary_));
    PROVA_TRY(moved, writer_.coordinator().run(
        "UPDATE prova.samples SET run = $1, first_function = place.first FROM unnest($2, $3) AS place (id, first) "
        "WHERE samples.id = place.id AND samples.run = ANY ($4)",
        SqlParameters().add(run_).add_all(ids).add_all(firsts).add_all(olds)));
    olds.push_back(run_);  // Where all its samples were removed meanwhile.
    return writer_.drop_empty_runs(olds);
  }

  IndexWriter& writer_;
  PostgresConnection& reader_;
  const Directory& directory_;
  std::span<const std::uint32_t> runs_;
  std::int32_t run_ = 0;
  unsigned part_bits_ = 0;
  IndexWriter::RunSummary summary_;
  std::vector<std::uint32_t> samples_;    ///< Indices in the directory; ascending, so ids ascend.
  std::vector<std::uint32_t> new_first_;  ///< Per sample of the directory.
  std::vector<std::uint64_t> words_;
  std::vector<ExactHash> exact_;
};

}  // namespace

std::vector<std::uint32_t> runs_in_order(const Directory& directory, std::int16_t compartment) {
  std::vector<std::uint32_t> runs;
  for (std::uint32_t i = 0; i < directory.runs.size(); ++i) {
    if (directory.runs[i].compartment == compartment && !directory.runs[i].samples.empty()) runs.push_back(i);
  }
  const auto first_id = [&](std::uint32_t run) {
    const auto& samples = directory.runs[run].samples;
    return *std::min_element(samples.begin(), samples.end());
  };
  std::sort(runs.begin(), runs.end(), [&](std::uint32_t a, std::uint32_t b) { return first_id(a) < first_id(b); });
  return runs;
}

Status merge_runs(IndexWriter& writer, PostgresConnection& reader, const Directory& directory,
                  std::span<const std::uint32_t> runs) {
  return RunMerge(writer, reader, directory, runs).run();
}

}  // namespace prova
