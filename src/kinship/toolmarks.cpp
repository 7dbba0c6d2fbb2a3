#include "kinship/toolmarks.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <set>

#include "kinship/toolmark_worth.h"

namespace prova {
namespace {

using Kind = Toolmark::Kind;
using Origin = std::pair<SampleRole, std::string>;

bool contains_any(std::string_view text, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool is_gnu_compiler(std::string_view value) {
  constexpr auto kGnuCompilers = std::to_array<std::string_view>({"GCC", "GNU", "mingw", "MinGW", "clang"});
  return contains_any(value, kGnuCompilers);
}

int leading_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} ? number : 0;
}

/// What the file and its code say about the tools, gathered once for all marks.
struct ToolFacts {
  std::vector<ToolSign> gnu;   ///< That GNU or LLVM tools made it, strongest first.
  std::string microsoft;       ///< That Microsoft's tools did; else empty.
  bool has_rich = false;
  bool rich_checksum_fits = true;
  std::optional<unsigned> rich_linker;
  std::string linker;          ///< Of the optional header: "14.29".

  explicit ToolFacts(const AnalyzedSample& sample)
      : gnu(signs_of_gnu(sample.tools)), microsoft(sign_of_microsoft(sample.tools)),
        rich_checksum_fits(sample.tools.rich_checksum_fits), rich_linker(sample.tools.rich_linker) {
    for (const auto& [kind, value] : sample.stored.record.toolmarks) {
      has_rich = has_rich || kind == Kind::kRichHeader || kind == Kind::kRichHash;
      if (kind == Kind::kLinkerVersion) linker = value;
      if (kind == Kind::kCompiler && is_gnu_compiler(value)) gnu.push_back({fmt::format("a compiler string says \"{}\"", value), false});
    }
    // Microsoft's linker wrote major version 2 last in 1995, for Visual C++ 2.x, before there was a Rich header.
    if (linker.starts_with("2.")) gnu.push_back({fmt::format("the linker version is {}, as GNU ld writes it", linker), false});
  }
  /// A weak sign comes with any linked-in object: it counts unless the code looks like Microsoft's.
  [[nodiscard]] std::string against_microsoft() const {
    std::string text;
    for (const ToolSign& sign : gnu) {
      if (sign.strong || microsoft.empty()) text += (text.empty() ? "" : "; ") + sign.text;
    }
    return text;
  }
};

std::string note_on_rich(const ToolFacts& facts) {
  std::string note;
  const auto add = [&](std::string text) { note += (note.empty() ? "" : ". ") + std::move(text); };
  if (const std::string against = facts.against_microsoft(); !against.empty()) {
    add(fmt::format("Does not fit the code: a Rich header is written by Microsoft's linker alone, but {}; possible false flag",
                    against));
  }
  if (facts.rich_linker && !facts.linker.empty() && leading_number(facts.linker) != static_cast<int>(*facts.rich_linker)) {
    add(fmt::format("It names Microsoft's linker {}, the file's header linker {}: one link writes both alike; possible "
                    "false flag", *facts.rich_linker, facts.linker));
  }
  if (!facts.rich_checksum_fits) {
    add("Its checksum was not computed for this file's DOS header and stub: the header was copied here, or the stub "
        "was edited");
  }
  return note;
}

std::string note_on_compiler(const ToolFacts& facts, const std::string& value) {
  const bool strong = std::any_of(facts.gnu.begin(), facts.gnu.end(), [](const ToolSign& sign) { return sign.strong; });
  if (!is_gnu_compiler(value) || facts.microsoft.empty() || strong || !facts.has_rich) return {};
  return fmt::format("Does not fit most of the code: {}. It came with a linked-in object, or was planted", facts.microsoft);
}

std::string note_on_time(const ToolFacts& facts, const std::string& value) {
  const int released = facts.rich_linker ? linker_release_year(*facts.rich_linker) : 0;
  if (released == 0 || leading_number(value) >= released) return {};
  return fmt::format("Earlier than the linker that the Rich header names, which came out in {}: one of the two was set "
                     "by hand", released);
}

std::string note_on(Kind kind, const std::string& value, const ToolFacts& facts) {
  switch (kind) {
    case Kind::kRichHash: return note_on_rich(facts);
    case Kind::kCompiler: return note_on_compiler(facts, value);
    case Kind::kLinkTimestamp: case Kind::kDebugTimestamp: case Kind::kExportTimestamp: return note_on_time(facts, value);
    default: return {};
  }
}

/// Which origins of the index carry which marks, for one file format.
class IndexMarks {
 public:
  IndexMarks(const SampleList& known, Format format) {
    for (const auto& [id, record] : known) {
      if (record.format != format) continue;
      for (const auto& [kind, value] : record.toolmarks) {
        with_kind_[kind].insert({record.role, record.family});
        with_value_[{kind, value}].insert({record.role, record.family});
      }
    }
  }
  [[nodiscard]] std::vector<std::string> malware_with(Kind kind, const std::string& value) const {
    std::vector<std::string> families;
    for (const Origin& origin : find(with_value_, {kind, value})) {
      if (origin.first == SampleRole::kMalware) families.push_back(origin.second);
    }
    return families;
  }
  /// Leaves one family out: the one whose kinship is asked about.
  [[nodiscard]] IndexFrequency others(Kind kind, const std::string& value) const {
    return {static_cast<std::uint32_t>(std::max<std::size_t>(1, find(with_kind_, kind).size()) - 1),
            static_cast<std::uint32_t>(std::max<std::size_t>(1, find(with_value_, {kind, value}).size()) - 1)};
  }

 private:
  template <typename Map>
  [[nodiscard]] static const std::set<Origin>& find(const Map& map, const typename Map::key_type& key) {
    static const std::set<Origin> kNone;
    const auto it = map.find(key);
    return it == map.end() ? kNone : it->second;
  }
  std::map<Kind, std::set<Origin>> with_kind_;
  std::map<std::pair<Kind, std::string>, std::set<Origin>> with_value_;
};

}  // namespace

std::vector<ToolmarkResult> compare_toolmarks(const AnalyzedSample& sample, const SampleList& known) {
  const SampleRecord& record = sample.stored.record;
  const std::set<std::pair<Kind, std::string>> marks(record.toolmarks.begin(), record.toolmarks.end());
  const ToolFacts facts(sample);
  const IndexMarks index(known, record.format);
  std::vector<ToolmarkResult> results;
  for (const auto& [kind, value] : marks) {
    ToolmarkResult result{kind, value, index.malware_with(kind, value), std::nullopt, {}, note_on(kind, value, facts)};
    const auto worth = result.families.empty() ? std::nullopt
                                               : mark_worth(kind, record.format, value, index.others(kind, value));
    if (worth) {
      result.because = worth->because;
      // A mark that contradicts the code is no evidence for the family that it points at.
      result.log10_lr = result.note.empty() ? worth->log10_lr : std::min(0.0, worth->log10_lr);
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace prova
