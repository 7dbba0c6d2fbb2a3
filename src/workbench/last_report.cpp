#include "workbench/last_report.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "workbench/inputs.h"
#include "workbench/opened_file.h"

namespace prova {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// The enumerator whose name that is; the first one where there is none.
template <typename Enum>
Enum named(const Json& name, Enum last) {
  const std::string text = name.get<std::string>();
  for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i) {
    if (name_of(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  }
  return static_cast<Enum>(0);
}

std::string text_or_empty(const Json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

FunctionMatch read_match(const Json& from) {
  FunctionMatch match;
  match.sample = from.at("sample");
  match.sample_name = from.at("sample_name");
  match.family = from.at("family");
  match.role = named(from.at("role"), SampleRole::kGoodware);
  match.address = VirtualAddress{from.at("address").get<std::uint64_t>()};
  match.name = text_or_empty(from.at("name"));
  match.similarity = from.at("similarity");
  match.exact = from.at("exact");
  match.log10_lr = from.at("log10_lr");
  match.because = from.at("because").get<std::vector<std::string>>();
  return match;
}

FunctionResult read_function(const Json& from) {
  FunctionResult function;
  function.address = VirtualAddress{from.at("address").get<std::uint64_t>()};
  function.size = from.at("size");
  function.name = text_or_empty(from.at("name"));
  function.role = named(from.at("role"), FunctionRole::kUnknown);
  function.group = from.at("group");
  for (const Json& match : from.at("matches")) function.matches.push_back(read_match(match));
  return function;
}

FamilyResult read_family(const Json& from) {
  FamilyResult family;
  family.family = from.at("family");
  family.actor = text_or_empty(from.at("actor"));
  family.role = named(from.at("role"), SampleRole::kGoodware);
  family.log10_lr = from.at("log10_lr").is_number() ? from.at("log10_lr").get<double>() : 0;
  family.verbal = text_or_empty(from.at("verbal"));
  family.shared_functions = from.at("shared_functions");
  family.shared_bytes = from.at("shared_bytes");
  family.of_bytes = from.at("of_bytes");
  family.samples = from.at("samples").get<std::vector<std::string>>();
  family.evidence = from.at("evidence").get<std::vector<std::string>>();
  family.version = text_or_empty(from.at("version"));
  return family;
}

ToolmarkResult read_toolmark(const Json& from) {
  ToolmarkResult mark;
  mark.kind = named(from.at("kind"), Toolmark::Kind::kMachOUuid);
  mark.value = from.at("value");
  mark.families = from.at("families").get<std::vector<std::string>>();
  if (from.at("log10_lr").is_number()) mark.log10_lr = from.at("log10_lr").get<double>();
  mark.because = text_or_empty(from.at("because"));
  mark.note = text_or_empty(from.at("note"));
  return mark;
}

/// One program. Matches with YARA rules are not read: an investigation makes none.
MatchReport read_program(const Json& from) {
  MatchReport match;
  const Json& sample = from.at("sample");
  match.sha256 = sample.at("sha256");
  match.name = sample.at("name");
  match.member = text_or_empty(sample.at("member"));
  match.format = named(sample.at("format"), Format::kRaw);
  match.arch = named(sample.at("arch"), Arch::kArm64);
  match.bits = sample.at("bits");
  match.size = sample.at("size");
  match.code_bytes = from.at("code_bytes");
  match.library_bytes = from.at("library_bytes");
  match.goodware_bytes = from.at("goodware_bytes");
  for (const Json& function : from.at("functions")) match.functions.push_back(read_function(function));
  for (const Json& family : from.at("families")) match.families.push_back(read_family(family));
  for (const Json& mark : from.at("toolmarks")) match.toolmarks.push_back(read_toolmark(mark));
  if (const auto left_out = from.find("not_compared"); left_out != from.end()) {  // Not in reports of before 2026-11-26.
    match.not_compared = {left_out->at("samples"), left_out->at("families")};
  }
  match.too_small = from.at("too_small");
  for (const Json& defect : from.at("anomalies")) {
    add_defect(match.defects, FileOffset{defect.at("offset").get<std::uint64_t>()}, defect.at("message"));
  }
  match.capped = from.at("capped");
  return match;
}

report::ArtifactResult read_artifact(const Json& from) {
  report::ArtifactResult artifact;
  artifact.path = from.at("path");
  artifact.sha256 = from.at("sha256");
  artifact.size = from.at("size");
  artifact.role = text_or_empty(from.at("role"));
  artifact.stand_in = text_or_empty(from.at("stand_in"));
  artifact.analysed = from.at("status") == "analysed";
  artifact.error = text_or_empty(from.at("error"));
  for (const Json& program : from.at("programs")) artifact.matches.push_back(read_program(program));
  return artifact;
}

tl::unexpected<Error> not_ours(const fs::path& file, std::string what) {
  return tl::unexpected<Error>(Error{ErrorCode::kMalformed, std::move(what) + "; remove it and investigate again", std::nullopt, file.string()});
}

using Measured = std::map<std::string, report::ArtifactResult>;

Result<Measured> read_report(const fs::path& file, report::IndexSummary& index) {
  PROVA_TRY(content, read_file(file, kMaxReportBytes));
  const Json document = Json::parse(content, nullptr, false);
  if (!document.is_object() || document.value("schema", "") != "prova/investigate/1") return not_ours(file, "is not a prova/investigate/1 document");
  Measured measured;
  try {
    for (const Json& one : document.at("artifacts")) {
      report::ArtifactResult artifact = read_artifact(one);
      measured.insert_or_assign(artifact.path, std::move(artifact));
    }
    const Json& from = document.at("index");
    index = {from.at("samples"), from.at("functions"), from.at("families"), from.at("scheme")};
  } catch (const Json::exception& error) {
    return not_ours(file, fmt::format("has an entry that we did not write: {}", error.what()));
  }
  return measured;
}

/// The artefact as it is now, with what was measured on these very bytes.
report::ArtifactResult current(report::ArtifactResult artifact, const fs::path& file, Measured& measured) {
  if (const auto content = read_file(file, kMaxInputBytes)) {
    artifact.sha256 = to_hex(sha256(as_bytes(*content)));
    artifact.size = content->size();
  }
  const auto known = measured.find(artifact.path);
  if (known != measured.end() && known->second.sha256 == artifact.sha256) {
    known->second.role = artifact.role;
    known->second.stand_in = artifact.stand_in;
    return std::move(known->second);
  }
  artifact.error = known == measured.end() ? "not compared yet: the case was not investigated since it was added"
                                           : "changed since the last investigation; investigate again";
  return artifact;
}

}  // namespace

Result<MeasuredArtifacts> read_measured_artifacts(const fs::path& directory, const Case& input) {
  MeasuredArtifacts result;
  const fs::path file = directory / "report" / "report.json";
  std::error_code ignored;
  Measured measured;
  if (fs::exists(file, ignored)) {
    PROVA_TRY(read, read_report(file, result.index));
    measured = std::move(read);
  }
  const fs::path folder = directory / kArtifactsFolder;
  const Inputs inputs = fs::exists(folder, ignored) ? expand_inputs(std::vector<std::string>{folder.string()}) : Inputs{};
  for (const FailedInput& failed : inputs.failed) result.failed.push_back({failed.path, failed.error.message});
  for (const fs::path& artifact : inputs.files) {
    result.artifacts.push_back(current(describe_artifact(artifact, directory, input), artifact, measured));
  }
  return result;
}

}  // namespace prova
