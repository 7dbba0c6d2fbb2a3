// Fuzz target: raw bytes as code, found, followed and turned into features. The first byte picks the machine and how
// much of the rest is read-only data; the others are code at one address and data at another.

#include "binary/binary_image.h"
#include "features/feature_sink.h"
#include "features/function_features.h"

namespace {

constexpr prova::Arch kMachines[] = {prova::Arch::kX64, prova::Arch::kX86, prova::Arch::kArm64};

prova::Section section(std::uint64_t address, prova::ByteView content, bool executable) {
  prova::Section s;
  s.address = prova::VirtualAddress{address};
  s.size = content.size();
  s.content = content;
  s.executable = executable;
  return s;
}

void check(const prova::FunctionFeatures& f) {
  if (f.features.size() > prova::kMaxFeatures) __builtin_trap();
  for (std::size_t i = 1; i < f.features.size(); ++i) {
    if (f.features[i - 1].hash >= f.features[i].hash) __builtin_trap();  // Promised: ascending, no repeats.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const prova::ByteView bytes(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  const std::size_t code = bytes.size() * ((data[0] >> 4U) + 1U) / 16U;
  prova::BinaryImage image;
  image.arch = kMachines[data[0] % 3U];
  image.bits = image.arch == prova::Arch::kX86 ? 32 : 64;
  image.format = (data[0] & 8U) != 0 ? prova::Format::kPe : prova::Format::kElf;
  image.base = prova::VirtualAddress{0x400000};
  image.file = bytes;
  image.sections = {section(0x401000, bytes.first(code), true), section(0x600000, bytes.subspan(code), false)};
  image.entry_points = {prova::VirtualAddress{0x401000}};
  sort_tables(image);
  const auto program = prova::discover(image);
  if (!program) return 0;
  prova::FeatureLabels labels;
  const auto features = prova::extract_features(*program, 1, &labels);
  if (!features) return 0;
  for (const prova::FunctionFeatures& f : *features) check(f);
  return 0;
}
