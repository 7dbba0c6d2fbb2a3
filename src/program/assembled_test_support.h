#pragma once
// Images of hand-assembled code for tests of discovery.

#include <cstdint>
#include <string>
#include <vector>

#include "program/program.h"

namespace prova::testing {

constexpr std::uint64_t kBase = 0x401000;

/// An image of one code section; addresses in tests are offsets from kBase.
struct Assembled {
  std::vector<std::uint8_t> code;
  BinaryImage image;

  Assembled(Arch arch, std::vector<std::uint8_t> bytes, unsigned bits = 64) : code(std::move(bytes)) {
    image.arch = arch;
    image.bits = bits;
    image.format = Format::kElf;
    Section section;
    section.name = ".text";
    section.address = VirtualAddress{kBase};
    section.size = code.size();
    section.content = std::as_bytes(std::span(code));
    section.executable = true;
    image.sections.push_back(section);
    image.entry_points.push_back(VirtualAddress{kBase});
  }
  Assembled(const Assembled&) = delete;
  Assembled& operator=(const Assembled&) = delete;

  void import(std::uint64_t where, std::string name) {
    image.imports.push_back({"", std::move(name), VirtualAddress{where}, Import::Reach::kPointer});
  }
  [[nodiscard]] Program discover(const DiscoveryLimits& limits = {}) const { return prova::discover(image, limits).value(); }
};

inline const Function* at(const Program& program, std::uint64_t offset) {
  const auto index = program.function_at(VirtualAddress{kBase + offset});
  return index ? &program.functions[*index] : nullptr;
}

inline std::vector<std::uint8_t> padded(std::vector<std::uint8_t> bytes, std::size_t size, std::uint8_t filler = 0xcc) {
  bytes.resize(size, filler);
  return bytes;
}

}  // namespace prova::testing
