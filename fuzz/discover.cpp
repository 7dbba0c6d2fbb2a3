// Function discovery on arbitrary bytes: a file that load() recognises, else raw code. The first byte picks the
// machine of raw code, its highest bit Thumb for AArch32. Checks what program.h promises.

#include "binary/load.h"
#include "program/program.h"

namespace {

using prova::raw;

void require(bool condition) {
  if (!condition) __builtin_trap();
}

void check_function(const prova::Function& function, std::size_t functions) {
  require(!function.blocks.empty() && function.blocks[0].begin == function.address);
  std::uint64_t size = 0, instructions = 0;
  for (std::size_t i = 0; i < function.blocks.size(); ++i) {
    const prova::BasicBlock& block = function.blocks[i];
    require(block.size > 0 && block.instructions > 0);
    require(i < 2 || raw(function.blocks[i - 1].begin) < raw(block.begin));
    for (std::size_t k = 0; k < block.successors.size(); ++k) {
      require(block.successors[k] < function.blocks.size());
      require(k == 0 || block.successors[k - 1] < block.successors[k]);
    }
    size += block.size;
    instructions += block.instructions;
  }
  require(size == function.size && instructions == function.instructions);
  require(!function.thunk_of || *function.thunk_of < functions);
}

void check(const prova::BinaryImage& image) {
  const auto program = prova::discover(image);
  if (!program) return;
  require(program->covered_bytes <= program->code_bytes);
  require(program->callees.size() == program->functions.size() && program->callers.size() == program->functions.size());
  for (std::size_t i = 0; i < program->functions.size(); ++i) {
    require(i == 0 || raw(program->functions[i - 1].address) < raw(program->functions[i].address));
    check_function(program->functions[i], program->functions.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const prova::ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  if (const auto loaded = prova::load(bytes)) {
    for (const prova::BinaryImage& image : loaded->images) check(image);
    return 0;
  }
  if (size == 0) return 0;
  constexpr prova::Arch kArchs[] = {prova::Arch::kX64, prova::Arch::kX86, prova::Arch::kArm64, prova::Arch::kArm};
  prova::BinaryImage image;
  image.arch = kArchs[data[0] % std::size(kArchs)];
  image.bits = image.arch == prova::Arch::kX86 || image.arch == prova::Arch::kArm ? 32 : 64;
  prova::Section section;
  section.address = prova::VirtualAddress{0x401000};
  section.content = bytes.subspan(1);
  section.size = section.content.size();
  section.executable = true;
  image.sections.push_back(section);
  image.entry_points.push_back(section.address);
  const bool thumb = image.arch == prova::Arch::kArm && (data[0] & 0x80U) != 0;
  if (thumb) image.symbols.push_back({"$t", section.address, 0, prova::Symbol::Kind::kOther, false});
  check(image);
  return 0;
}
