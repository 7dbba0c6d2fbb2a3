#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "store/segments/build_segment.h"

namespace prova {
namespace {

constexpr std::uint32_t kGone = 0xffff'ffff;

/// Walks the keys of one input in ascending order and numbers its functions and keys anew.
class Source {
 public:
  explicit Source(const MergeInput& input) : segment_(*input.segment), live_(input.live) {}

  /// Gives the live functions the numbers from `next` on.
  std::uint32_t number_functions(std::uint32_t next) {
    functions_.assign(segment_.functions(), kGone);
    for (std::uint32_t position = 0; position < segment_.samples(); ++position) {
      if (!live_[position]) continue;
      for (std::uint32_t f = segment_.first_function(position); f < segment_.first_function(position + 1); ++f) {
        functions_[f] = next++;
      }
    }
    for (std::size_t c = 0; c < kKeyClasses; ++c) codes_[c].assign(segment_.layout().classes[c], kGone);
    return next;
  }

  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] FeatureKey key() const { return group_->key(); }

  /// Moves to the next key, the first one at the first call.
  Status next_key() {
    while (left_in_group_ == 0) {
      if (next_group_ == segment_.layout().groups()) {
        done_ = true;
        return {};
      }
      PROVA_TRY(group, segment_.group(next_group_));
      group_ = group;
      left_in_group_ = segment_.keys_in_group(next_group_++);
    }
    --left_in_group_;
    if (!group_->next() || group_->key() < least_key_) {
      return segment_.file().error_at(SegmentPart::kGroupOffsets, (next_group_ - 1) * 8ULL, 16,
                                      fmt::format("keys of group {} are not ascending", next_group_ - 1));
    }
    least_key_ = group_->key() + 1ULL;
    return {};
  }

  /// Appends the live postings of the key at hand, with their new numbers.
  Status append_postings(std::vector<Posting>& postings) const {
    return segment_.for_each_posting(group_->place(), [&](std::uint32_t function, std::uint32_t lists) {
      if (functions_[function] != kGone) postings.push_back({functions_[function], lists});
      return true;
    });
  }

  /// Notes what prints of the result call the key at hand. Errors: kStore, when the segment has more keys of a class than
  /// it says.
  Status key_becomes(KeyCode code) {
    codes_[0][group_->place().ordinal] = code;
    const std::size_t c = key_class(group_->place().count);
    if (c == 0) return {};
    if (seen_[c] == codes_[c].size()) return segment_.file().error(fmt::format("class {} has more than {} keys", c, seen_[c]), 0);
    codes_[c][seen_[c]++] = code;
    return {};
  }

  Status write_prints(SegmentWriter& writer) const {
    Print print;
    for (std::uint32_t f = 0; f < segment_.functions(); ++f) {
      if (functions_[f] == kGone) continue;
      PROVA_TRY(segment_.read_print(f, print));
      for (KeyCode& code : print.ordinals) {
        code = codes_[class_of(code)][number_of(code)];
        if (code == kGone) {
          return segment_.file().error_at(SegmentPart::kPrintOffsets, f * 4ULL, 4,
                                          fmt::format("function {} has a feature without a posting", f));
        }
      }
      sort_by_code(print);
      writer.add_print(print);
    }
    return {};
  }

  /// The next exact hash of a live function, or false at the end.
  Result<bool> next_exact(ExactEntry& entry) {
    while (next_exact_ < segment_.exact_entries()) {
      PROVA_TRY(found, segment_.exact_entry(next_exact_++));
      if (functions_[found.function] == kGone) continue;
      entry = {found.hash_high, functions_[found.function]};
      return true;
    }
    return false;
  }

  Status write_samples(SegmentWriter& writer) const {
    for (std::uint32_t position = 0; position < segment_.samples(); ++position) {
      if (!live_[position]) continue;
      PROVA_TRY(block, segment_.sample_block(position));
      writer.add_sample(as_text(block), segment_.sample_entry(position),
                        segment_.first_function(position + 1) - segment_.first_function(position));
    }
    return {};
  }

 private:
  const Segment& segment_;
  const std::vector<bool>& live_;
  std::vector<std::uint32_t> functions_;
  std::array<std::vector<KeyCode>, kKeyClasses> codes_;  ///< New codes, by class and number.
  std::array<std::size_t, kKeyClasses> seen_{};          ///< Keys of each class passed so far.
  std::optional<GroupReader> group_;
  std::uint32_t next_group_ = 0, left_in_group_ = 0;
  std::uint64_t least_key_ = 0;  ///< The smallest that may come next.
  bool done_ = false;
  std::uint64_t next_exact_ = 0;
};

/// The inputs are few (at most kMergeFan and a bit), so the smallest key is found by looking at each.
Status merge_keys(std::vector<Source>& sources, SegmentWriter& writer) {
  for (Source& source : sources) PROVA_TRY(source.next_key());
  std::vector<Posting> postings;
  for (;;) {
    std::uint64_t least = ~0ULL;
    for (const Source& source : sources) {
      if (!source.done()) least = std::min<std::uint64_t>(least, source.key());
    }
    if (least == ~0ULL) return {};
    const auto key = static_cast<FeatureKey>(least);
    postings.clear();
    for (const Source& source : sources) {
      if (!source.done() && source.key() == key) PROVA_TRY(source.append_postings(postings));
    }
    const KeyCode code = postings.empty() ? kGone : writer.add_key(key, postings);
    for (Source& source : sources) {
      if (source.done() || source.key() != key) continue;
      PROVA_TRY(source.key_becomes(code));
      PROVA_TRY(source.next_key());
    }
  }
}

Status merge_exact(std::vector<Source>& sources, SegmentWriter& writer) {
  std::vector<std::pair<ExactEntry, Source*>> heads;
  for (Source& source : sources) {
    ExactEntry entry;
    PROVA_TRY(more, source.next_exact(entry));
    if (more) heads.emplace_back(entry, &source);
  }
  while (!heads.empty()) {
    const auto least = std::min_element(heads.begin(), heads.end(),
                                        [](const auto& a, const auto& b) { return a.first < b.first; });
    writer.add_exact(least->first);
    PROVA_TRY(more, least->second->next_exact(least->first));
    if (!more) heads.erase(least);
  }
  return {};
}

}  // namespace

Result<SegmentFile> merge_segments(const std::filesystem::path& path, std::span<const MergeInput> inputs) {
  std::uint64_t functions = 0;
  for (const MergeInput& input : inputs) functions += input.segment->functions();
  if (functions > kMaxSegmentFunctions) {
    return fail(ErrorCode::kLimit, fmt::format("{} functions to merge, at most {} accepted", functions, kMaxSegmentFunctions));
  }
  std::vector<Source> sources(inputs.begin(), inputs.end());
  std::uint32_t next = 0;
  for (Source& source : sources) next = source.number_functions(next);
  PROVA_TRY(writer, SegmentWriter::create(path));
  PROVA_TRY(merge_keys(sources, writer));
  for (const Source& source : sources) PROVA_TRY(source.write_prints(writer));
  PROVA_TRY(merge_exact(sources, writer));
  for (const Source& source : sources) PROVA_TRY(source.write_samples(writer));
  return std::move(writer).finish();
}

}  // namespace prova
