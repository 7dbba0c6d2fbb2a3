// Memory that a scan needs against a large inventory, with simulated keys:
//   content_memory_bench chunks|text|blocks MILLIONS
// chunks, text: the index of `prova leak` over MILLIONS of marks with random hashes, 64 of each file, packed as an inventory packs them.
// blocks: filter and places of `prova damage` for MILLIONS of different blocks (1 TB of different 4-KiB blocks are 244).

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <random>
#include <string_view>

#include "base/hash.h"
#include "content/damage/block_lookup.h"
#include "content/leak/mark_index.h"
#include "measure.h"

namespace prova {
namespace {

double resident_megabytes() {
  unsigned long pages = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr || std::fscanf(file, "%*u %lu", &pages) != 1) pages = 0;
  if (file != nullptr) std::fclose(file);
  return static_cast<double>(pages) * 4096 / 1e6;
}

std::string simulated_marks(std::uint64_t count, unsigned key_bytes) {
  constexpr std::uint64_t kPerFile = 64;
  MarkTableWriter writer(key_bytes);
  std::mt19937_64 random(1);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i % kPerFile == 0) writer.begin(static_cast<std::uint32_t>(i / kPerFile), std::min(kPerFile, count - i));
    writer.add(random(), static_cast<std::uint32_t>(i % kPerFile * 13));
  }
  return writer.packed();
}

/// Look-ups of foreign hashes a second, in batches as a scan does them; those that hit by chance are counted.
void look_up(const MarkIndex& index) {
  constexpr std::size_t kLookUps = 20'000'000;
  std::uint64_t hits = 0;
  const double before = processor_seconds();
  index.find_all(kLookUps, [](std::size_t i) { return mix(7, i); }, [&](std::size_t, MarkIndex::Range) { ++hits; });
  const double seconds = processor_seconds() - before;
  fmt::print("{:.1f} million look-ups a second of processor time; {} of {} foreign hashes met a mark\n", kLookUps / 1e6 / seconds, hits, kLookUps);
}

void measure_marks(std::uint64_t count, unsigned key_bytes) {
  const std::string section = simulated_marks(count, key_bytes);
  const double before = resident_megabytes(), start = processor_seconds();
  const MarkIndex index(as_bytes(section), key_bytes);
  fmt::print("{} marks of {} bytes in the section ({:.2f} each): {} kept (one in {}), {:.0f} MB resident, {:.2f} bytes each, {:.1f} s to build\n", count,
             section.size(), static_cast<double>(section.size()) / static_cast<double>(count), index.size(), index.one_in(), resident_megabytes() - before,
             static_cast<double>(index.memory_bytes()) / static_cast<double>(index.size()), processor_seconds() - start);
  look_up(index);
}

void measure_blocks(std::uint64_t count) {
  std::vector<std::uint64_t> keys(count);
  for (std::uint64_t i = 0; i < count; ++i) keys[i] = ~std::uint64_t{0} / count * i + (mix(3, i) >> 40);  // Ascending, as a section has them.
  const double before = resident_megabytes();
  const BlockLookup lookup(keys);
  const BlockLocations places(keys.size());
  fmt::print("{} keys ({:.0f} MB of the mapped inventory): {:.0f} MB resident, {:.2f} bytes each\n", count, static_cast<double>(count) * 8 / 1e6,
             resident_megabytes() - before, (resident_megabytes() - before) * 1e6 / static_cast<double>(count));
  std::uint64_t passed = 0;
  const double start = processor_seconds();
  for (std::uint64_t i = 0; i < 20'000'000; ++i) passed += lookup.maybe(mix(9, i)) ? 1 : 0;
  fmt::print("{:.1f} million look-ups a second of processor time; {:.2f} % of foreign keys pass the filter\n", 20 / (processor_seconds() - start), static_cast<double>(passed) / 2e5);
  if (places.found(0)) fmt::print("never\n");
}

}  // namespace
}  // namespace prova

int main(int argc, char** argv) {
  std::uint64_t millions = 0;
  const std::string_view what = argc > 1 ? argv[1] : "", number = argc > 2 ? argv[2] : "";
  std::from_chars(number.data(), number.data() + number.size(), millions);
  if (millions == 0 || (what != "chunks" && what != "text" && what != "blocks")) {
    fmt::print(stderr, "content_memory_bench chunks|text|blocks MILLIONS\n");
    return 2;
  }
  fmt::print("{}\n", prova::machine());
  if (what == "blocks") prova::measure_blocks(millions * 1'000'000);
  else prova::measure_marks(millions * 1'000'000, what == "chunks" ? prova::kChunkKeyBytes : prova::kTextKeyBytes);
  return 0;
}
