#include "workbench/investigate.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/file.h"
#include "evidence/case_texts.h"
#include "evidence/corroboration.h"
#include "report/documents.h"
#include "report/exchange.h"
#include "report/html.h"
#include "store/open.h"
#include "workbench/case_content.h"
#include "workbench/last_report.h"
#include "workbench/match.h"
#include "workbench/measurements_file.h"
#include "workbench/opened_file.h"
#include "workbench/report_origin.h"
#include "workbench/revisions.h"

namespace prova {
namespace {

namespace fs = std::filesystem;

/// Points on the timeline: enough for a picture, few enough that a case of thousands of items stays quick.
constexpr std::size_t kMaxTimelinePoints = 60;

/// Matches one artefact; what goes wrong with it is recorded in the result, what goes wrong with the store is an error.
Status match_artifact(const fs::path& file, const FingerprintStore* store, unsigned threads, report::ArtifactResult& artifact) {
  auto opened = open_file(file);
  if (auto content = read_file(file, kMaxInputBytes)) {
    artifact.sha256 = to_hex(sha256(as_bytes(*content)));
    artifact.size = content->size();
  }
  if (!opened) {
    Error error = std::move(opened).error();
    error.file.clear();
    artifact.error = to_string(error);
    return {};
  }
  if (store == nullptr) {
    artifact.error = "not compared: there is no index of known programs";
    return {};
  }
  MatchOptions options;
  options.threads = threads;
  for (const BinaryImage& image : opened->loaded.images) {
    SampleRecord identity;
    identity.sha256 = opened->sha256;
    identity.member = image.member;
    identity.name = file.filename().string();
    auto matched = match_sample(image, identity, *store, options);
    if (matched) {
      artifact.matches.push_back(*std::move(matched));
    } else if (matched.error().code == ErrorCode::kStore || matched.error().code == ErrorCode::kIo) {
      return tl::unexpected<Error>(std::move(matched).error());
    } else {
      artifact.error = to_string(matched.error());
    }
  }
  artifact.analysed = !artifact.matches.empty();
  if (artifact.analysed) artifact.error.clear();
  return {};
}

std::vector<KinshipMeasurement> measurements_of(const std::vector<report::ArtifactResult>& artifacts) {
  std::vector<KinshipMeasurement> all;
  for (const report::ArtifactResult& artifact : artifacts) {
    std::vector<KinshipMeasurement> some = measurements_from(artifact.matches);
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

/// Days on which something became known, up to `last`; the most recent ones when there are too many.
std::vector<Day> days_of(const Case& input, Day last) {
  std::set<Day> days;
  for (const EvidenceItem& item : input.evidence) {
    if (item.known_from.last <= last) days.insert(item.known_from.last);
  }
  std::vector<Day> list(days.begin(), days.end());
  if (list.size() > kMaxTimelinePoints) list.erase(list.begin(), list.end() - kMaxTimelinePoints);
  return list;
}

Result<MeasuredArtifacts> measure_artifacts(const fs::path& directory, const Case& input, const InvestigateOptions& options,
                                            const Progress& progress) {
  MeasuredArtifacts result;
  const std::vector<std::string> named = {(directory / kArtifactsFolder).string()};
  std::error_code ignored;
  const Inputs inputs = fs::exists(named.front(), ignored) ? expand_inputs(named) : Inputs{};
  for (const FailedInput& failed : inputs.failed) result.failed.push_back({failed.path, failed.error.message});
  if (inputs.files.empty()) return result;
  auto store = open_store(index_for_case(directory, options.index), OpenMode::kRead);
  if (!store && store.error().code != ErrorCode::kNotFound) return tl::unexpected<Error>(std::move(store).error());
  const FingerprintStore* known = store ? store->get() : nullptr;
  if (known != nullptr) {
    PROVA_TRY(info, known->info());
    result.index = {info.samples, info.functions, info.families, info.scheme};
  }
  for (std::size_t i = 0; i < inputs.files.size(); ++i) {
    progress.at("Examining artefacts", i, inputs.files.size());
    if (progress.stop()) return fail(ErrorCode::kIo, "interrupted; nothing was written");
    report::ArtifactResult artifact = describe_artifact(inputs.files[i], directory, input);
    PROVA_TRY(match_artifact(inputs.files[i], known, options.threads, artifact));
    result.artifacts.push_back(std::move(artifact));
  }
  return result;
}

Status record_report(const fs::path& directory, const std::string& html, const InvestigateOptions& options,
                     const CustodyState& custody) {
  const Sha256 digest = sha256(as_bytes(html));
  const auto last = std::find_if(custody.entries.rbegin(), custody.entries.rend(), [](const CustodyEntry& entry) {
    return entry.event.action == custody_action::kReported;
  });
  if (last != custody.entries.rend() && last->event.sha256 == digest) return {};
  CustodyEvent event;
  event.time = options.time;
  event.who = options.who;
  event.action = custody_action::kReported;
  event.path = "report/index.html";
  event.sha256 = digest;
  event.size = html.size();
  PROVA_TRY(appended, append_custody(directory, std::span(&event, 1)));
  (void)appended;
  return {};
}

}  // namespace

ReadCase read_case_directory(const fs::path& directory) {
  ReadCase result;
  result.file = (directory / "case.yaml").string();
  CaseReading reading = read_case(result.file);
  result.parsed = std::move(reading.parsed);
  result.errors = std::move(reading.errors);
  result.warnings = std::move(reading.warnings);
  return result;
}

report::ArtifactResult describe_artifact(const fs::path& file, const fs::path& directory, const Case& input) {
  report::ArtifactResult artifact;
  artifact.path = file.lexically_relative(directory).generic_string();
  for (const ArtifactNote& note : input.artifacts) {
    if (note.file != file.filename().string()) continue;
    artifact.role = note.role;
    artifact.stand_in = note.stand_in;
  }
  return artifact;
}

Result<Assessment> assess_case(const fs::path& directory, const Case& input, const AssessOptions& options) {
  PROVA_TRY(measurements, read_measurements(directory));
  return assess(input, measurements, options);
}

LocalizedCase localize_case(const fs::path& directory, Case input, report::Language language) {
  LocalizedCase result;
  if (language == report::Language::kEnglish) return {std::move(input), 0, {}, {}};
  result.file = (directory / fmt::format("case.{}.yaml", report::code_of(language))).string();
  std::error_code ignored;
  CaseTexts texts;
  if (fs::exists(result.file, ignored)) {
    auto content = read_file(result.file, kMaxCaseBytes);
    if (!content) {
      result.errors.push_back({0, content.error().message});
      return result;
    }
    CaseTextsReading reading = parse_case_texts(*content);
    result.errors = std::move(reading.errors);
    if (!reading.parsed) return result;
    if (reading.parsed->language != report::code_of(language)) {
      result.errors.push_back({1, fmt::format("language is '{}', expected '{}'", reading.parsed->language, report::code_of(language))});
    }
    texts = *std::move(reading.parsed);
  }
  TranslatedCase translated = translate(input, texts);
  result.input = std::move(translated.translated);
  result.untranslated = translated.missing;
  std::move(translated.errors.begin(), translated.errors.end(), std::back_inserter(result.errors));
  return result;
}

Result<std::vector<TimelineDay>> case_timeline(const fs::path& directory, const Case& input, std::optional<Day> last) {
  PROVA_TRY(measurements, read_measurements(directory));
  return timeline_of(input, measurements, last.value_or(kEndOfTime), kMaxTimelinePoints);
}

Result<report::CaseReport> gather_report(const fs::path& directory, Case input, const InvestigateOptions& options,
                                         MeasuredArtifacts measured, const Progress& progress) {
  report::CaseReport result;
  result.input = std::move(input);
  result.title = result.input.name;
  result.tlp = result.input.tlp;
  result.authors = result.input.authors;
  for (const FamilyNote& note : result.input.families) {
    if (!note.stand_in.empty()) result.stand_in_families[note.family] = note.stand_in;
  }
  result.tool_version = options.tool_version;
  result.generated_at = options.time;

  PROVA_TRY(custody, verify_custody(directory));
  result.custody = std::move(custody);
  PROVA_TRY(content, read_content(directory, result.custody, options.as_of, result.failed));
  result.content = std::move(content);
  std::move(measured.failed.begin(), measured.failed.end(), std::back_inserter(result.failed));
  result.artifacts = std::move(measured.artifacts);
  result.index = measured.index;

  // Nothing is measured here: the questions are answered from what there is.
  const std::vector<KinshipMeasurement> kinship = measurements_of(result.artifacts);
  result.assessment = assess(result.input, kinship, {options.as_of, true});
  const std::vector<Day> days = days_of(result.input, result.assessment.as_of);
  for (std::size_t i = 0; i < days.size(); ++i) {
    progress.at("Looking back", i, days.size());
    result.timeline.push_back(assess(result.input, kinship, {days[i], false}));
  }
  result.changes = timeline_of(result.input, kinship, result.assessment.as_of, kMaxTimelinePoints);
  // From here on the case is only shown: with the credibility that counted on that day.
  result.input = with_computed_credibility(result.input, result.assessment.as_of);
  return result;
}

Result<report::CaseReport> examine_case(const fs::path& directory, Case input, const InvestigateOptions& options,
                                        const Progress& progress) {
  PROVA_TRY(measured, measure_artifacts(directory, input, options, progress));
  return gather_report(directory, std::move(input), options, std::move(measured), progress);
}

Result<report::CaseReport> investigate(const fs::path& directory, Case input, const InvestigateOptions& options,
                                       const Progress& progress) {
  const std::string index = index_for_case(directory, options.index);
  if (const std::string why = why_no_index(directory, index); !why.empty()) {
    const auto last = read_measured_artifacts(directory, input);
    if (last && last->index.samples > 0) return fail(ErrorCode::kNotFound, "the last report was made with an index, but " + why);
  }
  PROVA_TRY(recorded, record_new_artifacts(directory, options.who, options.time));
  (void)recorded;
  PROVA_TRY(examine_content(directory, options, progress));
  PROVA_TRY(result, examine_case(directory, std::move(input), options, progress));
  std::error_code error;
  fs::create_directories(directory / "report", error);
  if (error) return fail(ErrorCode::kIo, "cannot create the report directory: " + error.message());
  const std::string html = report::html_report(result);
  PROVA_TRY(write_file_atomically(directory / "report" / "index.html", html));
  PROVA_TRY(write_file_atomically(directory / "report" / "report.json", report::investigate_document(result)));
  const report::Statement annex = report::statement_of(result, {report::Language::kEnglish, report::Audience::kTechnical});
  PROVA_TRY(write_file_atomically(directory / "report" / "stix.json", report::stix_bundle(result, annex)));
  PROVA_TRY(keep_revision(directory, result.assessment, {options.time, options.who, options.tool_version}));
  PROVA_TRY(write_file_atomically(directory / "report" / "matches.json",
                                  measurements_document(measurements_of(result.artifacts))));
  if (result.index.samples > 0) PROVA_TRY(record_index(directory, index));
  PROVA_TRY(record_report(directory, html, options, result.custody));
  return result;
}

}  // namespace prova
