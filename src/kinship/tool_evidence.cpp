#include "kinship/tool_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/byte_reader.h"
#include "binary/rich_header.h"
#include "kinship/startup_code.h"

namespace prova {
namespace {

/// Messages of mingw-w64's pseudo-reloc.c, in every program that it links since 2008.
constexpr auto kMingwTexts = std::to_array<std::string_view>({"Mingw-w64 runtime failure:", "Mingw runtime failure:"});

/// Product ids of Microsoft's linkers in Rich headers, and the major version that each writes into the optional header
/// of what it links. Source: the public lists of comp.ids (D. Shapovalov's richprint; pefile); 258 was checked against
/// the 28 programs of bench/kinship/toolmark_packages.txt that have one.
struct RichLinker {
  std::uint16_t product;
  unsigned major;
};
constexpr auto kRichLinkers = std::to_array<RichLinker>({{4, 6}, {61, 7}, {90, 7}, {120, 8}, {145, 9}, {157, 10},
                                                         {183, 10}, {204, 11}, {222, 12}, {258, 14}});

/// Years of Visual C++ 6.0, .NET 2002, 2005, 2008, 2010, 2012, 2013, 2015 (7.1 of 2003 shares major version 7).
struct LinkerRelease {
  unsigned major;
  int year;
};
constexpr auto kReleases = std::to_array<LinkerRelease>(
    {{6, 1998}, {7, 2002}, {8, 2005}, {9, 2007}, {10, 2010}, {11, 2012}, {12, 2013}, {14, 2015}});

/// What lies right before each function. Only x86 has both int3 and no-ops as customary filling.
void count_gaps(const BinaryImage& image, const Program& program, ToolEvidence& evidence) {
  if (image.arch != Arch::kX86 && image.arch != Arch::kX64) return;
  // Last bytes of 90, 66 90 and of the long no-ops 0f 1f /0 and 66 2e 0f 1f /0, all of whose operand bytes are 0.
  constexpr std::byte kInt3{0xcc}, kNop{0x90}, kLongNopTail{0x00};
  for (const Function& f : program.functions) {
    if (raw(f.address) < 2 || f.kind != FunctionKind::kFunction) continue;
    const ByteView before = image.bytes_at(VirtualAddress{raw(f.address) - 2}, 2);
    if (before.size() < 2 || !image.is_code(VirtualAddress{raw(f.address) - 2})) continue;
    if (before[0] == kInt3 && before[1] == kInt3) ++evidence.gaps_of_int3;
    if (before[1] == kNop || (before[0] == kLongNopTail && before[1] == kLongNopTail)) ++evidence.gaps_of_nops;
  }
}

bool has_section(const BinaryImage& image, std::string_view name) {
  return std::any_of(image.sections.begin(), image.sections.end(), [&](const Section& s) { return s.name == name; });
}

std::optional<FileOffset> find_mingw_text(const BinaryImage& image) {
  for (const Section& section : image.sections) {
    if (section.executable) continue;
    for (const std::string_view text : kMingwTexts) {
      const void* hit = ::memmem(section.content.data(), section.content.size(), text.data(), text.size());
      if (hit == nullptr) continue;
      return section.offset + static_cast<std::uint64_t>(static_cast<const std::byte*>(hit) - section.content.data());
    }
  }
  return std::nullopt;
}

/// e_lfanew (PE format, "MS-DOS Stub"): where the Rich header must end before.
void read_rich(const BinaryImage& image, ToolEvidence& evidence) {
  const ByteReader in(image.file);
  if (image.format != Format::kPe || in.size() < 0x40) return;
  const auto rich = read_rich_header(image.file, FileOffset{in.value_at<std::uint32_t>(FileOffset{0x3c})});
  if (!rich) return;
  evidence.rich_checksum_fits = rich->checksum == rich->key;
  for (const RichEntry& entry : rich->entries) {
    for (const RichLinker& linker : kRichLinkers) {
      if (entry.product == linker.product) evidence.rich_linker = linker.major;
    }
  }
}

}  // namespace

ToolEvidence examine_tools(const BinaryImage& image, const Program& program, const std::vector<std::uint64_t>& exact) {
  ToolEvidence evidence;
  count_gaps(image, program, evidence);
  for (const std::uint64_t hash : exact) evidence.mingw_functions += is_mingw_startup(hash) ? 1U : 0U;
  if (image.format != Format::kPe) return evidence;
  evidence.mingw_text = find_mingw_text(image);
  evidence.gnu_sections = has_section(image, ".idata") && (has_section(image, ".CRT") || has_section(image, ".bss"));
  read_rich(image, evidence);
  return evidence;
}

std::vector<ToolSign> signs_of_gnu(const ToolEvidence& evidence) {
  std::vector<ToolSign> signs;
  if (evidence.mingw_functions >= kLeastStartupFunctions) {
    signs.push_back({fmt::format("{} functions are start-up code of mingw-w64, byte for byte", evidence.mingw_functions), true});
  }
  if (evidence.mingw_text) {
    signs.push_back({fmt::format("the error message of mingw-w64's start-up code stands at offset {:#x}", raw(*evidence.mingw_text)), true});
  }
  if (evidence.gnu_sections) signs.push_back({"the sections are laid out as GNU ld lays them out", true});
  const std::uint32_t gaps = evidence.gaps_of_int3 + evidence.gaps_of_nops;
  if (gaps >= kLeastGaps && evidence.gaps_of_nops >= kClearMajority * gaps) {
    signs.push_back({fmt::format("{} of {} gaps between functions hold the no-ops of GNU or LLVM tools, none of Microsoft's "
                                 "int3 filling is expected there", evidence.gaps_of_nops, gaps), true});
  }
  return signs;
}

std::string sign_of_microsoft(const ToolEvidence& evidence) {
  const std::uint32_t gaps = evidence.gaps_of_int3 + evidence.gaps_of_nops;
  if (gaps < kLeastGaps || evidence.gaps_of_int3 < kClearMajority * gaps) return {};
  return fmt::format("{} of {} gaps between functions hold int3, as Microsoft's linker and lld-link fill them",
                     evidence.gaps_of_int3, gaps);
}

int linker_release_year(unsigned major) {
  for (const LinkerRelease& release : kReleases) {
    if (release.major == major) return release.year;
  }
  return 0;
}

}  // namespace prova
