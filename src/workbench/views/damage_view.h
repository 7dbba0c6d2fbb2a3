#pragma once
// Damage as the workbench shows it: what the last examination said, the files page by page, and the survival map of an image at
// any scale. From CASE/report/damage.json and survival.map; nothing is computed anew.

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "workbench/views/row_table.h"

namespace prova {

/// Where an examination leaves the survival map of its images: docs/formats/survival-map.md.
constexpr const char* kSurvivalMapFile = "report/survival.map";

/// A window of the map of one image.
struct MapQuery {
  std::uint32_t source = 0;          ///< Number among the report's sources.
  std::uint64_t first = 0;           ///< Step of 4 KiB. Of a report without survival.map: cell.
  std::uint64_t steps_per_cell = 0;  ///< 0: such that `width` cells hold the whole image.
  std::uint64_t width = 1024;        ///< Cells at most.
};

/// Read-only after reading: thread safe.
class DamageView {
 public:
  /// Errors: kNotFound without an examination; those of stream_json. O(size of the report).
  [[nodiscard]] static Result<std::shared_ptr<const DamageView>> read(const std::filesystem::path& case_directory);

  /// `prova/damage/1` without `files` and without the cells of the maps: they are paged.
  [[nodiscard]] const std::string& document() const { return document_; }
  /// `prova/damage-files/1`. Numbers: size, survived, lost. Facets: verdict, system, pattern. Errors: those of RowTable::page.
  [[nodiscard]] Result<std::string> files(const RowQuery& query) const { return files_.page("prova/damage-files/1", query); }
  /// The entry of one file as damage.json has it, at most kExtentsPerRow extents. Nothing when the report has no such file. O(files).
  [[nodiscard]] const std::string* entry(std::string_view system, std::string_view path) const;
  /// `prova/damage-map/1`: runs of equal cells. Errors: kNotFound (no such image); those of SurvivalMapFile.
  [[nodiscard]] Result<std::string> map(const MapQuery& query) const;

 private:
  class Reading;
  explicit DamageView(std::filesystem::path case_directory) : directory_(std::move(case_directory)) {}
  [[nodiscard]] Result<std::string> coarse_map(const MapQuery& query) const;

  std::filesystem::path directory_;
  std::string document_;
  RowTable files_{{"size", "survived", "lost"}, {"verdict", "system", "pattern"}};
  /// Of reports without survival.map: the cells that damage.json holds.
  struct CoarseMap {
    std::uint64_t cell_bytes = 0;
    std::vector<std::array<std::uint64_t, 4>> cells;  ///< Known, constant, other, unread.
  };
  std::map<std::uint32_t, CoarseMap> coarse_;
};

/// Extents and sources sent with one file; a fragmented file of a terabyte has millions.
constexpr std::size_t kExtentsPerRow = 50;

}  // namespace prova
