#include "workbench/report_origin.h"

#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "base/file.h"
#include "evidence/custody.h"
#include "workbench/home.h"

namespace prova {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view kSchema = "prova/origin/1";
/// A path and a few words.
constexpr std::uint64_t kMaxOriginBytes = 16U << 10;

fs::path file_of(const fs::path& directory) { return directory / "report" / "origin.json"; }

}  // namespace

std::string recorded_index(const fs::path& directory) {
  const auto content = read_file(file_of(directory), kMaxOriginBytes);
  if (!content) return {};
  const Json document = Json::parse(*content, nullptr, false);
  if (!document.is_object() || !document.contains("schema") || document["schema"] != kSchema) return {};
  if (!document.contains("index") || !document["index"].is_string()) return {};
  return document["index"].get<std::string>();
}

Status record_index(const fs::path& directory, const std::string& location) {
  std::error_code error;
  if (!fs::is_directory(location, error)) return {};
  const fs::path absolute = fs::canonical(location, error);
  if (error || absolute.string() != valid_utf8(absolute.string())) return {};
  const Json document{{"schema", kSchema}, {"index", absolute.string()}};
  return write_file_atomically(file_of(directory), document.dump(2) + "\n");
}

std::string index_for_case(const fs::path& directory, const std::string& given) {
  const char* environment = std::getenv("PROVA_INDEX");
  if (!given.empty() || (environment != nullptr && *environment != '\0')) return index_location(given);
  std::string recorded = recorded_index(directory);
  return recorded.empty() ? index_location(given) : recorded;
}

std::string why_no_index(const fs::path& directory, const std::string& location) {
  std::error_code ignored;
  const fs::path artifacts = directory / kArtifactsFolder;
  if (location.find(':') != std::string::npos || fs::exists(location, ignored)) return {};
  if (!fs::is_directory(artifacts, ignored) || fs::is_empty(artifacts, ignored)) return {};
  return fmt::format("there is no index at {} to compare the artefacts with; give the one you use with --index or PROVA_INDEX, "
                     "or make it with `prova learn`", location);
}

}  // namespace prova
