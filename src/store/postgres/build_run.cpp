#include "store/postgres/build_run.h"

#include <fmt/format.h>

#include <algorithm>

namespace prova {
namespace {

void collect(const Fingerprint& print, std::uint32_t function, std::vector<std::uint64_t>& words) {
  auto own = print.own.begin();
  auto with = print.with_callees.begin();
  while (own != print.own.end() || with != print.with_callees.end()) {
    const bool take_own = own != print.own.end() && (with == print.with_callees.end() || *own <= *with);
    const bool take_with = with != print.with_callees.end() && (own == print.own.end() || *with <= *own);
    words.push_back(pack_word(mix_key(take_own ? *own : *with), function, (take_own ? 1U : 0U) | (take_with ? 2U : 0U)));
    if (take_own) ++own;
    if (take_with) ++with;
  }
}

std::uint32_t row_of_word(std::uint64_t word, unsigned bits) { return row_of(static_cast<std::uint32_t>(word >> 32), bits); }
std::uint32_t row_of_exact(const ExactHash& hash, unsigned bits) { return row_of(static_cast<std::uint32_t>(hash.exact >> 32), bits); }

}  // namespace

std::uint64_t RunRows::bytes() const {
  std::uint64_t sum = 0;
  for (const auto* rows : {&postings, &long_postings, &prints}) {
    for (const std::string& row : *rows) sum += row.size();
  }
  return sum;
}

void append_postings_rows(std::uint32_t first, std::uint32_t last, unsigned bits, std::span<const std::uint64_t> words,
                          std::span<const ExactHash> exact, RunRows& rows) {
  std::vector<PackedPosting> postings;
  std::size_t w = 0, e = 0;
  for (std::uint32_t row = first; row < last; ++row) {
    PostingsRowWriter writer(row, bits);
    while (w < words.size() && row_of_word(words[w], bits) == row) {
      const auto mixed = static_cast<std::uint32_t>(words[w] >> 32);
      postings.clear();
      for (; w < words.size() && words[w] >> 32 == mixed; ++w) postings.push_back(static_cast<PackedPosting>(words[w]));
      writer.add_feature(mixed, postings, rows.long_postings);
    }
    while (e < exact.size() && row_of_exact(exact[e], bits) == row) {
      const std::uint64_t hash = exact[e].exact;
      postings.clear();
      for (; e < exact.size() && exact[e].exact == hash; ++e) postings.push_back(exact[e].function << 2 | 3U);
      writer.add_exact(hash, postings, rows.long_postings);
    }
    rows.postings.push_back(writer.finish());
  }
}

Result<RunRows> build_run(std::span<const StoredSample* const> samples) {
  RunRows rows;
  std::uint64_t functions = 0;
  for (const StoredSample* sample : samples) {
    rows.first_functions.push_back(static_cast<std::uint32_t>(functions));
    functions += sample->functions.size();
    if (functions > kMaxRunFunctions) {
      return fail(ErrorCode::kLimit, fmt::format("more than {} functions in one batch", kMaxRunFunctions));
    }
    PROVA_TRY(block, pack_block(*sample));
    rows.blocks.push_back(std::move(block));
  }
  std::vector<std::uint64_t> words;
  std::vector<ExactHash> exact;
  rows.prints.reserve(static_cast<std::size_t>(functions));
  for (const StoredSample* sample : samples) {
    for (const StoredFunction& stored : sample->functions) {
      const auto function = static_cast<std::uint32_t>(rows.prints.size());
      collect(stored.fingerprint, function, words);
      if (stored.fingerprint.exact != 0) exact.push_back({stored.fingerprint.exact, function});
      rows.prints.push_back(pack_print(stored.fingerprint));
    }
  }
  std::sort(words.begin(), words.end());
  std::sort(exact.begin(), exact.end());
  rows.features = words.size();
  rows.bits = row_bits(rows.features);
  append_postings_rows(0, 1U << rows.bits, rows.bits, words, exact, rows);
  return rows;
}

}  // namespace prova
