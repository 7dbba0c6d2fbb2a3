#pragma once
// Programs of a few functions, assembled by hand in a test: bytes to blocks by a straight sweep, no discovery.

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "program/program.h"

namespace prova::testing {

/// Owns everything a hand-built Program refers to. Function n lies at kCode + n * kStride; read-only data at kReadOnly,
/// writable data at kWritable; import n stands for code at kImports + 16 * n and has its pointer slot at kSlots + 8 * n.
class TestProgram {
 public:
  static constexpr std::uint64_t kCode = 0x401000, kStride = 0x400, kReadOnly = 0x500000, kWritable = 0x600000,
                                 kImports = 0x700000, kSlots = 0x710000;

  TestProgram(Arch arch, std::vector<std::vector<std::uint8_t>> functions, std::string read_only = {},
              std::vector<std::string> imports = {}, Format format = Format::kElf)
      : code_(functions.size() * kStride, std::byte{0xcc}), read_only_(std::move(read_only)), writable_(64, std::byte{0}) {
    image_.arch = arch;
    image_.format = format;
    image_.bits = arch == Arch::kX86 || arch == Arch::kArm ? 32 : 64;
    image_.base = VirtualAddress{0x400000};
    for (std::size_t f = 0; f < functions.size(); ++f) {
      for (std::size_t i = 0; i < functions[f].size(); ++i) code_[f * kStride + i] = std::byte{functions[f][i]};
    }
    add_section(".text", kCode, code_, false, true);
    add_section(".rodata", kReadOnly, as_bytes(read_only_), false, false);
    add_section(".data", kWritable, writable_, true, false);
    for (std::size_t i = 0; i < imports.size(); ++i) {
      image_.imports.push_back({"", imports[i], VirtualAddress{kImports + 16 * i}, Import::Reach::kCode});
    }
    sort_tables(image_);
    program_.image = &image_;
    for (std::size_t f = 0; f < functions.size(); ++f) add_function(kCode + f * kStride, functions[f].size());
    program_.callees.resize(functions.size());
    program_.callers.resize(functions.size());
  }
  TestProgram(const TestProgram&) = delete;
  TestProgram& operator=(const TestProgram&) = delete;

  [[nodiscard]] const Program& program() const { return program_; }
  [[nodiscard]] BinaryImage& image() { return image_; }
  [[nodiscard]] Program& mutable_program() { return program_; }
  [[nodiscard]] const Function& function(std::size_t i) const { return program_.functions[i]; }

 private:
  void add_section(const char* name, std::uint64_t address, ByteView content, bool writable, bool executable) {
    Section s;
    s.name = name;
    s.address = VirtualAddress{address};
    s.size = content.size();
    s.content = content;
    s.writable = writable;
    s.executable = executable;
    image_.sections.push_back(s);
  }

  void add_function(std::uint64_t address, std::size_t size) {
    const auto decoder = make_decoder(image_.arch).value();
    std::vector<Instruction> all;
    for (std::uint64_t at = 0; at < size;) {
      Instruction i;
      if (!decoder->decode(image_.bytes_at(VirtualAddress{address + at}, size - at), VirtualAddress{address + at}, i)) break;
      all.push_back(i);
      at += i.length;
    }
    const auto inside = [&](const Instruction& i) {
      return i.target && distance(VirtualAddress{address}, *i.target) < size && i.flow != Flow::kCall;
    };
    std::set<std::uint64_t> leaders = {address};
    for (const Instruction& i : all) {
      if (i.flow != Flow::kNext && i.flow != Flow::kCall && i.flow != Flow::kIndirectCall) leaders.insert(raw(i.end()));
      if (inside(i)) leaders.insert(raw(*i.target));
    }
    Function f;
    f.address = VirtualAddress{address};
    f.size = size;
    f.instructions = static_cast<std::uint32_t>(all.size());
    std::vector<std::uint64_t> begins;
    for (const Instruction& i : all) {
      if (leaders.contains(raw(i.address))) {
        begins.push_back(raw(i.address));
        f.blocks.push_back({.begin = i.address, .size = 0, .instructions = 0, .successors = {}});
      }
      f.blocks.back().size += i.length;
      ++f.blocks.back().instructions;
    }
    const auto index_of = [&](VirtualAddress a) {
      return static_cast<std::uint32_t>(std::lower_bound(begins.begin(), begins.end(), raw(a)) - begins.begin());
    };
    for (std::size_t n = 0; n < all.size(); ++n) {
      const Instruction& i = all[n];
      const bool last = n + 1 == all.size() || leaders.contains(raw(i.end()));
      BasicBlock& block = f.blocks[static_cast<std::size_t>(
          std::upper_bound(begins.begin(), begins.end(), raw(i.address)) - begins.begin() - 1)];
      if (last && inside(i)) block.successors.push_back(index_of(*i.target));
      if (last && n + 1 < all.size() && i.flow != Flow::kJump && i.flow != Flow::kReturn && i.flow != Flow::kTrap) {
        block.successors.push_back(index_of(i.end()));
      }
      std::sort(block.successors.begin(), block.successors.end());
      const bool tail = i.flow == Flow::kJump && !inside(i);
      if (i.target && (i.flow == Flow::kCall || tail)) add_call(f, i, tail);
    }
    keep_reachable(f);
    program_.functions.push_back(std::move(f));
  }

  /// Drops padding between blocks, as discovery does.
  static void keep_reachable(Function& f) {
    std::vector<std::uint32_t> number(f.blocks.size(), UINT32_MAX), stack = {0};
    while (!stack.empty()) {
      const std::uint32_t b = stack.back();
      stack.pop_back();
      if (number[b] != UINT32_MAX) continue;
      number[b] = 0;
      stack.insert(stack.end(), f.blocks[b].successors.begin(), f.blocks[b].successors.end());
    }
    std::vector<BasicBlock> kept;
    for (std::size_t b = 0; b < f.blocks.size(); ++b) {
      if (number[b] == UINT32_MAX) continue;
      number[b] = static_cast<std::uint32_t>(kept.size());
      kept.push_back(f.blocks[b]);
    }
    for (BasicBlock& block : kept) {
      for (std::uint32_t& s : block.successors) s = number[s];
    }
    f.blocks = std::move(kept);
  }

  void add_call(Function& f, const Instruction& i, bool tail) {
    CallSite call{i.address, i.target, std::nullopt, tail};
    for (std::size_t n = 0; n < image_.imports.size(); ++n) {
      if (image_.imports[n].where == *i.target) call.import = static_cast<std::uint32_t>(n), call.target.reset();
    }
    f.calls.push_back(call);
  }

  std::vector<std::byte> code_;
  std::string read_only_;
  std::vector<std::byte> writable_;
  BinaryImage image_;
  Program program_;
};

}  // namespace prova::testing
