#include "kinship/rule_draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/escape.h"
#include "dataflow/decoded_function.h"
#include "features/page_registers.h"

namespace prova {
namespace {

/// A byte of a pattern and which of its bits are fixed: none, the low or high four, or all.
struct PatternByte {
  std::uint8_t value = 0;
  std::uint8_t mask = 0xff;
};

void open_bytes(std::vector<PatternByte>& bytes, std::size_t at, std::size_t count) {
  for (std::size_t i = at; i < std::min(at + count, bytes.size()); ++i) bytes[i].mask = 0;
}

/// Opens the `width` bytes that hold `value` in an instruction; the last such place, where encodings keep displacements.
void open_value(std::vector<PatternByte>& bytes, std::uint64_t value, std::size_t width) {
  for (std::size_t at = bytes.size() - std::min(bytes.size(), width) + 1; at-- > 0;) {
    bool here = at + width <= bytes.size();
    for (std::size_t i = 0; here && i < width; ++i) here = bytes[at + i].value == static_cast<std::uint8_t>(value >> (8 * i));
    if (here) return open_bytes(bytes, at, width);
  }
}

bool lies_within(const Function& f, VirtualAddress address) {
  return std::any_of(f.blocks.begin(), f.blocks.end(),
                     [&](const BasicBlock& block) { return distance(block.begin, address) < block.size; });
}

void open_x86(const BinaryImage& image, const Function& f, const Instruction& i, std::vector<PatternByte>& bytes) {
  constexpr std::size_t kWord = 4;
  if (i.target && (i.flow == Flow::kCall || !lies_within(f, *i.target))) {
    open_value(bytes, distance(i.end(), *i.target), kWord);
  }
  if (i.references) {
    open_value(bytes, distance(i.end(), *i.references), kWord);  // Relative to rip,
    open_value(bytes, raw(*i.references), kWord);                // or absolute.
  }
  for (unsigned n = 0; n < i.operand_count; ++n) {
    const auto value = static_cast<std::uint64_t>(i.operands[n].value);
    if (i.operands[n].kind != Operand::Kind::kImmediate || i.target || image.section_at(VirtualAddress{value}) == nullptr) continue;
    open_value(bytes, value, bytes.size() > 8 ? 8 : kWord);
  }
}

/// AArch64 encodings (Arm ARM, C4.1): b, bl imm26 in bits 0..25; b.cond, cbz imm19 in 5..23; adr, adrp immlo in 29..30 and
/// immhi in 5..23; add, ldr, str imm12 in 10..21. Nibbles that hold any of these bits are left open.
void open_arm64(const Function& f, const Instruction& i, bool completes_page, std::vector<PatternByte>& bytes) {
  if (bytes.size() < 4) return;
  const auto open = [&](std::initializer_list<std::uint8_t> masks) {
    std::size_t at = 0;
    for (const std::uint8_t mask : masks) bytes[at++].mask = mask;
  };
  const bool outside = i.target && !lies_within(f, *i.target);
  if (i.flow == Flow::kCall || (outside && i.flow == Flow::kJump)) open({0, 0, 0, 0xf0});
  else if (outside) open({0x0f, 0, 0, 0xff});
  else if (i.references) open({0x0f, 0, 0, 0x0f});
  else if (completes_page) open({0xff, 0x03, 0, 0xff});
  for (PatternByte& b : bytes) {  // YARA knows whole and half bytes.
    if ((b.mask & 0x0fU) != 0x0fU) b.mask &= 0xf0U;
    if ((b.mask & 0xf0U) != 0xf0U) b.mask &= 0x0fU;
  }
}

void open_relocations(const BinaryImage& image, const Instruction& i, std::vector<PatternByte>& bytes) {
  const std::size_t width = image.arch == Arch::kArm64 ? 4 : image.bits / 8;
  auto it = std::lower_bound(image.relocations.begin(), image.relocations.end(), i.address,
                             [](const Relocation& r, VirtualAddress a) { return raw(r.where) < raw(a); });
  for (; it != image.relocations.end() && distance(i.address, it->where) < i.length; ++it) {
    open_bytes(bytes, distance(i.address, it->where), width);
  }
}

/// One straight stretch of a function: consecutive bytes in memory.
struct Stretch {
  VirtualAddress begin{};
  std::vector<PatternByte> bytes;
  std::vector<std::size_t> starts;  ///< Of instructions.
};

std::vector<Stretch> stretches_of(const Program& program, std::uint32_t index, const DecodedFunction& code) {
  const BinaryImage& image = *program.image;
  const Function& f = program.functions[index];
  std::vector<Stretch> stretches;
  VirtualAddress expected{};
  PageRegisters pages;
  for (std::size_t b = 0; b < f.blocks.size(); ++b) {
    pages.clear();
    for (const Instruction& i : code.block(b)) {
      const bool completes_page = pages.step(i).has_value();
      if (stretches.empty() || i.address != expected) stretches.push_back({i.address, {}, {}});
      std::vector<PatternByte> bytes;
      for (const std::byte byte : image.bytes_at(i.address, i.length)) bytes.push_back({std::to_integer<std::uint8_t>(byte), 0xff});
      if (image.arch == Arch::kArm64) open_arm64(f, i, completes_page, bytes);
      else open_x86(image, f, i, bytes);
      open_relocations(image, i, bytes);
      stretches.back().starts.push_back(stretches.back().bytes.size());
      stretches.back().bytes.insert(stretches.back().bytes.end(), bytes.begin(), bytes.end());
      expected = i.end();
    }
  }
  return stretches;
}

std::string hex_of(std::span<const PatternByte> bytes) {
  std::string out;
  for (const PatternByte& b : bytes) {
    out += out.empty() ? "" : " ";
    out += (b.mask & 0xf0U) != 0 ? fmt::format("{:X}", b.value >> 4U) : "?";
    out += (b.mask & 0x0fU) != 0 ? fmt::format("{:X}", b.value & 0xfU) : "?";
  }
  return out;
}

std::size_t fixed_in(std::span<const PatternByte> bytes) {
  return static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.end(), [](const PatternByte& b) { return b.mask == 0xff; }));
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : escape_terminal(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string group_prefix(const RuleGroup& group) { return fmt::format("{}_{}_", name_of(group.format), name_of(group.arch)); }

/// Magic numbers: "MZ"; ELF's; Mach-O's in both byte orders and fat.
std::string format_test(Format format) {
  switch (format) {
    case Format::kPe: return "uint16(0) == 0x5a4d and ";
    case Format::kElf: return "uint32(0) == 0x464c457f and ";
    case Format::kMachO: return "(uint32(0) == 0xfeedfacf or uint32(0) == 0xfeedface or uint32be(0) == 0xcafebabe) and ";
    case Format::kCoffObject: case Format::kRaw: break;
  }
  return {};
}

}  // namespace

Result<CodePattern> code_pattern(const Program& program, std::uint32_t function) {
  PROVA_TRY(decoder, make_decoder(program.image->arch));
  DecodedFunction code;
  decode_function(*program.image, program.functions[function], *decoder, code);
  CodePattern best;
  for (const Stretch& stretch : stretches_of(program, function, code)) {
    const std::span<const PatternByte> all(stretch.bytes);
    for (const std::size_t start : stretch.starts) {
      std::span<const PatternByte> window = all.subspan(start, std::min(kMaxPatternBytes, all.size() - start));
      while (!window.empty() && window.back().mask == 0) window = window.first(window.size() - 1);
      if (window.empty() || window.front().mask != 0xff) continue;
      const std::size_t fixed = fixed_in(window);
      if (fixed < kLeastFixedBytes || fixed <= best.fixed) continue;
      best = {hex_of(window), fixed, stretch.begin + start};
    }
  }
  return best;
}

std::string rule_name(const std::string& family) {
  constexpr std::size_t kMaxName = 120;  // YARA takes 128 characters.
  std::string out;
  for (const char c : family.substr(0, kMaxName)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    out += plain ? c : '_';
  }
  return "family_" + out;
}

std::string rule_text(const RuleText& rule) {
  std::string out = fmt::format("rule {}\n{{\n  meta:\n", rule.name);
  for (const auto& [key, value] : rule.meta) out += fmt::format("    {} = {}\n", key, quoted(value));
  out += "  strings:\n";
  std::string condition;
  for (const RuleGroup& group : rule.groups) {
    const std::string prefix = group_prefix(group);
    for (std::size_t i = 0; i < group.patterns.size(); ++i) {
      const CodePattern& p = group.patterns[i];
      out += fmt::format("    ${}{:02} = {{ {} }}  // {} fixed bytes, from {:#x}\n", prefix, i, p.hex, p.fixed, raw(p.address));
    }
    condition += fmt::format("{}    ({}{} of (${}*))", condition.empty() ? "" : " or\n", format_test(group.format), group.least, prefix);
  }
  return out + "  condition:\n" + condition + "\n}\n";
}

}  // namespace prova
