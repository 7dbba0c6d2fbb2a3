#include "workbench/learn.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/date.h"
#include "kinship/learn.h"
#include "kinship/parallel.h"
#include "workbench/opened_file.h"

namespace prova {
namespace {

/// What one file became.
struct Analyzed {
  std::vector<StoredSample> samples;
  LearnedFile file;
  std::optional<Error> error;
};

Status check(const LearnOptions& options) {
  if (options.family.empty()) return fail(ErrorCode::kUsage, "a family is needed: --family NAME");
  if (options.family.size() > 200) return fail(ErrorCode::kUsage, "a family's name has at most 200 bytes");
  if (!options.first_seen.empty() && !parse_day(options.first_seen)) {
    return fail(ErrorCode::kUsage, fmt::format("first seen is '{}', a date YYYY-MM-DD is expected", options.first_seen));
  }
  return {};
}

std::uint64_t fingerprinted(const StoredSample& sample) {
  return static_cast<std::uint64_t>(std::count_if(sample.functions.begin(), sample.functions.end(), [](const auto& f) {
    return f.kind == FunctionKind::kFunction;
  }));
}

Analyzed analyze(const std::filesystem::path& path, const LearnOptions& options, unsigned threads) {
  Analyzed result;
  result.file.path = path.string();
  auto opened = open_file(path);
  if (!opened) {
    result.error = std::move(opened).error();
    return result;
  }
  result.file.sha256 = to_hex(opened->sha256);
  result.file.defects = opened->loaded.defects;
  for (const BinaryImage& image : opened->loaded.images) {
    SampleRecord record;
    record.sha256 = opened->sha256;
    record.member = image.member;
    record.name = path.filename().string();
    record.family = options.family;
    record.actor = options.actor;
    record.role = options.role;
    record.version = options.version;
    record.first_seen = options.first_seen;
    auto sample = make_stored_sample(image, std::move(record), threads);
    if (!sample) {
      result.error = std::move(sample).error();
      result.error->file = path.string();
      continue;
    }
    for (const Defect& defect : image.defects) add_defect(result.file.defects, defect.offset, defect.message);
    ++result.file.programs;
    result.file.functions += fingerprinted(*sample);
    result.samples.push_back(*std::move(sample));
  }
  if (!result.samples.empty()) result.error.reset();
  return result;
}

}  // namespace

Result<LearnOutcome> learn(std::span<const std::string> named, const LearnOptions& options, FingerprintStore& store,
                           const Progress& progress) {
  PROVA_TRY(check(options));
  Inputs inputs = expand_inputs(named);
  LearnOutcome outcome;
  outcome.failed = std::move(inputs.failed);
  std::vector<StoredSample> batch;
  std::uint64_t batch_functions = 0;
  const auto commit = [&]() -> Status {
    if (batch.empty()) return {};
    PROVA_TRY(store.add(batch));
    outcome.samples += batch.size();
    outcome.functions += batch_functions;
    ++outcome.batches;
    batch.clear();
    batch_functions = 0;
    return {};
  };
  const std::size_t window = inputs.files.size() == 1 ? 1 : std::max(1U, options.threads) * 4;
  for (std::size_t first = 0; first < inputs.files.size(); first += window) {
    progress.at("Learning files", first, inputs.files.size());
    const std::size_t count = std::min(window, inputs.files.size() - first);
    std::vector<Analyzed> done(count);
    const unsigned inside = count == 1 ? options.threads : 1;
    parallel_for(count, options.threads,
                 [&](std::size_t i) { done[i] = analyze(inputs.files[first + i], options, inside); });
    if (progress.stop()) {
      outcome.interrupted = true;
      return outcome;
    }
    for (Analyzed& one : done) {
      if (one.error) {
        outcome.failed.push_back({one.file.path, *std::move(one.error)});
        continue;
      }
      batch_functions += one.file.functions;
      std::move(one.samples.begin(), one.samples.end(), std::back_inserter(batch));
      outcome.learned.push_back(std::move(one.file));
    }
    if (batch_functions >= kMaxFunctionsPerBatch) PROVA_TRY(commit());
  }
  progress.at("Writing the index", inputs.files.size(), inputs.files.size());
  PROVA_TRY(commit());
  return outcome;
}

}  // namespace prova
