#include "workbench/learn.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>

#include "base/date.h"
#include "base/file.h"
#include "kinship/learn.h"
#include "workbench/analyzed_file.h"
#include "workbench/isolated_work.h"

namespace prova {
namespace {

/// The record of a file before anything is known of its content.
SampleRecord given_record(const LearnOptions& options) {
  SampleRecord record;
  record.family = options.family;
  record.actor = options.actor;
  record.role = options.role;
  record.version = options.version;
  record.first_seen = options.first_seen;
  return record;
}

/// Digests of the files that were learned under the names that are given now.
Result<std::set<Sha256>> known_files(const FingerprintStore& store, const LearnOptions& options) {
  std::set<Sha256> known;
  if (options.again) return known;
  PROVA_TRY(samples, store.samples());
  for (const auto& [id, record] : samples) {
    if (record.family == options.family && record.actor == options.actor && record.role == options.role &&
        record.version == options.version && record.first_seen == options.first_seen) {
      known.insert(record.sha256);
    }
  }
  return known;
}

/// Collects what was analysed and commits it in batches.
class Learner {
 public:
  Learner(FingerprintStore& store, LearnOutcome& outcome) : store_(store), outcome_(outcome) {}

  Status take(AnalyzedFile file) {
    if (file.known) {
      ++outcome_.skipped;
      return {};
    }
    if (file.error) {
      outcome_.failed.push_back({file.file.path, *std::move(file.error)});
      return {};
    }
    functions_ += file.file.functions;
    ++files_;
    std::move(file.samples.begin(), file.samples.end(), std::back_inserter(batch_));
    outcome_.learned.push_back(std::move(file.file));
    return functions_ >= kMaxFunctionsPerBatch || files_ >= kMaxFilesPerBatch ? commit() : Status{};
  }

  Status commit() {
    if (batch_.empty()) return {};
    PROVA_TRY(store_.add(batch_));
    outcome_.samples += batch_.size();
    outcome_.functions += functions_;
    ++outcome_.batches;
    batch_.clear();
    functions_ = files_ = 0;
    return {};
  }

 private:
  FingerprintStore& store_;
  LearnOutcome& outcome_;
  std::vector<StoredSample> batch_;
  std::uint64_t functions_ = 0, files_ = 0;
};

}  // namespace

Status check_learn_options(const LearnOptions& options) {
  if (options.family.empty()) return fail(ErrorCode::kUsage, "a family is needed: --family NAME");
  if (options.family.size() > 200) return fail(ErrorCode::kUsage, "a family's name has at most 200 bytes");
  if (!options.first_seen.empty() && !parse_day(options.first_seen)) {
    return fail(ErrorCode::kUsage, fmt::format("first seen is '{}', a date YYYY-MM-DD is expected", options.first_seen));
  }
  return {};
}

Result<LearnOutcome> learn(std::span<const std::string> named, const LearnOptions& options, FingerprintStore& store,
                           const Progress& progress) {
  PROVA_TRY(check_learn_options(options));
  PROVA_TRY(known, known_files(store, options));
  Inputs inputs = expand_inputs(named);
  LearnOutcome outcome;
  outcome.failed = std::move(inputs.failed);
  Learner learner(store, outcome);
  const SampleRecord given = given_record(options);
  const std::size_t count = inputs.files.size();
  if (count == 1) {
    progress.at("Learning files", 0, 1);
    PROVA_TRY(learner.take(analyze_file(inputs.files.front(), given, known, options.threads)));
  } else {
    Status taken;
    const auto work = [&](std::size_t i) { return encode(analyze_file(inputs.files[i], given, known, 1)); };
    const auto done = [&](std::size_t i, const Result<std::string>& bytes) {
      progress.at("Learning files", i, count);
      taken = learner.take(decode_analyzed(inputs.files[i], bytes));
      outcome.interrupted = progress.stop();
      return taken && !outcome.interrupted;
    };
    PROVA_TRY(run_isolated(count, options.threads, {}, work, done));
    PROVA_TRY(taken);
  }
  outcome.interrupted = outcome.interrupted || progress.stop();
  if (outcome.interrupted) return outcome;
  progress.at("Writing the index", count, count);
  PROVA_TRY(learner.commit());
  return outcome;
}

}  // namespace prova
