#include "content/leak/alignment.h"

#include <algorithm>

namespace prova {
namespace {

/// How wide a hole is that one changed character leaves, beyond that character (winnow.h), where marks are at most so far apart.
std::uint64_t hole_slack(std::uint64_t mark_distance) { return 2 * (std::max<std::uint64_t>(mark_distance, kWindow) - 1); }

/// When more than one part in this many is missing at an end, and nothing stands in its place, the dump holds an excerpt.
constexpr std::uint64_t kExcerptShare = 10;

/// The first mark of the range at `place` or after it.
std::size_t first_at(const MarkIndex& marks, MarkIndex::Range range, const MarkIndex::Place& place) {
  while (!range.empty()) {
    const std::size_t middle = range.first + range.size() / 2;
    if (marks.at(middle) < place) range.first = middle + 1;
    else range.last = middle;
  }
  return range.first;
}

/// Positions of a key inside one known text.
void add_pairs(const TextHit& hit, std::uint32_t text, const KnownContent& known, std::vector<MatchedGram>& pairs) {
  const KnownText& place = known.texts()[text];
  for (std::size_t i = first_at(known.marks(), hit.marks, {place.file, place.begin}); i < hit.marks.last; ++i) {
    const MarkIndex::Place mark = known.marks().at(i);
    if (mark.file != place.file || std::uint64_t{mark.place} + kGram > place.end()) break;
    pairs.push_back({hit.position, mark.place - place.begin});
  }
}

/// Adds the k-gram at `dump` when the inventory has it at `position` of the text.
void probe(std::u16string_view dump_text, std::uint64_t dump, std::uint64_t position, std::uint32_t text, const KnownContent& known,
           std::vector<MatchedGram>& pairs) {
  if (dump + kGram > dump_text.size()) return;
  const KnownText& place = known.texts()[text];
  const MarkIndex::Place wanted{place.file, static_cast<std::uint32_t>(place.begin + position)};
  const MarkIndex::Range range = known.marks().find(gram_hash(dump_text.substr(dump), known.text_key()));
  const std::size_t at = first_at(known.marks(), range, wanted);
  if (at < range.last && known.marks().at(at) == wanted) pairs.push_back({dump, position});
}

/// The pairs with one known place per dump place: the continuation of the run before, else the nearest after it.
std::vector<MatchedGram> one_place_each(std::span<const MatchedGram> grams) {
  std::vector<MatchedGram> chosen;
  for (std::size_t i = 0; i < grams.size();) {
    std::size_t end = i;
    while (end < grams.size() && grams[end].dump == grams[i].dump) ++end;
    std::size_t best = i;
    if (!chosen.empty()) {
      const std::uint64_t expected = chosen.back().known + (grams[i].dump - chosen.back().dump);
      const auto distance = [&](std::size_t at) { return grams[at].known > expected ? grams[at].known - expected : expected - grams[at].known; };
      for (std::size_t at = i; at < end; ++at) best = distance(at) < distance(best) ? at : best;
    }
    chosen.push_back(grams[best]);
    i = end;
  }
  return chosen;
}

std::vector<SharedRun> join_runs(std::span<const MatchedGram> grams, std::uint64_t length, std::uint64_t mark_distance) {
  const std::uint64_t bridged = mark_distance > length ? mark_distance - length : 0;
  std::vector<SharedRun> runs;
  for (const MatchedGram& gram : grams) {
    if (!runs.empty()) {
      SharedRun& last = runs.back();
      const bool same_diagonal = gram.known - last.known == gram.dump - last.dump;
      if (same_diagonal && gram.dump <= last.dump_end() + bridged) {
        last.length = gram.dump + length - last.dump;
        continue;
      }
    }
    runs.push_back({gram.dump, gram.known, length});
  }
  return runs;
}

/// Drops runs that go back in the known text and are shorter than what they jump over: repeats inside a document.
void drop_stray_runs(std::vector<SharedRun>& runs) {
  std::vector<SharedRun> kept;
  for (const SharedRun& run : runs) {
    while (!kept.empty() && run.known < kept.back().known && run.length > kept.back().length) kept.pop_back();
    if (kept.empty() || run.known >= kept.back().known) kept.push_back(run);
  }
  runs = std::move(kept);
}

AlignmentGap gap_between(std::uint64_t dump_begin, std::uint64_t dump_end, std::uint64_t known_begin, std::uint64_t known_end) {
  // Where something was removed between equal characters, runs overlap: the gap is then empty on that side.
  const std::uint64_t overlap = std::max(dump_begin > dump_end ? dump_begin - dump_end : 0, known_begin > known_end ? known_begin - known_end : 0);
  dump_begin -= std::min(overlap, dump_begin), known_begin -= std::min(overlap, known_begin);
  return {{dump_begin, std::max(dump_begin, dump_end)}, {known_begin, std::max(known_begin, known_end)}};
}

std::uint64_t union_length(std::vector<TextRange> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const TextRange& a, const TextRange& b) { return a.begin < b.begin; });
  std::uint64_t total = 0, to = 0;
  for (const TextRange& range : ranges) {
    if (range.end <= to) continue;
    total += range.end - std::max(range.begin, to);
    to = range.end;
  }
  return total;
}

Coverage measure(const Alignment& alignment, std::uint64_t dump_length, std::uint64_t known_length, std::uint64_t hole) {
  Coverage coverage;
  coverage.dump_length = dump_length, coverage.known_length = known_length;
  std::vector<TextRange> dump, known;
  for (const SharedRun& run : alignment.runs) {
    dump.push_back({run.dump, run.dump_end()});
    known.push_back({run.known, run.known_end()});
  }
  coverage.dump_covered = union_length(dump);
  coverage.known_covered = union_length(known);
  if (!alignment.runs.empty()) coverage.extent = {alignment.runs.front().dump, alignment.runs.back().dump_end()};
  for (const AlignmentGap& gap : alignment.gaps) {
    coverage.extent.begin = std::min(coverage.extent.begin, gap.dump.begin);
    coverage.extent.end = std::max(coverage.extent.end, gap.dump.end);
    const std::uint64_t wide = std::max(gap.dump.size(), gap.known.size());
    coverage.changed += wide > hole ? wide - hole : 1;
    // A hole in a text that is otherwise the same is not a lack of content: what is only not provable counts as covered.
    const std::uint64_t slack = std::min({hole, gap.dump.size(), gap.known.size()});
    coverage.dump_covered = std::min(dump_length, coverage.dump_covered + slack);
    coverage.known_covered = std::min(known_length, coverage.known_covered + slack);
  }
  coverage.gaps = alignment.gaps.size();
  return coverage;
}

}  // namespace

Alignment align_grams(std::span<const MatchedGram> grams, std::uint64_t gram_length, std::uint64_t dump_length, std::uint64_t known_length, bool whole,
                      std::uint64_t mark_distance) {
  Alignment alignment;
  alignment.runs = join_runs(one_place_each(grams), gram_length, mark_distance);
  drop_stray_runs(alignment.runs);
  if (alignment.runs.empty()) return alignment;
  const auto& runs = alignment.runs;
  const auto add_edge = [&](const AlignmentGap& gap) {
    const bool excerpt = gap.dump.size() == 0 && gap.known.size() * kExcerptShare > known_length;
    if (whole && !excerpt && gap.dump.size() + gap.known.size() > 0) alignment.gaps.push_back(gap);
  };
  add_edge({{0, runs.front().dump}, {0, runs.front().known}});
  for (std::size_t i = 1; i < runs.size(); ++i) {
    alignment.gaps.push_back(gap_between(runs[i - 1].dump_end(), runs[i].dump, runs[i - 1].known_end(), runs[i].known));
  }
  add_edge({{runs.back().dump_end(), std::max(dump_length, runs.back().dump_end())}, {runs.back().known_end(), std::max(known_length, runs.back().known_end())}});
  alignment.coverage = measure(alignment, dump_length, known_length, hole_slack(mark_distance));
  return alignment;
}

std::vector<MatchedGram> matched_grams(std::u16string_view dump, std::span<const TextHit> hits, const TextCandidate& candidate, std::uint32_t text,
                                       const KnownContent& known) {
  const KnownText& place = known.texts()[text];
  const std::uint64_t reach = std::uint64_t{place.length} + place.length / 2;
  std::size_t first = candidate.first_hit, last = candidate.last_hit;
  const std::uint64_t from = hits[first].position, to = hits[last].position;
  while (first > 0 && hits[first - 1].position + reach >= from) --first;
  while (last + 1 < hits.size() && hits[last + 1].position <= to + reach) ++last;
  std::vector<MatchedGram> pairs;
  for (std::size_t i = first; i <= last; ++i) add_pairs(hits[i], text, known, pairs);
  if (pairs.empty()) return pairs;
  const MatchedGram head = pairs.front(), tail = pairs.back();
  if (head.known > 0 && head.dump >= head.known) probe(dump, head.dump - head.known, 0, text, known, pairs);
  const std::uint64_t final_gram = place.length - kGram;
  if (tail.known < final_gram) probe(dump, tail.dump + final_gram - tail.known, final_gram, text, known, pairs);
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

}  // namespace prova
