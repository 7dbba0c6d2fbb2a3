#include "program/prologues.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/byte_reader.h"

namespace prova {
namespace {

/// Long enough to tell data from code: random bytes decode as x86 for about 20 instructions before an invalid or
/// privileged one turns up with probability .95.
constexpr unsigned kMaxSpeculativeInstructions = 48;

struct Pattern {
  std::uint8_t length;
  std::array<std::uint8_t, 5> bytes;
};

constexpr auto kX86Prologues = std::to_array<Pattern>({
    {3, {0x55, 0x8b, 0xec}},              // push ebp; mov ebp, esp (Microsoft's encoding)
    {3, {0x55, 0x89, 0xe5}},              // the same (GNU's)
    {5, {0x8b, 0xff, 0x55, 0x8b, 0xec}},  // hot-patch point
    {4, {0xf3, 0x0f, 0x1e, 0xfb}},        // endbr32
    {2, {0x83, 0xec}}, {2, {0x81, 0xec}}, // sub esp, n
    {2, {0x53, 0x56}}, {2, {0x53, 0x57}}, {2, {0x53, 0x55}}, {2, {0x56, 0x57}}, {2, {0x57, 0x56}}, {2, {0x56, 0x53}},
    {2, {0x55, 0x57}}, {2, {0x55, 0x56}}, {2, {0x55, 0x53}}, {2, {0x57, 0x53}},
    {3, {0x53, 0x83, 0xec}}, {3, {0x56, 0x83, 0xec}}, {3, {0x57, 0x83, 0xec}}, {3, {0x55, 0x83, 0xec}},
    {3, {0x56, 0x8b, 0xf1}}, {3, {0x53, 0x8b, 0xd9}}, {3, {0x57, 0x8b, 0xf9}},  // push; mov reg, ecx (thiscall)
    {2, {0x56, 0x8b}}, {2, {0x53, 0x8b}}, {2, {0x57, 0x8b}},
    {3, {0x8b, 0x44, 0x24}}, {3, {0x8b, 0x4c, 0x24}}, {3, {0x8b, 0x54, 0x24}},  // mov reg, [esp+n]
    {4, {0x8d, 0x4c, 0x24, 0x04}},        // lea ecx, [esp+4]: main's realignment
});

constexpr auto kX64Prologues = std::to_array<Pattern>({
    {4, {0xf3, 0x0f, 0x1e, 0xfa}},        // endbr64
    {4, {0x55, 0x48, 0x89, 0xe5}}, {4, {0x55, 0x48, 0x8b, 0xec}},
    {3, {0x48, 0x83, 0xec}}, {3, {0x48, 0x81, 0xec}},
    {2, {0x40, 0x53}}, {2, {0x40, 0x55}}, {2, {0x40, 0x56}}, {2, {0x40, 0x57}},
    {2, {0x41, 0x54}}, {2, {0x41, 0x55}}, {2, {0x41, 0x56}}, {2, {0x41, 0x57}},
    {4, {0x48, 0x89, 0x5c, 0x24}}, {4, {0x48, 0x89, 0x4c, 0x24}}, {4, {0x48, 0x89, 0x54, 0x24}},
    {4, {0x48, 0x89, 0x74, 0x24}}, {4, {0x48, 0x89, 0x6c, 0x24}}, {4, {0x48, 0x89, 0x7c, 0x24}},
    {4, {0x4c, 0x89, 0x44, 0x24}}, {4, {0x4c, 0x89, 0x4c, 0x24}},
    {3, {0x48, 0x8b, 0xc4}}, {3, {0x4c, 0x8b, 0xdc}}, {3, {0x49, 0x89, 0xe3}},
    {2, {0x53, 0x48}}, {2, {0x55, 0x48}}, {2, {0x56, 0x48}}, {2, {0x57, 0x48}},
    {2, {0x55, 0x53}}, {2, {0x56, 0x53}}, {2, {0x57, 0x56}}, {2, {0x55, 0x57}},
});

struct WordPattern {
  std::uint32_t mask, value;
};

/// Arm Architecture Reference Manual for A-profile, C6.2.
constexpr auto kArm64Prologues = std::to_array<WordPattern>({
    {0xffff'ffff, 0xd503'233f},  // paciasp
    {0xffff'ffff, 0xd503'237f},  // pacibsp
    {0xffff'ffff, 0xd503'245f},  // bti c
    {0xffc0'7fff, 0xa980'7bfd},  // stp x29, x30, [sp, #-n]!
    {0xffc0'03e0, 0xa980'03e0},  // stp x?, x?, [sp, #-n]!
    {0xffc0'03e0, 0x6d80'03e0},  // stp d?, d?, [sp, #-n]!
    {0xffe0'0fff, 0xf800'0ffe},  // str x30, [sp, #-n]!
    {0xff80'03ff, 0xd100'03ff},  // sub sp, sp, #n
});

/// Arm Architecture Reference Manual for A-profile, F5.1.
constexpr auto kA32Prologues = std::to_array<WordPattern>({
    {0xffff'4000, 0xe92d'4000},  // push {..., lr}
    {0xffff'ffff, 0xe52d'e004},  // push {lr}
    {0xffff'f000, 0xe24d'd000},  // sub sp, sp, #n
    {0xffff'ffff, 0xe1a0'c00d},  // mov ip, sp
});
/// First half-word low, second high.
constexpr auto kThumbPrologues = std::to_array<WordPattern>({
    {0x0000'ff00, 0x0000'b500},  // push {..., lr}
    {0x4000'ffff, 0x4000'e92d},  // push.w {..., lr}
    {0xffff'ffff, 0xed04'f84d},  // str.w lr, [sp, #-4]!
    {0x0000'ff80, 0x0000'b080},  // sub sp, #n
});

template <std::size_t N>
bool matches_word(const std::array<WordPattern, N>& patterns, ByteView bytes) {
  const auto word = ByteReader(bytes).read_at<std::uint32_t>(FileOffset{0});
  return word && std::any_of(patterns.begin(), patterns.end(),
                             [&](const WordPattern& pattern) { return (*word & pattern.mask) == pattern.value; });
}

template <std::size_t N>
bool matches_any(const std::array<Pattern, N>& patterns, ByteView bytes) {
  for (const Pattern& pattern : patterns) {
    if (bytes.size() < pattern.length) continue;
    bool equal = true;
    for (std::size_t i = 0; i < pattern.length && equal; ++i) equal = bytes[i] == std::byte{pattern.bytes[i]};
    if (equal) return true;
  }
  return false;
}

/// A tail call's target that nobody has called yet.
bool may_start(const FlowGraph& graph, CodeIndex target) {
  constexpr std::uint64_t kFunctionAlignment = 16;
  const std::uint32_t run = graph.run_at(target);
  if (graph.image().arch == Arch::kArm && run != kNoRun && graph.run(run).begin == target) return true;
  return raw(graph.code().address_of(target)) % kFunctionAlignment == 0 ||
         looks_like_prologue(graph.image().arch, graph.code().bytes_from(target), graph.is_thumb(target));
}

/// nop in both states, the older `mov r0, r0` and `mov r8, r8`, zero words.
bool is_arm32_padding(const FlowGraph& graph, CodeIndex index, std::size_t& length) {
  const ByteReader in(graph.code().bytes_from(index));
  const bool whole = in.contains(FileOffset{0}, 4) && raw(graph.code().address_of(index)) % 4 == 0;
  const std::uint32_t word = whole ? in.value_at<std::uint32_t>(FileOffset{0}) : ~0U;
  length = 4;
  if (word == 0 || word == 0xe320'f000 || word == 0xe1a0'0000 || word == 0x8000'f3af) return true;
  length = 2;
  if (!in.contains(FileOffset{0}, 2)) return false;
  const std::uint16_t half = in.value_at<std::uint16_t>(FileOffset{0});
  return half == 0xbf00 || half == 0x46c0 || half == 0;
}

bool is_suspicious(const Instruction& instruction) {
  return instruction.operation == Operation::kSystem && instruction.flow == Flow::kTrap;
}

}  // namespace

bool looks_like_prologue(Arch arch, ByteView bytes, bool thumb) {
  switch (arch) {
    case Arch::kX86: return matches_any(kX86Prologues, bytes);
    case Arch::kX64: return matches_any(kX64Prologues, bytes);
    case Arch::kArm64: return matches_word(kArm64Prologues, bytes);
    case Arch::kArm: return thumb ? matches_word(kThumbPrologues, bytes) : matches_word(kA32Prologues, bytes);
    default: return false;
  }
}

bool is_branch_target_marker(ByteView bytes) {
  return bytes.size() >= 4 && bytes[0] == std::byte{0xf3} && bytes[1] == std::byte{0x0f} && bytes[2] == std::byte{0x1e} &&
         (bytes[3] == std::byte{0xfa} || bytes[3] == std::byte{0xfb});
}

bool is_padding(const FlowGraph& graph, CodeIndex index, std::size_t& length) {
  const ByteView bytes = graph.code().bytes_from(index);
  if (graph.image().arch == Arch::kArm) return is_arm32_padding(graph, index, length);
  if (graph.image().arch == Arch::kArm64) {
    const auto word = ByteReader(bytes).read_at<std::uint32_t>(FileOffset{0});
    length = 4;
    return word && (*word == 0 || *word == 0xd503'201f);  // udf #0; nop
  }
  length = 1;
  if (bytes[0] == std::byte{0xcc} || bytes[0] == std::byte{0x90}) return true;
  if (bytes.size() >= 2 && bytes[0] == std::byte{0} && bytes[1] == std::byte{0}) return true;
  if (bytes[0] == std::byte{0}) return bytes.size() == 1 || raw(graph.code().address_of(index)) % 4 == 3;
  Instruction instruction;
  if (!graph.decode_at(index, instruction)) return false;
  length = instruction.length;
  const bool endbr = instruction.length == 4 && bytes[0] == std::byte{0xf3} && bytes[1] == std::byte{0x0f};
  if (instruction.operation == Operation::kNop) return !endbr;
  // What assemblers used before the long nop: lea esi, [esi+0]; mov edi, edi.
  const Operand& to = instruction.operands[0];
  const Operand& from = instruction.operands[1];
  if (instruction.operand_count != 2 || to.kind != Operand::Kind::kRegister) return false;
  if (instruction.operation == Operation::kAddressOf) {
    return from.base == to.reg && from.index.cls == Register::Class::kNone && from.value == 0 && instruction.length >= 3;
  }
  return false;
}

bool behaves_like_function(const FlowGraph& graph, CodeIndex index) {
  const CodeRegion& region = graph.code().region_of(index);
  Instruction instruction;
  CodeIndex at = index;
  for (unsigned i = 0; i < kMaxSpeculativeInstructions; ++i) {
    if (at >= region.end()) return false;
    if (graph.has(at, kTableByte)) return false;
    if (graph.has(at, kDecoded) && at != index) return graph.run_at(at) != kNoRun;
    if (!graph.decode_at(at, instruction)) return false;
    if (is_suspicious(instruction) && i < 2) return false;
    if (instruction.operation == Operation::kPadding && i == 0) return false;
    const std::byte first = region.bytes[at - region.first];
    if (graph.decoder().alignment() == 1 && first == std::byte{0} && instruction.length == 2) return false;  // add [eax], al
    if (instruction.target) {
      const CodeIndex target = graph.code().index_of(*instruction.target);
      const bool stand_in = graph.image().import_at(*instruction.target) != nullptr;
      if (target == kNowhere) {
        const bool absent = raw(*instruction.target) == 0;  // A weak function that was not linked.
        if (!stand_in && !absent) return false;
      } else if (graph.has(target, kDecoded)) {
        if (graph.run_at(target) == kNoRun) return false;
        // A jump into the middle of known code: a piece of some other function.
        if (instruction.flow == Flow::kConditionalJump && !graph.is_start(target)) return false;
        if (instruction.flow == Flow::kJump && !graph.is_start(target) && !may_start(graph, target)) return false;
      }
    }
    const bool conditional = graph.image().arch == Arch::kArm && instruction.condition != Condition::kNone;
    if (!conditional && (instruction.flow == Flow::kJump || instruction.flow == Flow::kReturn ||
                         instruction.flow == Flow::kIndirectJump || instruction.flow == Flow::kTrap)) {
      return true;
    }
    at += instruction.length;
  }
  return true;
}

}  // namespace prova
