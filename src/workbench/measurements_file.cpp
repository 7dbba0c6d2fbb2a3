#include "workbench/measurements_file.h"

#include <map>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "base/file.h"
#include "base/hash.h"
#include "evidence/custody.h"
#include "workbench/opened_file.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;

tl::unexpected<Error> not_ours(const std::filesystem::path& path, const std::string& found) {
  return tl::unexpected<Error>(Error{ErrorCode::kMalformed, found + "; remove it and run `prova investigate` again",
                                     std::nullopt, path.string()});
}

/// SHA-256 of the artefact named, hex; empty when it cannot be read.
std::string current_digest(const std::filesystem::path& case_directory, const std::string& name) {
  if (name.empty() || name.find('/') != std::string::npos || name == "..") return {};
  const auto content = read_file(case_directory / kArtifactsFolder / name, kMaxInputBytes);
  return content ? to_hex(sha256(as_bytes(*content))) : std::string();
}

}  // namespace

std::string measurements_document(std::span<const KinshipMeasurement> measurements) {
  Json list = Json::array();
  for (const KinshipMeasurement& one : measurements) {
    Json evidence = Json::array();
    for (const std::string& sentence : one.evidence) evidence.push_back(valid_utf8(sentence));
    list.push_back(Json{{"artifact", valid_utf8(one.artifact_name)},
                        {"sha256", one.artifact_sha256},
                        {"family", valid_utf8(one.family)},
                        {"log10_lr", one.log10_lr},
                        {"evidence", std::move(evidence)}});
  }
  return Json{{"schema", "prova/matches/1"}, {"measurements", std::move(list)}}.dump(2) + "\n";
}

Result<std::vector<KinshipMeasurement>> read_measurements(const std::filesystem::path& case_directory) {
  const std::filesystem::path path = case_directory / "report" / "matches.json";
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::vector<KinshipMeasurement>{};
  PROVA_TRY(content, read_file(path, kMaxMeasurementsBytes));
  const Json document = Json::parse(content, nullptr, false);
  if (!document.is_object() || document.value("schema", "") != "prova/matches/1" || !document.contains("measurements")) {
    return not_ours(path, "is not a prova/matches/1 document");
  }
  std::vector<KinshipMeasurement> measurements;
  std::map<std::string, std::string> digests;
  try {
    for (const Json& one : document["measurements"]) {
      KinshipMeasurement m{one.at("artifact").get<std::string>(), one.at("sha256").get<std::string>(),
                           one.at("family").get<std::string>(), one.at("log10_lr").get<double>(),
                           one.at("evidence").get<std::vector<std::string>>()};
      const auto [it, fresh] = digests.try_emplace(m.artifact_name);
      if (fresh) it->second = current_digest(case_directory, m.artifact_name);
      if (it->second == m.artifact_sha256) measurements.push_back(std::move(m));
    }
  } catch (const Json::exception& error) {
    return not_ours(path, std::string("has an entry that we did not write: ") + error.what());
  }
  return measurements;
}

}  // namespace prova
