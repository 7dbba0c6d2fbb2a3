#include "workbench/views/damage_view.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "content/damage/survival_map.h"
#include "workbench/views/json_stream.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json counts_of(const StepCounts& counts) { return Json::array({counts.known, counts.constant, counts.other, counts.unread}); }

void cut(Json& list, std::size_t most) {
  if (list.size() > most) list.erase(list.begin() + static_cast<std::ptrdiff_t>(most), list.end());
}

/// Head of an answer; `step_bytes` says what `first` and `steps` count.
Json map_head(const MapQuery& query, std::uint64_t step_bytes, std::uint64_t phase, std::uint64_t steps, std::uint64_t per_cell) {
  return Json{{"schema", "prova/damage-map/1"}, {"source", query.source}, {"step_bytes", step_bytes}, {"phase", phase}, {"steps", steps},
              {"first", query.first},           {"steps_per_cell", per_cell}};
}

std::uint64_t per_cell(const MapQuery& query, std::uint64_t steps) {
  if (query.steps_per_cell != 0) return query.steps_per_cell;
  const std::uint64_t width = std::max<std::uint64_t>(query.width, 1);
  return std::max<std::uint64_t>(1, (steps + width - 1) / width);
}

}  // namespace

class DamageView::Reading {
 public:
  explicit Reading(DamageView& view) : view_(view) {}

  bool take(std::span<const std::string> path, Json& value) {
    if (!is_path(path, {"files", ""})) return false;
    TableRow row;
    const auto size = value.at("size").get<std::uint64_t>(), survived = value.at("survived_bytes").get<std::uint64_t>();
    row.label = value.at("path");
    row.searched = value.at("sha256");
    row.numbers = {static_cast<double>(size), static_cast<double>(survived), static_cast<double>(size - std::min(size, survived))};
    const Json& pattern = value.at("pattern");
    row.facets = {{value.at("verdict")}, {value.at("system")}, {}};
    if (pattern.is_object()) row.facets[2].push_back(pattern.at("name"));
    value["extents_total"] = value.at("extents").size();
    cut(value.at("extents"), kExtentsPerRow);
    row.json = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    view_.files_.add(std::move(row));
    return true;
  }

  void finish(Json rest) {
    Json& sources = rest.at("sources");
    for (std::uint32_t i = 0; i < sources.size(); ++i) {
      if (!sources[i].contains("map")) continue;
      CoarseMap coarse;
      coarse.cell_bytes = sources[i]["map"].at("cell_bytes");
      for (const Json& cell : sources[i]["map"].at("cells")) coarse.cells.push_back(cell.get<std::array<std::uint64_t, 4>>());
      view_.coarse_.emplace(i, std::move(coarse));
      sources[i].erase("map");
    }
    view_.document_ = dumped(rest);
  }

 private:
  DamageView& view_;
};

Result<std::shared_ptr<const DamageView>> DamageView::read(const std::filesystem::path& case_directory) {
  std::shared_ptr<DamageView> view(new DamageView(case_directory));
  Reading reading(*view);
  const TakeValue take = [&](std::span<const std::string> path, Json& value) { return reading.take(path, value); };
  PROVA_TRY(rest, stream_json(case_directory / "report" / "damage.json", {}, take));
  try {
    reading.finish(std::move(rest));
  } catch (const Json::exception& wrong) {
    return fail(ErrorCode::kMalformed, std::string("damage.json is not as it was written: ") + wrong.what());
  }
  return std::shared_ptr<const DamageView>(std::move(view));
}

const std::string* DamageView::entry(std::string_view system, std::string_view path) const {
  const TableRow* row = files_.first([&](const TableRow& one) { return one.label == path && one.facets[1].front() == system; });
  return row == nullptr ? nullptr : &row->json;
}

Result<std::string> DamageView::map(const MapQuery& query) const {
  if (!coarse_.contains(query.source)) return fail(ErrorCode::kNotFound, fmt::format("source {} is no image of the last examination", query.source));
  auto file = SurvivalMapFile::open(directory_ / kSurvivalMapFile);
  if (!file) {
    if (file.error().code == ErrorCode::kIo) return coarse_map(query);
    return tl::unexpected<Error>(std::move(file).error());
  }
  for (const MappedImage& image : file->images()) {
    if (image.source != query.source || image.steps == 0) continue;
    const std::uint64_t each = per_cell(query, image.steps);
    PROVA_TRY(runs, file->cells(image, query.first, each, query.width));
    Json list = Json::array();
    for (const CellRun& run : runs) list.push_back(Json::array({run.cells, run.each.known, run.each.constant, run.each.other, run.each.unread}));
    Json answer = map_head(query, kMapStepBytes, image.phase, image.steps, each);
    answer["runs"] = std::move(list);
    return dumped(answer);
  }
  return coarse_map(query);
}

/// What the report itself holds: 1024 cells, each of which is a step here.
Result<std::string> DamageView::coarse_map(const MapQuery& query) const {
  const CoarseMap& coarse = coarse_.at(query.source);
  if (query.width > kMaxMapCells) return fail(ErrorCode::kLimit, fmt::format("{} cells, at most {} at a time", query.width, kMaxMapCells));
  const std::uint64_t steps = coarse.cells.size(), each = per_cell(query, steps);
  Json list = Json::array();
  std::uint64_t cells = 0;
  for (std::uint64_t at = query.first; at < steps && cells < query.width; at += std::min(each, steps - at), ++cells) {
    StepCounts sum;
    for (std::uint64_t i = at; i < at + std::min(each, steps - at); ++i) {
      const auto& cell = coarse.cells[static_cast<std::size_t>(i)];
      sum = {sum.known + cell[0], sum.constant + cell[1], sum.other + cell[2], sum.unread + cell[3]};
    }
    Json run = counts_of(sum);
    run.insert(run.begin(), 1);
    list.push_back(std::move(run));
  }
  Json answer = map_head(query, coarse.cell_bytes, 0, steps, each);
  answer["runs"] = std::move(list);
  return dumped(answer);
}

}  // namespace prova
