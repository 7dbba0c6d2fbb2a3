#pragma once
// A bounded first answer in the first minute of a scan that takes hours.

#include "content/damage/damage.h"

namespace prova {

/// Blocks sampled per image: at 10 ms a seek, 20 seconds on a slow disk.
constexpr std::uint64_t kSampledBlocks = 2000;

/// Samples blocks of the image at random (the same ones in every run) and bounds the share of the inventory's distinct blocks
/// that the image holds: docs/methods/content.md, "First answer". `phase`: offset of the 4-KiB grid.
[[nodiscard]] SampledAnswer sample_image(std::uint32_t source, const ImageReader& image, std::uint64_t phase, const ScanTargets& targets);

/// Bounds of a share of which `hits` in `n` were seen: Wilson score interval, 95 %.
struct ShareBounds {
  double low = 0, high = 1;
};
[[nodiscard]] ShareBounds wilson(std::uint64_t hits, std::uint64_t n);

}  // namespace prova
