#include "workbench/views/marked_text.h"

#include <algorithm>

#include "base/escape.h"

namespace prova {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }
bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f'; }

/// Moves down to where a character begins.
std::uint64_t character_start(std::string_view text, std::uint64_t at) {
  at = std::min<std::uint64_t>(at, text.size());
  for (unsigned steps = 0; at > 0 && at < text.size() && continues(text[at]) && steps < 3; ++steps) --at;
  return at;
}

/// The stretches that are shown: ascending, not touching.
std::vector<TextRange> windows_of(std::string_view text, const std::vector<MarkedRange>& marks, std::uint64_t shown, std::uint64_t around) {
  if (text.size() <= shown) return {{0, text.size()}};
  std::vector<TextRange> wanted{{0, character_start(text, shown)}};
  for (const MarkedRange& mark : marks) {
    if (mark.kind < MarkKind::kAltered) continue;
    const std::uint64_t begin = mark.range.begin > around ? mark.range.begin - around : 0;
    const std::uint64_t end = std::min(mark.range.begin + std::min(mark.range.size(), around), text.size() - std::min<std::uint64_t>(around, text.size())) + around;
    wanted.push_back({character_start(text, begin), character_start(text, end)});
  }
  std::sort(wanted.begin(), wanted.end(), [](const TextRange& a, const TextRange& b) { return a.begin < b.begin; });
  std::vector<TextRange> windows;
  for (const TextRange& one : wanted) {
    if (!windows.empty() && one.begin <= windows.back().end) windows.back().end = std::max(windows.back().end, one.end);
    else windows.push_back(one);
  }
  return windows;
}

/// Where the kind may change inside a window, its ends included.
std::vector<std::uint64_t> cuts_in(const TextRange& window, const std::vector<MarkedRange>& marks) {
  std::vector<std::uint64_t> cuts{window.begin, window.end};
  for (const MarkedRange& mark : marks) {
    for (const std::uint64_t at : {mark.range.begin, mark.range.end}) {
      if (at > window.begin && at < window.end) cuts.push_back(at);
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

MarkKind kind_at(std::uint64_t at, const std::vector<MarkedRange>& marks) {
  MarkKind kind = MarkKind::kOther;
  for (const MarkedRange& mark : marks) {
    if (mark.range.begin <= at && at < mark.range.end) kind = std::max(kind, mark.kind);
  }
  return kind;
}

bool removed_at(std::uint64_t at, const std::vector<MarkedRange>& marks) {
  return std::any_of(marks.begin(), marks.end(), [&](const MarkedRange& mark) { return mark.kind >= MarkKind::kAltered && mark.range.size() == 0 && mark.range.begin == at; });
}

void add_window(std::string_view text, const TextRange& window, const std::vector<MarkedRange>& marks, std::vector<TextSegment>& out) {
  const auto cuts = cuts_in(window, marks);
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (removed_at(cuts[i], marks)) out.push_back({"removed", "", 0});
    std::string piece = valid_utf8(text.substr(cuts[i], cuts[i + 1] - cuts[i]));
    std::string kind(name_of(kind_at(cuts[i], marks)));
    if (!out.empty() && out.back().kind == kind) out.back().text += piece;
    else out.push_back({std::move(kind), std::move(piece), 0});
  }
  if (window.end == text.size() && removed_at(window.end, marks)) out.push_back({"removed", "", 0});
}

bool begins_word(std::string_view text, std::size_t at) { return at == 0 || at == text.size() || is_space(text[at]) || is_space(text[at - 1]); }

TextRange without_spaces(std::string_view text, TextRange range) {
  while (range.begin < range.end && is_space(text[range.begin])) ++range.begin;
  while (range.begin < range.end && is_space(text[range.end - 1])) --range.end;
  return range;
}

}  // namespace

std::string_view name_of(MarkKind kind) {
  switch (kind) {
    case MarkKind::kOther: return "other";
    case MarkKind::kOurs: return "ours";
    case MarkKind::kAltered: return "altered";
    case MarkKind::kChanged: return "changed";
  }
  return "";
}

std::vector<TextSegment> marked_segments(std::string_view text, const std::vector<MarkedRange>& marks, std::uint64_t shown, std::uint64_t around) {
  std::vector<MarkedRange> whole;  // Marks never cut a character in two, nor reach past the end.
  for (const MarkedRange& mark : marks) {
    const std::uint64_t begin = character_start(text, mark.range.begin);
    whole.push_back({mark.kind, {begin, std::max(begin, character_start(text, mark.range.end))}});
  }
  std::vector<TextSegment> out;
  std::uint64_t at = 0;
  for (const TextRange& window : windows_of(text, whole, shown, around)) {
    if (window.begin > at) out.push_back({"left_out", "", window.begin - at});
    add_window(text, window, whole, out);
    at = window.end;
  }
  if (at < text.size()) out.push_back({"left_out", "", text.size() - at});
  return out;
}

ChangedWords changed_words(std::string_view left, const TextRange& in_left, std::string_view right, const TextRange& in_right) {
  const std::string_view a = left.substr(in_left.begin, in_left.size()), b = right.substr(in_right.begin, in_right.size());
  const std::size_t least = std::min(a.size(), b.size());
  std::size_t before = 0, after = 0;
  while (before < least && a[before] == b[before]) ++before;
  while (before > 0 && !is_space(a[before - 1])) --before;
  while (after < least - before && a[a.size() - 1 - after] == b[b.size() - 1 - after]) ++after;
  while (after > 0 && !(begins_word(a, a.size() - after) && begins_word(b, b.size() - after))) --after;
  return {without_spaces(left, {in_left.begin + before, in_left.end - after}), without_spaces(right, {in_right.begin + before, in_right.end - after})};
}

}  // namespace prova
