#include "workbench/match.h"

#include <fmt/format.h>

#include "base/file.h"
#include "workbench/opened_file.h"

namespace prova {
namespace {

void run_rules(const YaraRules& rules, const BinaryImage& image, MatchReport& report) {
  auto found = rules.scan(image.file);
  if (found) report.rules = *std::move(found);
  else add_defect(report.defects, FileOffset{0}, found.error().message);
}

bool is_rule_file(const std::filesystem::path& path) { return path.extension() == ".yar" || path.extension() == ".yara"; }

}  // namespace

Result<YaraRules> read_rules(std::span<const std::string> named, std::vector<Error>& errors) {
  std::vector<RuleSource> sources;
  for (const std::string& name : named) {
    const bool directory = std::filesystem::is_directory(name);
    const Inputs inputs = expand_inputs(std::span(&name, 1));
    if (!inputs.failed.empty()) return tl::unexpected<Error>(inputs.failed.front().error);
    for (const std::filesystem::path& path : inputs.files) {
      if (directory && !is_rule_file(path)) continue;
      PROVA_TRY(text, read_file(path, kMaxRuleBytes));
      sources.push_back({path.string(), std::move(text)});
    }
  }
  if (sources.empty()) return fail(ErrorCode::kNotFound, "no rule file (*.yar, *.yara) there");
  auto rules = YaraRules::compile(sources, errors);
  if (!rules && errors.size() == 1) return tl::unexpected<Error>(errors.front());
  return rules;
}

Result<MatchOutcome> match_files(std::span<const std::string> named, const FingerprintStore& store,
                                 const MatchOptions& options, const std::optional<RawLayout>& raw,
                                 const Progress& progress, const YaraRules* rules) {
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
        if (rules != nullptr) run_rules(*rules, image, *report);
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
