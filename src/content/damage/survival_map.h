#pragma once
// Which 4-KiB step of an image holds what: two bits a step, so that a disk of 40 GB is a file of 2.5 MB and any window of
// it can be drawn at any scale. docs/formats/survival-map.md specifies every byte of the file.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/result.h"

namespace prova {

/// What one step of an image holds. The values are those of the file.
enum class StepState : std::uint8_t {
  kOther = 0,     ///< Data that is not in the inventory.
  kKnown = 1,     ///< A block of the inventory.
  kConstant = 2,  ///< One byte value.
  kUnread = 3,    ///< It could not be read.
};

/// Steps of an image that a map holds: 4 TiB. Of larger images only the cells of the report are kept. Reason: a quarter of a
/// gibibyte of memory while scanning.
constexpr std::uint64_t kMaxMappedSteps = 1ULL << 30;
/// Bytes of a step. That of the inventory's blocks.
constexpr std::uint32_t kMapStepBytes = 4096;

/// The steps of one image, packed. Different threads may set steps of different 4-step groups at once.
class StepStates {
 public:
  /// All steps "other". Above kMaxMappedSteps: no steps.
  explicit StepStates(std::uint64_t steps = 0) : steps_(steps > kMaxMappedSteps ? 0 : steps), packed_(static_cast<std::size_t>((steps_ + 3) / 4)) {}
  /// REQUIRES: the step was not set before. Steps past the end are ignored.
  void set(std::uint64_t step, StepState state) {
    if (step < steps_) packed_[static_cast<std::size_t>(step / 4)] = static_cast<std::uint8_t>(packed_[static_cast<std::size_t>(step / 4)] | static_cast<unsigned>(state) << step % 4 * 2);
  }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  /// Step i is bits 2 (i mod 4) and the next of byte i / 4. Unused bits are 0.
  [[nodiscard]] const std::vector<std::uint8_t>& packed() const { return packed_; }

 private:
  std::uint64_t steps_;
  std::vector<std::uint8_t> packed_;
};

/// One image in a file of maps.
struct MappedImage {
  std::uint32_t source = 0;  ///< Its number among the sources of the damage report.
  std::uint64_t phase = 0;   ///< Offset of its first step in the image. Unit: bytes.
  std::uint64_t steps = 0;
  std::uint64_t at = 0;      ///< Offset of the packed steps in the file. Unit: bytes.
};

/// How many steps of a cell hold what.
struct StepCounts {
  std::uint64_t known = 0, constant = 0, other = 0, unread = 0;
  friend bool operator==(const StepCounts&, const StepCounts&) = default;
};
/// Equal neighbouring cells. A wiped disk is one run.
struct CellRun {
  std::uint64_t cells = 0;
  StepCounts each;
  friend bool operator==(const CellRun&, const CellRun&) = default;
};

/// One image with its steps, for writing.
struct ImageSteps {
  std::uint32_t source = 0;
  std::uint64_t phase = 0;
  const StepStates* steps = nullptr;
};
/// The file's bytes. O(steps / 4).
[[nodiscard]] std::string survival_map_bytes(const std::vector<ImageSteps>& images);

/// Images in one file. Nobody names more as sources of one case; the cap bounds the header of a hostile file.
constexpr std::uint32_t kMaxMappedImages = 4096;
/// Cells of one answer: more than a screen has.
constexpr std::uint64_t kMaxMapCells = 1U << 16;

/// A file of maps, read piece by piece: never as a whole, and not mapped, so that somebody who truncates it cannot stop us.
/// Not thread safe.
class SurvivalMapFile {
 public:
  /// Errors: kIo; kMalformed (not such a file, or images that do not fit into it, with the offset).
  [[nodiscard]] static Result<SurvivalMapFile> open(const std::filesystem::path& path);
  [[nodiscard]] const std::vector<MappedImage>& images() const { return images_; }
  /// Cells of `steps_per_cell` steps (the last one of the image may hold fewer) from step `first` on, at most `cells`.
  /// Errors: kLimit (kMaxMapCells); kUsage (no steps per cell); kIo. O(steps / 4) time, 2 MiB of memory.
  [[nodiscard]] Result<std::vector<CellRun>> cells(const MappedImage& image, std::uint64_t first, std::uint64_t steps_per_cell, std::uint64_t cells);

 private:
  explicit SurvivalMapFile(std::ifstream in) : in_(std::move(in)) {}
  std::ifstream in_;
  std::vector<MappedImage> images_;
};

}  // namespace prova
