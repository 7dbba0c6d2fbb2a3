#pragma once
// Recall@1 and MRR@10 under the protocol of the published figures: named functions of at least 5 blocks whose name
// occurs once per build; pool = all such functions of the other build; names hidden from the engine; pessimistic ties
// (a rival of equal score ranks before the truth).

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "corpus_programs.h"

namespace prova::bench {

constexpr std::uint32_t kLeastBlocks = 5;

/// Functions of at least kLeastBlocks blocks whose name occurs once, by name.
[[nodiscard]] std::map<std::string, std::uint32_t> eligible(const StoredSample& sample);

/// Ends of the 95 % Wilson interval of `hits` in `trials`; {0, 0} without trials.
[[nodiscard]] std::pair<double, double> wilson_interval(std::size_t hits, std::size_t trials);

struct Recall {
  std::size_t queries = 0, pool = 0, first = 0;
  double reciprocal = 0;  ///< Sum over queries of 1 / rank, for ranks up to 10.

  /// `rank` 0: not found at all.
  void add(std::size_t rank);
  [[nodiscard]] double r1() const;
  [[nodiscard]] double mrr() const;
};

/// Stages, in the order of the columns.
enum class Stage : std::uint8_t { kOwn, kCallees, kCallGraph, kOrder };
constexpr std::size_t kStages = 4;

/// Recall of every stage of matching for `query` against `pool`. Queries are the eligible functions of `query` that are
/// eligible in `pool` too.
[[nodiscard]] std::array<Recall, kStages> recall(const StoredSample& query, const StoredSample& pool);

/// Builds that are compared, as COMPILER-LEVEL.
struct BuildPair {
  const char* query;
  const char* pool;
};
/// The pairs for which peers have published figures (the first nine), then further ones.
inline constexpr BuildPair kPairs[] = {
    {"gcc-12-O0", "gcc-12-O2"},     {"clang-14-O0", "clang-14-O3"}, {"gcc-12-O0", "clang-14-O3"},
    {"gcc-12-O2", "clang-14-O2"},   {"gcc-12-O2", "gcc-12-Os"},     {"gcc-12-O1", "gcc-12-O2"},
    {"gcc-12-O2", "gcc-12-O3"},     {"clang-19-O0", "gcc-12-O2"},   {"gcc-12-O2", "clang-19-O2"},
    {"clang-19-O0", "clang-19-O2"}, {"x86_64-w64-mingw32-gcc-O2", "gcc-12-O2"},
    {"i686-w64-mingw32-gcc-O2", "gcc-12-O2"}, {"aarch64-linux-gnu-gcc-O2", "gcc-12-O2"},
    {"aarch64-linux-gnu-gcc-O2", "aarch64-linux-gnu-gcc-O0"}, {"arm-linux-gnueabihf-gcc-O2", "gcc-12-O2"}};

/// All builds COMPILER-LEVEL among `programs` as one program; names carry the project, so that none collide.
[[nodiscard]] StoredSample pooled(const std::vector<CorpusProgram>& programs, const std::string& build);

}  // namespace prova::bench
