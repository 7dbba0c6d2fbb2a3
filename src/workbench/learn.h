#pragma once
// Adds samples to the index: the use case behind `prova learn`.

#include <span>
#include <string>
#include <vector>

#include "kinship/fingerprint_store.h"
#include "workbench/inputs.h"
#include "workbench/progress.h"

namespace prova {

/// One call is one transaction unless it holds more functions than this; then it is committed in several. Bounds
/// memory: a stored function takes about 1 KB before it is written.
constexpr std::uint64_t kMaxFunctionsPerBatch = 500'000;

struct LearnOptions {
  std::string family;               ///< Not empty.
  std::string actor, version;       ///< May be empty.
  std::string first_seen;           ///< YYYY-MM-DD or empty.
  SampleRole role = SampleRole::kMalware;
  unsigned threads = 1;
};

struct LearnedFile {
  std::string path, sha256;
  std::uint64_t programs = 0;   ///< Members of an archive or fat file count one each.
  std::uint64_t functions = 0;  ///< With a fingerprint: thunks and PLT stubs left out.
  std::vector<Defect> defects;
};

struct LearnOutcome {
  std::vector<LearnedFile> learned;
  std::vector<FailedInput> failed;
  std::uint64_t samples = 0, functions = 0, batches = 0;
  bool interrupted = false;         ///< Nothing of the unfinished batch is in the index.
};

/// Reads, analyses and adds every file. A file that cannot be analysed is listed and the rest goes on.
/// Errors: kUsage (options); those of the store: then nothing of the failed batch is in the index.
[[nodiscard]] Result<LearnOutcome> learn(std::span<const std::string> named, const LearnOptions& options,
                                         FingerprintStore& store, const Progress& progress = {});

}  // namespace prova
