#pragma once
// Adds samples to the index: the use case behind `prova learn`.

#include <span>
#include <string>
#include <vector>

#include "kinship/fingerprint_store.h"
#include "workbench/inputs.h"
#include "workbench/learned_file.h"
#include "workbench/progress.h"

namespace prova {

/// One call is one transaction unless it holds more functions than this; then it is committed in several. Bounds
/// memory: a stored function takes about 1 KB before it is written.
constexpr std::uint64_t kMaxFunctionsPerBatch = 500'000;
/// Of more files than this, a batch is committed as well: whoever learns a whole collection and is interrupted goes on
/// where it stopped, for what is in the index is skipped.
constexpr std::size_t kMaxFilesPerBatch = 1'000;

struct LearnOptions {
  std::string family;               ///< Not empty.
  std::string actor, version;       ///< May be empty.
  std::string first_seen;           ///< YYYY-MM-DD or empty.
  SampleRole role = SampleRole::kMalware;
  unsigned threads = 1;
  /// Also files that the index has already, under the same family, actor, role, version and date: their fingerprints
  /// would come out the same unless the analysis itself became better.
  bool again = false;
};

struct LearnOutcome {
  std::vector<LearnedFile> learned;
  std::vector<FailedInput> failed;
  std::uint64_t skipped = 0;        ///< Files that the index had already.
  std::uint64_t samples = 0, functions = 0, batches = 0;
  bool interrupted = false;         ///< Nothing of the unfinished batch is in the index.
};

/// Errors: kUsage (no family, or one of more than 200 bytes; first_seen is no date).
[[nodiscard]] Status check_learn_options(const LearnOptions& options);

/// Reads, analyses and adds every file. A file that cannot be analysed is listed and the rest goes on; of several files
/// each is analysed in a process of its own (run_isolated), so that one that crashes or exhausts the analysis is listed, too.
/// Files that were learned before under the same names are skipped (LearnOptions::again).
/// Errors: kUsage (options); those of the store: then nothing of the failed batch is in the index.
[[nodiscard]] Result<LearnOutcome> learn(std::span<const std::string> named, const LearnOptions& options,
                                         FingerprintStore& store, const Progress& progress = {});

}  // namespace prova
