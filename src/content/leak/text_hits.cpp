#include "content/leak/text_hits.h"

#include <algorithm>
#include <map>

namespace prova {
namespace {

/// The different groups among the places of a key, ascending; empty when it is boilerplate.
std::vector<std::uint32_t> telling_groups(MarkIndex::Range marks, const KnownContent& known) {
  std::vector<std::uint32_t> groups;
  const std::size_t step = std::max<std::size_t>(1, marks.size() / kSampledPlaces);
  for (std::size_t i = marks.first; i < marks.last; i += step) {
    const auto mark = known.locate(known.marks().at(i));
    if (!mark) continue;
    const std::uint32_t group = known.texts()[mark->text].group;
    const auto at = std::lower_bound(groups.begin(), groups.end(), group);
    if (at != groups.end() && *at == group) continue;
    groups.insert(at, group);
    if (groups.size() > kTellingTexts) return {};
  }
  return groups;
}

}  // namespace

std::vector<TextHit> text_hits(std::u16string_view text, const KnownContent& known) {
  const std::vector<TextMark> marks = winnow(text, known.text_key());
  std::vector<TextHit> hits;
  known.marks().find_all(marks.size(), [&](std::size_t i) { return marks[i].hash; },
                         [&](std::size_t i, MarkIndex::Range range) { hits.push_back({marks[i].position, range}); });
  return hits;
}

std::vector<TextCandidate> text_candidates(std::span<const TextHit> hits, const KnownContent& known) {
  struct Seen {
    TextCandidate candidate;
    std::uint64_t covered_to = 0;
  };
  std::map<std::uint32_t, Seen> seen;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const std::vector<std::uint32_t> groups = telling_groups(hits[i].marks, known);
    for (const std::uint32_t group : groups) {
      auto [at, fresh] = seen.try_emplace(group, Seen{{group, 0, i, i}, 0});
      Seen& one = at->second;
      const std::uint64_t end = hits[i].position + kGram;
      const std::uint64_t more = end - std::max<std::uint64_t>(one.covered_to, hits[i].position);
      one.covered_to = end;
      one.candidate.telling += static_cast<double>(more) / static_cast<double>(groups.size());
      one.candidate.last_hit = i;
    }
  }
  std::vector<TextCandidate> candidates;
  for (const auto& [group, one] : seen) candidates.push_back(one.candidate);
  std::stable_sort(candidates.begin(), candidates.end(), [](const TextCandidate& a, const TextCandidate& b) { return a.telling > b.telling; });
  return candidates;
}

}  // namespace prova
