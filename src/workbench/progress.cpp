#include "workbench/progress.h"

#include <nlohmann/json.hpp>

#include "base/escape.h"

namespace prova {

std::string progress_line(const ProgressPoint& point) {
  const nlohmann::ordered_json line{{"schema", "prova/progress/1"}, {"stage", valid_utf8(point.stage)}, {"done", point.done}, {"total", point.total}};
  return line.dump() + "\n";
}

std::optional<ProgressPoint> read_progress_line(std::string_view line) {
  if (!line.starts_with('{')) return std::nullopt;
  const auto document = nlohmann::json::parse(line, nullptr, false);
  if (!document.is_object() || document.value("schema", nlohmann::json()) != "prova/progress/1") return std::nullopt;
  const auto stage = document.find("stage"), done = document.find("done"), total = document.find("total");
  const bool whole = stage != document.end() && done != document.end() && total != document.end() && stage->is_string() &&
                     done->is_number_unsigned() && total->is_number_unsigned();
  if (!whole) return std::nullopt;
  return ProgressPoint{stage->get<std::string>(), done->get<std::uint64_t>(), total->get<std::uint64_t>()};
}

}  // namespace prova
