#include "workbench/match.h"

#include "workbench/opened_file.h"

namespace prova {

Result<MatchOutcome> match_files(std::span<const std::string> named, const FingerprintStore& store,
                                 const MatchOptions& options, const std::optional<RawLayout>& raw,
                                 const Progress& progress) {
  Inputs inputs = expand_inputs(named);
  MatchOutcome outcome;
  outcome.failed = std::move(inputs.failed);
  for (std::size_t i = 0; i < inputs.files.size(); ++i) {
    progress.at("Matching files", i, inputs.files.size());
    if (progress.stop()) {
      outcome.interrupted = true;
      break;
    }
    const auto opened = open_file(inputs.files[i], raw);
    if (!opened) {
      outcome.failed.push_back({inputs.files[i].string(), opened.error()});
      continue;
    }
    for (const BinaryImage& image : opened->loaded.images) {
      SampleRecord identity;
      identity.sha256 = opened->sha256;
      identity.member = image.member;
      identity.name = inputs.files[i].filename().string();
      auto report = match_sample(image, identity, store, options);
      if (report) {
        for (const Defect& defect : opened->loaded.defects) add_defect(report->defects, defect.offset, defect.message);
        outcome.reports.push_back(*std::move(report));
      } else if (report.error().code == ErrorCode::kStore || report.error().code == ErrorCode::kIo) {
        return tl::unexpected<Error>(std::move(report).error());
      } else {
        Error error = std::move(report).error();
        error.file = inputs.files[i].string();
        outcome.failed.push_back({inputs.files[i].string(), std::move(error)});
      }
    }
  }
  return outcome;
}

}  // namespace prova
