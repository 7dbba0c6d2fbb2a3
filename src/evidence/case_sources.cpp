#include "evidence/case_sources.h"

#include <algorithm>
#include <fmt/format.h>

#include "evidence/yaml_tree.h"

namespace prova {
namespace {

constexpr std::string_view kSchema = "prova/sources/1";
/// As a path of Linux.
constexpr std::size_t kMaxPathBytes = 4096;

std::vector<std::string> paths_of(Fields& fields, std::string_view key, Problems& problems) {
  std::vector<std::string> paths = fields.texts(key);
  for (const std::string& path : paths) {
    if (!path.empty() && path.size() <= kMaxPathBytes && path.find('\n') == std::string::npos) continue;
    problems.add(fields.line(), fmt::format("{} has an entry that is no path, expected 1 to {} bytes on one line", key, kMaxPathBytes));
  }
  return paths;
}

CaseSources read_sources(const YAML::Node& tree, Problems& problems) {
  Fields fields(tree, "sources", {"schema", "notice", "notice_fr", "notice_sq", "inventory", "key", "images", "directories", "backups", "copies", "dumps", "dkim_keys"}, problems);
  CaseSources sources;
  if (const std::string schema = fields.text("schema"); schema != kSchema) {
    problems.add(fields.line(), fmt::format("schema is '{}', expected {}", schema, kSchema));
  }
  sources.notice = fields.text("notice");
  for (const std::string code : {"fr", "sq"}) {
    if (std::string translated = fields.text("notice_" + code); !translated.empty()) sources.notices[code] = std::move(translated);
  }
  if (fields.need("inventory") != nullptr) sources.inventory = fields.text("inventory");
  sources.key = fields.text("key");
  sources.images = paths_of(fields, "images", problems);
  sources.directories = paths_of(fields, "directories", problems);
  sources.backups = paths_of(fields, "backups", problems);
  sources.copies = paths_of(fields, "copies", problems);
  sources.dumps = paths_of(fields, "dumps", problems);
  sources.dkim_keys = paths_of(fields, "dkim_keys", problems);
  if (!sources.has_damage_sources() && sources.dumps.empty()) {
    problems.add(fields.line(), "nothing to examine, expected at least one of images, directories, backups, copies, dumps");
  }
  return sources;
}

}  // namespace

CaseSourcesReading parse_case_sources(std::string_view yaml) {
  Problems problems;
  CaseSourcesReading reading;
  CaseSources sources;
  if (const auto tree = load_tree(yaml, fmt::format("sources of a case (schema: {})", kSchema), problems)) {
    try {
      sources = read_sources(*tree, problems);
    } catch (const YAML::Exception& error) {
      problems.add(error.mark.line + 1, fmt::format("cannot be read: {}", error.msg));
    }
  }
  reading.errors = std::move(problems).take();
  std::stable_sort(reading.errors.begin(), reading.errors.end(), [](const CaseError& a, const CaseError& b) { return a.line < b.line; });
  if (reading.errors.empty()) reading.parsed = std::move(sources);
  return reading;
}

}  // namespace prova
