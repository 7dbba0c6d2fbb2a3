#include "content/damage/patterns.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

namespace prova {
namespace {

constexpr std::uint64_t kMebibyte = 1ULL << 20;
/// A run of loss or survival, in blocks.
struct Run {
  bool lost;
  std::uint64_t first, length;
};

std::vector<Run> runs_of(const std::vector<BlockState>& blocks) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const bool lost = blocks[i] != BlockState::kSame;
    if (runs.empty() || runs.back().lost != lost) runs.push_back({lost, i, 0});
    ++runs.back().length;
  }
  return runs;
}

/// The state that most lost blocks have; the first of equals in the order of the enumeration.
BlockState usual_replacement(const std::vector<BlockState>& blocks) {
  std::array<std::uint64_t, 7> counts{};
  for (const BlockState state : blocks) ++counts[static_cast<std::size_t>(state)];
  counts[static_cast<std::size_t>(BlockState::kSame)] = 0;
  return static_cast<BlockState>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

/// Whether lost runs come at equal distances and lengths: n of every m blocks. The last run may be cut by the end of the file, and
/// inside runs a block that was constant may have stayed the same by chance: those do not occur here, for equal is equal.
bool is_periodic(const std::vector<Run>& runs, std::uint64_t& n, std::uint64_t& m) {
  std::vector<Run> lost;
  for (const Run& run : runs) {
    if (run.lost) lost.push_back(run);
  }
  if (lost.size() < 3) return false;
  n = lost[0].length;
  m = lost[1].first - lost[0].first;
  for (std::size_t i = 0; i + 1 < lost.size(); ++i) {
    if (lost[i].length != n || lost[i + 1].first - lost[i].first != m) return false;
  }
  return lost.back().length <= n;
}

std::string name_partly(const std::vector<Run>& runs, const std::vector<BlockState>& blocks, LossPattern& pattern) {
  if (is_periodic(runs, pattern.n, pattern.m)) return "n_of_m";
  pattern.n = pattern.m = 0;
  const BlockState now = pattern.replaced_by;
  const bool one_run = runs.size() == 2 || (runs.size() == 3 && !runs[0].lost);
  // A changed byte leaves text where text was; what is encrypted or wiped looks like neither.
  const bool destroyed = now == BlockState::kZero || now == BlockState::kConstant || now == BlockState::kRandom || now == BlockState::kAlternating;
  if (pattern.lost_blocks <= 2 && !destroyed) return "altered";
  if (one_run && runs[0].lost) return "head_only";
  if (one_run && runs.back().lost) return blocks.back() == BlockState::kMissing ? "truncated" : "tail_only";
  return pattern.lost_blocks <= 2 && blocks.size() > 8 ? "altered" : "scattered";
}

}  // namespace

std::optional<LossPattern> name_pattern(const std::vector<BlockState>& blocks, std::uint64_t found_size, std::uint64_t original_size) {
  LossPattern pattern;
  pattern.blocks = blocks.size();
  pattern.lost_blocks = static_cast<std::uint64_t>(std::count_if(blocks.begin(), blocks.end(), [](BlockState state) { return state != BlockState::kSame; }));
  pattern.replaced_by = usual_replacement(blocks);
  if (pattern.lost_blocks == 0) {
    if (found_size == original_size || blocks.empty()) return std::nullopt;
    pattern.name = "appended";
    return pattern;
  }
  const auto runs = runs_of(blocks);
  // What is left up to the cut is the same; the block of the cut itself is neither.
  const std::size_t cut = static_cast<std::size_t>(found_size / 4096);
  const bool head_same = cut <= blocks.size() && std::all_of(blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(cut), [](BlockState state) { return state == BlockState::kSame; });
  if (found_size < original_size && head_same) {
    pattern.name = "truncated";
    pattern.replaced_by = BlockState::kMissing;
  } else if (pattern.lost_blocks == pattern.blocks) {
    const bool one_small = pattern.blocks == 1 && pattern.replaced_by == BlockState::kOther;
    pattern.name = pattern.replaced_by == BlockState::kZero ? "zeroed"
                   : pattern.replaced_by == BlockState::kAlternating ? "every_second_16_bytes"
                   : one_small && found_size == original_size ? "altered" : "whole_file";
  } else {
    pattern.name = name_partly(runs, blocks, pattern);
    if (pattern.name == "head_only" && pattern.lost_blocks + 1 >= pattern.blocks && pattern.blocks > 8) pattern.name = "whole_file";
  }
  return pattern;
}

DiskPattern name_disk_pattern(const std::vector<LostPlace>& places, std::uint64_t disk_size) {
  DiskPattern pattern;
  pattern.places = places.size();
  if (places.empty()) return pattern;
  std::array<std::uint64_t, 7> counts{};
  std::set<std::uint64_t> mebibytes;
  for (const LostPlace& place : places) {
    ++counts[static_cast<std::size_t>(place.now)];
    mebibytes.insert(place.offset / kMebibyte);
  }
  pattern.replaced_by = static_cast<BlockState>(std::max_element(counts.begin(), counts.end()) - counts.begin());
  pattern.until = places.back().offset + 4096;
  std::uint64_t step = 0, before = *mebibytes.begin();
  for (const std::uint64_t one : mebibytes) {
    step = std::gcd(step, one - before);
    before = one;
  }
  // Sixteen places that agree by chance on a common distance: below one in 2^15.
  if (step >= 2 && mebibytes.size() >= 16) {
    pattern.name = "every_nth_mib";
    pattern.n = step;
  } else if (pattern.until <= std::max(disk_size / 16, 4 * kMebibyte)) {
    pattern.name = "head";
  } else {
    pattern.name = "regions";
  }
  return pattern;
}

}  // namespace prova
