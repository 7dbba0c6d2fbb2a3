#pragma once
// The programs that training and measuring work on: builds listed by build_corpus, and unrelated programs of the
// distribution.

#include <filesystem>
#include <string>
#include <vector>

#include "fingerprint/select.h"
#include "kinship/fingerprint_store.h"

namespace prova::bench {

/// One program with the features of its functions. `program` keeps what fingerprinting needs: no blocks, no image.
struct CorpusProgram {
  std::string set, project, compiler, level, path;
  Program program;
  std::vector<FunctionFeatures> features;
  StoredSample sample;  ///< Fingerprinted by refingerprint(); function names are the ground truth.
};

/// A line of corpus.tsv: set, project, compiler, level, path, separated by tabs; lines that begin with # are comments.
struct CorpusEntry {
  std::string set, project, compiler, level, path;
};
[[nodiscard]] Result<std::vector<CorpusEntry>> read_corpus(const std::filesystem::path& list);

/// Loads the entries, in their order, on `threads` threads. Entries that cannot be loaded are named on stderr and left
/// out.
[[nodiscard]] std::vector<CorpusProgram> load_programs(const std::vector<CorpusEntry>& entries, unsigned threads);

/// Computes the sample's fingerprints anew.
void refingerprint(CorpusProgram& program, const FeatureWeights& weights, const Selection& selection = {});

/// The sample without the functions for which `keep` is false; calls are renumbered.
[[nodiscard]] StoredSample subset(const StoredSample& sample, const std::vector<char>& keep);
/// The functions of both, `b` behind `a`, as if linked into one program that never calls between them.
[[nodiscard]] StoredSample joined(const StoredSample& a, const StoredSample& b);
/// The name in the source: without what GCC and clang append to parts and copies of one function (`.part.0`, `.constprop.1`,
/// `.isra.0`, `.cold`, `.llvm.123`). Such a part is no stranger: where truth is told by names, it is the function.
[[nodiscard]] std::string_view source_name(std::string_view name);
/// A choice of about `share` of the functions that depends only on their source names and `seed`: parts go together.
[[nodiscard]] std::vector<char> choose_by_name(const StoredSample& sample, double share, std::uint64_t seed);

}  // namespace prova::bench
