#include "kinship/toolmarks.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

namespace prova {
namespace {

using Kind = Toolmark::Kind;

/// Gaps between functions needed before their filling speaks: hand-written assembly and data end some by chance.
constexpr std::uint32_t kLeastGaps = 20;
/// And the share of them that must be filled one way.
constexpr double kClearMajority = 0.9;

bool contains_any(std::string_view text, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

/// What the file says that only GNU or LLVM tools leave behind, as a sentence part; empty when nothing does.
std::string sign_of_other_tools(const AnalyzedSample& sample) {
  constexpr auto kOtherCompilers = std::to_array<std::string_view>({"GCC", "GNU", "mingw", "MinGW", "clang"});
  for (const auto& [kind, value] : sample.stored.record.toolmarks) {
    if (kind == Kind::kCompiler && contains_any(value, kOtherCompilers)) {
      return fmt::format("a compiler string says \"{}\"", value);
    }
    // Microsoft's linker wrote major version 2 last in 1995, for Visual C++ 2.x, before there was a Rich header.
    if (kind == Kind::kLinkerVersion && value.starts_with("2.")) {
      return fmt::format("the linker version is {}, as GNU ld writes it", value);
    }
  }
  const std::uint32_t gaps = sample.gaps_of_int3 + sample.gaps_of_nops;
  if (gaps >= kLeastGaps && sample.gaps_of_nops >= kClearMajority * gaps) {
    return fmt::format("{} of {} gaps between functions hold the no-ops of GNU or LLVM tools, none of Microsoft's "
                       "int3 filling is expected there", sample.gaps_of_nops, gaps);
  }
  return {};
}

std::string note_on(Kind kind, const std::string& other_tools) {
  if ((kind == Kind::kRichHeader || kind == Kind::kRichHash) && !other_tools.empty()) {
    return fmt::format("Does not fit the code: a Rich header is written by Microsoft's linker alone, but {}; possible "
                       "false flag", other_tools);
  }
  return {};
}

}  // namespace

std::vector<ToolmarkResult> compare_toolmarks(const AnalyzedSample& sample, const SampleList& known) {
  std::set<std::pair<Kind, std::string>> marks(sample.stored.record.toolmarks.begin(),
                                               sample.stored.record.toolmarks.end());
  const std::string other_tools = sign_of_other_tools(sample);
  std::vector<ToolmarkResult> results;
  for (const auto& [kind, value] : marks) {
    ToolmarkResult result{kind, value, {}, std::nullopt, note_on(kind, other_tools)};
    std::set<std::string> families;
    for (const auto& [id, record] : known) {
      if (record.role != SampleRole::kMalware || families.contains(record.family)) continue;
      if (std::find(record.toolmarks.begin(), record.toolmarks.end(), std::pair{kind, value}) !=
          record.toolmarks.end()) families.insert(record.family);
    }
    result.families.assign(families.begin(), families.end());
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace prova
