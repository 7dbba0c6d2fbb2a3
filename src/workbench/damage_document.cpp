#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "workbench/damage.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;

Json text(std::string_view value) { return valid_utf8(value); }

Json extent_list(const std::vector<FileExtent>& extents) {
  Json list = Json::array();
  for (const FileExtent& extent : extents) {
    Json one{{"file_offset", extent.file_offset}, {"length", extent.length}, {"kind", name_of(extent.kind)}};
    if (extent.kind == ExtentKind::kConstant) {
      one["value"] = extent.value;
    } else {
      one["source"] = extent.source;
      one["path"] = extent.path.empty() ? Json(nullptr) : text(extent.path);
      one["offset"] = extent.offset;
    }
    list.push_back(std::move(one));
  }
  return list;
}

Json pattern_of(const std::optional<LossPattern>& pattern) {
  if (!pattern) return nullptr;
  Json one{{"name", pattern->name}, {"lost_blocks", pattern->lost_blocks}, {"blocks", pattern->blocks}, {"replaced_by", name_of(pattern->replaced_by)}};
  if (pattern->m != 0) {
    one["n"] = pattern->n;
    one["m"] = pattern->m;
  }
  one["renamed_to"] = pattern->renamed_to.empty() ? Json(nullptr) : text(pattern->renamed_to);
  return one;
}

/// Where a file was found: whole copies, or the sources that its extents lie in.
Json sources_of(const FileVerdict& verdict) {
  Json list = Json::array();
  for (const WholeCopy& copy : verdict.copies) list.push_back(Json{{"source", copy.source}, {"path", text(copy.path)}, {"whole", true}});
  std::vector<std::uint32_t> seen;
  for (const FileExtent& extent : verdict.extents) {
    if (extent.kind == ExtentKind::kConstant || std::find(seen.begin(), seen.end(), extent.source) != seen.end()) continue;
    seen.push_back(extent.source);
    list.push_back(Json{{"source", extent.source}, {"path", extent.path.empty() ? Json(nullptr) : text(extent.path)}, {"whole", false}});
  }
  return list;
}

Json file_entry(const Inventory& inventory, const FileVerdict& verdict) {
  return Json{{"path", text(inventory.path(verdict.file))},
              {"system", text(inventory.system(verdict.file))},
              {"size", inventory.files()[verdict.file].size},
              {"verdict", name_of(verdict.verdict)},
              {"survived_bytes", verdict.survived_bytes},
              {"constant_bytes", verdict.constant_bytes},
              {"in_inventory", verdict.in_inventory},
              {"sha256", to_hex(inventory.digest(verdict.file))},
              {"sources", sources_of(verdict)},
              {"extents", extent_list(verdict.extents)},
              {"pattern", pattern_of(verdict.pattern)},
              {"note", verdict.note.empty() ? Json(nullptr) : text(verdict.note)}};
}

Json structure_list(const StructureReport& report) {
  Json list = Json::array();
  for (const StructureCheck& check : report.checks) {
    list.push_back(Json{{"name", check.name}, {"offset", check.offset}, {"state", name_of(check.state)}, {"detail", text(check.detail)}});
  }
  return list;
}

Json map_of(const ImageScan& scan) {
  Json cells = Json::array();
  for (const MapCell& cell : scan.map) cells.push_back(Json::array({cell.known, cell.constant, cell.other, cell.unread}));
  return Json{{"cell_bytes", scan.cell_bytes}, {"cells", cells}};
}

Json source_entry(const ScanSource& source, const ScannedSource& scanned) {
  Json problems = Json::array();
  for (const std::string& problem : source.problems) problems.push_back(text(problem));
  Json one{{"path", text(source.path)}, {"role", name_of(source.role)}, {"size", source.size}, {"read_bytes", source.bytes_read}, {"unread_bytes", source.bytes_unread},
           {"files", scanned.files}, {"readable", scanned.readable}, {"problems", problems}};
  if (source.image == nullptr) return one;
  one["format"] = source.image->format();
  one["structures"] = structure_list(scanned.structures);
  one["pattern"] = Json{{"name", scanned.pattern.name}, {"replaced_by", name_of(scanned.pattern.replaced_by)}, {"places", scanned.pattern.places}, {"n", scanned.pattern.n}, {"until", scanned.pattern.until}};
  if (scanned.scan) {
    one["phases"] = scanned.scan->phases;
    one["steps"] = Json{{"all", scanned.scan->steps}, {"known", scanned.scan->known}, {"constant", scanned.scan->constant}, {"unread", scanned.scan->unread}};
    one["map"] = map_of(*scanned.scan);
  }
  return one;
}

Json totals_of(const DamageReport& report) {
  Json totals = Json::object();
  for (std::size_t i = 0; i < kVerdicts; ++i) totals[std::string(name_of(static_cast<Survival>(i)))] = Json{{"files", report.totals[i].files}, {"bytes", report.totals[i].bytes}};
  return totals;
}

Json systems_of(const Inventory& inventory, const DamageReport& report) {
  std::map<std::string, std::array<VerdictTotal, kVerdicts>> systems;
  for (const FileVerdict& verdict : report.files) {
    VerdictTotal& total = systems[inventory.system(verdict.file)][static_cast<std::size_t>(verdict.verdict)];
    ++total.files;
    total.bytes += inventory.files()[verdict.file].size;
  }
  Json list = Json::array();
  for (const auto& [name, totals] : systems) {
    Json verdicts = Json::object();
    for (std::size_t i = 0; i < kVerdicts; ++i) verdicts[std::string(name_of(static_cast<Survival>(i)))] = Json{{"files", totals[i].files}, {"bytes", totals[i].bytes}};
    list.push_back(Json{{"system", text(name)}, {"totals", verdicts}});
  }
  return list;
}

Json coverage_of(const DamageOutcome& outcome) {
  std::uint64_t size = 0, read = 0, unread = 0;
  for (const ScanSource& source : outcome.report.sources) {
    size += source.size;
    read += source.bytes_read;
    unread += source.bytes_unread;
  }
  return Json{{"source_bytes", size}, {"read_bytes", read}, {"unread_bytes", unread}, {"share", size == 0 ? 0.0 : static_cast<double>(read) / static_cast<double>(size)},
              {"inventory_files", outcome.inventory.files().size()}, {"inventory_unread", outcome.inventory.unread().size()}};
}

}  // namespace

std::string damage_document(const DamageOutcome& outcome) {
  const DamageReport& report = outcome.report;
  Json sources = Json::array(), files = Json::array(), answers = Json::array(), patterns = Json::array();
  for (std::size_t i = 0; i < report.sources.size(); ++i) sources.push_back(source_entry(report.sources[i], report.scans[i]));
  for (const FileVerdict& verdict : report.files) files.push_back(file_entry(outcome.inventory, verdict));
  for (const SampledAnswer& answer : report.first_answers) {
    answers.push_back(Json{{"source", answer.source}, {"sampled", answer.sampled}, {"known", answer.known}, {"low", answer.low}, {"high", answer.high}});
  }
  for (const auto& [name, count] : report.patterns) patterns.push_back(Json{{"name", name}, {"files", count}});
  return Json{{"schema", "prova/damage/1"},
              {"inventory", Json{{"created", outcome.inventory.meta().created}, {"root", to_hex(std::as_bytes(std::span(outcome.inventory.trailer().root)))},
                                 {"age_s", outcome.age_s}, {"files", outcome.inventory.files().size()}}},
              {"scanned", outcome.when},
              {"sentence", national_sentence(outcome.inventory, report)},
              {"totals", totals_of(report)},
              {"in_inventory", Json{{"files", report.in_inventory_files}, {"bytes", report.in_inventory_bytes}}},
              {"partial_bytes", report.partial_bytes},
              {"coverage", coverage_of(outcome)},
              {"systems", systems_of(outcome.inventory, report)},
              {"sources", sources},
              {"first_answers", answers},
              {"patterns", patterns},
              {"files", files}}
             .dump(1) + "\n";
}

}  // namespace prova
