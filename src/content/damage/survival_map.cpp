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
void add_steps(const std::vector<std::uint8_t>& packed, std::uint64_t begin, std::uint64_t end, std::array<std::uint64_t, 4>& into) {
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

/// Steps of one image, read in pieces of some MiB, ascending.
class StepReader {
 public:
  StepReader(std::ifstream& in, const MappedImage& image) : in_(in), image_(image) {}

  /// Adds steps [begin, end). Errors: kIo.
  Status count(std::uint64_t begin, std::uint64_t end, std::array<std::uint64_t, 4>& into) {
    while (begin < end) {
      if (begin < first_ || begin >= first_ + held_) PROVA_TRY(read(begin));
      const std::uint64_t stop = std::min(end, first_ + held_);
      add_steps(packed_, begin - first_, stop - first_, into);
      begin = stop;
    }
    return {};
  }

 private:
  static constexpr std::uint64_t kPieceSteps = 1ULL << 23;

  Status read(std::uint64_t step) {
    first_ = step / 4 * 4;
    held_ = std::min(kPieceSteps, image_.steps - first_);
    packed_.resize(static_cast<std::size_t>((held_ + 3) / 4));
    const std::uint64_t at = image_.at + first_ / 4;
    in_.clear();
    in_.seekg(static_cast<std::streamoff>(at));
    if (in_.read(reinterpret_cast<char*>(packed_.data()), static_cast<std::streamsize>(packed_.size()))) return {};
    held_ = 0;
    return fail(ErrorCode::kIo, "the survival map is shorter than it was", FileOffset{at});
  }

  std::ifstream& in_;
  const MappedImage& image_;
  std::vector<std::uint8_t> packed_;
  std::uint64_t first_ = 0, held_ = 0;  ///< Steps in `packed_`.
};

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
  StepReader reader(in_, image);
  for (std::uint64_t at = first, end = first + steps; at < end;) {
    std::array<std::uint64_t, 4> states{};
    const std::uint64_t cell_end = at + std::min(steps_per_cell, end - at);
    PROVA_TRY(reader.count(at, cell_end, states));
    at = cell_end;
    const StepCounts cell = named(states);
    if (!runs.empty() && runs.back().each == cell) ++runs.back().cells;
    else runs.push_back({1, cell});
  }
  return runs;
}

}  // namespace prova
