#include "content/damage/survival_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

namespace prova {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");

constexpr std::string_view kMagic = "PROVASM1";

/// One image in the header.
struct Entry {
  std::uint32_t source, step_bytes;
  std::uint64_t phase, steps, at;
};
static_assert(sizeof(Entry) == 32);
constexpr std::size_t kHeadBytes = 16;  // Magic, number of images, zero.

template <typename T>
void put(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

using CountsOfByte = std::array<std::uint8_t, 4>;

/// Of each byte value: how many of its four steps hold what.
constexpr std::array<CountsOfByte, 256> byte_counts() {
  std::array<CountsOfByte, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    for (unsigned step = 0; step < 4; ++step) ++table[byte][byte >> 2 * step & 3];
  }
  return table;
}
constexpr auto kByteCounts = byte_counts();

/// Adds steps [begin, end) of packed bytes.
void count(const std::vector<std::uint8_t>& packed, std::uint64_t begin, std::uint64_t end, std::array<std::uint64_t, 4>& into) {
  for (; begin < end && begin % 4 != 0; ++begin) ++into[packed[begin / 4] >> begin % 4 * 2 & 3];
  for (; begin + 4 <= end; begin += 4) {
    const CountsOfByte& four = kByteCounts[packed[begin / 4]];
    for (std::size_t state = 0; state < 4; ++state) into[state] += four[state];
  }
  for (; begin < end; ++begin) ++into[packed[begin / 4] >> begin % 4 * 2 & 3];
}

StepCounts named(const std::array<std::uint64_t, 4>& states) {
  const auto of = [&](StepState state) { return states[static_cast<std::size_t>(state)]; };
  return {of(StepState::kKnown), of(StepState::kConstant), of(StepState::kOther), of(StepState::kUnread)};
}

}  // namespace

std::string survival_map_bytes(const std::vector<ImageSteps>& images) {
  std::string out(kMagic);
  put(out, static_cast<std::uint32_t>(images.size()));
  put(out, std::uint32_t{0});
  std::uint64_t at = kHeadBytes + images.size() * sizeof(Entry);
  for (const ImageSteps& image : images) {
    put(out, Entry{image.source, kMapStepBytes, image.phase, image.steps->steps(), at});
    at += image.steps->packed().size();
  }
  for (const ImageSteps& image : images) out.append(reinterpret_cast<const char*>(image.steps->packed().data()), image.steps->packed().size());
  return out;
}

Result<SurvivalMapFile> SurvivalMapFile::open(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return fail(ErrorCode::kIo, "cannot open the survival map");
  const auto size = static_cast<std::uint64_t>(in.tellg());
  std::array<char, kHeadBytes> head{};
  in.seekg(0);
  if (size < kHeadBytes || !in.read(head.data(), head.size()) || std::string_view(head.data(), kMagic.size()) != kMagic) {
    return fail(ErrorCode::kMalformed, "not a survival map, expected PROVASM1", FileOffset{0});
  }
  std::uint32_t images = 0;
  std::memcpy(&images, head.data() + kMagic.size(), sizeof images);
  if (images > kMaxMappedImages) return fail(ErrorCode::kMalformed, fmt::format("{} images, at most {} accepted", images, kMaxMappedImages), FileOffset{kMagic.size()});
  SurvivalMapFile file(std::move(in));
  for (std::uint32_t i = 0; i < images; ++i) {
    Entry entry{};
    const FileOffset where{kHeadBytes + i * sizeof(Entry)};
    if (!file.in_.read(reinterpret_cast<char*>(&entry), sizeof entry)) return fail(ErrorCode::kMalformed, "ends inside the list of images", where);
    const bool fits = entry.step_bytes == kMapStepBytes && entry.steps <= kMaxMappedSteps && entry.at <= size && (entry.steps + 3) / 4 <= size - entry.at;
    if (!fits) return fail(ErrorCode::kMalformed, fmt::format("image {} has {} steps of {} bytes at {}, which do not lie in this file", i, entry.steps, entry.step_bytes, entry.at), where);
    file.images_.push_back({entry.source, entry.phase, entry.steps, entry.at});
  }
  return file;
}

Result<std::vector<CellRun>> SurvivalMapFile::cells(const MappedImage& image, std::uint64_t first, std::uint64_t steps_per_cell, std::uint64_t cells) {
  if (steps_per_cell == 0) return fail(ErrorCode::kUsage, "a cell has at least one step");
  if (cells > kMaxMapCells) return fail(ErrorCode::kLimit, fmt::format("{} cells, at most {} at a time", cells, kMaxMapCells));
  std::vector<CellRun> runs;
  if (first >= image.steps || cells == 0) return runs;
  const std::uint64_t left = image.steps - first;
  const std::uint64_t steps = steps_per_cell > left / cells ? left : steps_per_cell * cells;
  if (steps > kMaxStepsPerAnswer) return fail(ErrorCode::kLimit, fmt::format("{} steps, at most {} at a time", steps, kMaxStepsPerAnswer));
  std::vector<std::uint8_t> packed(static_cast<std::size_t>((first + steps + 3) / 4 - first / 4));
  in_.clear();
  in_.seekg(static_cast<std::streamoff>(image.at + first / 4));
  if (!in_.read(reinterpret_cast<char*>(packed.data()), static_cast<std::streamsize>(packed.size()))) {
    return fail(ErrorCode::kIo, "the survival map is shorter than it was", FileOffset{image.at + first / 4});
  }
  const std::uint64_t skipped = first % 4;
  for (std::uint64_t begin = 0; begin < steps; begin += std::min(steps_per_cell, steps - begin)) {
    std::array<std::uint64_t, 4> states{};
    count(packed, skipped + begin, skipped + std::min(begin + std::min(steps_per_cell, steps - begin), steps), states);
    const StepCounts cell = named(states);
    if (!runs.empty() && runs.back().each == cell) ++runs.back().cells;
    else runs.push_back({1, cell});
  }
  return runs;
}

}  // namespace prova
