#pragma once
// Families: programs of unseen compilers and levels against an index that knows one build of each project.

#include <filesystem>
#include <string>
#include <vector>

#include "corpus_programs.h"

namespace prova::bench {

/// What the engine answered to one program.
struct FamilyAnswer {
  std::string project;       ///< Empty: its project is not in the index.
  std::size_t rank = 0;      ///< Of the true family, 1 is first; 0: not named. Ties count against it.
  double true_lr = 0;        ///< log10 LR of the true family.
  double best_wrong_lr = 0;  ///< Largest log10 LR of another family; -9 when none is named.
};

/// Learns the build `known` of every project as a family and `goodware` as ordinary software into an index in
/// `directory` (made anew), then matches every other build of those projects and every stranger.
/// Errors: those of the store.
[[nodiscard]] Result<std::vector<FamilyAnswer>> match_families(const std::vector<CorpusProgram>& projects,
                                                               const std::vector<CorpusProgram>& strangers,
                                                               const std::vector<CorpusProgram>& goodware,
                                                               const std::string& known,
                                                               const std::filesystem::path& directory,
                                                               unsigned threads);

}  // namespace prova::bench
