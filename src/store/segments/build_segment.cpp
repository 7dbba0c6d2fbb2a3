#include "store/segments/build_segment.h"

#include <fmt/format.h>

#include <algorithm>

namespace prova {
namespace {

/// (key, function, lists) in one word, so that sorting is sorting integers: 32, 30 and 2 bits.
constexpr std::uint64_t pack(FeatureKey key, std::uint32_t function, std::uint32_t lists) {
  return std::uint64_t{key} << 32 | std::uint64_t{function} << 2 | lists;
}
constexpr FeatureKey key_of(std::uint64_t word) { return static_cast<FeatureKey>(word >> 32); }
constexpr Posting posting_of(std::uint64_t word) {
  return {static_cast<std::uint32_t>(word) >> 2, static_cast<std::uint32_t>(word & 3)};
}

/// The union of both lists.
void collect(const Fingerprint& print, std::uint32_t function, std::vector<std::uint64_t>& words) {
  auto own = print.own.begin();
  auto with = print.with_callees.begin();
  while (own != print.own.end() || with != print.with_callees.end()) {
    const bool take_own = own != print.own.end() && (with == print.with_callees.end() || *own <= *with);
    const bool take_with = with != print.with_callees.end() && (own == print.own.end() || *with <= *own);
    words.push_back(pack(take_own ? *own : *with, function,
                         (take_own ? kInOwn : 0) | (take_with ? kInWithCallees : 0)));
    if (take_own) ++own;
    if (take_with) ++with;
  }
}

/// Writes the keys; fills the prints' codes on the way, in the order of the keys.
void write_keys(SegmentWriter& writer, const std::vector<std::uint64_t>& words, std::vector<Print>& prints) {
  std::vector<Posting> postings;
  for (std::size_t i = 0; i < words.size();) {
    postings.clear();
    const FeatureKey key = key_of(words[i]);
    for (; i < words.size() && key_of(words[i]) == key; ++i) postings.push_back(posting_of(words[i]));
    const KeyCode code = writer.add_key(key, postings);
    for (const Posting& posting : postings) {
      prints[posting.function].ordinals.push_back(code);
      prints[posting.function].lists.push_back(static_cast<std::uint8_t>(posting.lists));
    }
  }
}

void write_exact(SegmentWriter& writer, const std::vector<Print>& prints) {
  std::vector<ExactEntry> entries;
  for (std::uint32_t i = 0; i < prints.size(); ++i) {
    if (prints[i].exact != 0) entries.push_back({static_cast<std::uint32_t>(prints[i].exact >> 32), i});
  }
  std::sort(entries.begin(), entries.end());
  for (const ExactEntry entry : entries) writer.add_exact(entry);
}

}  // namespace

Result<SegmentFile> build_segment(const std::filesystem::path& path, std::span<const StoredSample* const> samples) {
  std::uint64_t functions = 0;
  for (const StoredSample* sample : samples) functions += sample->functions.size();
  if (functions > kMaxSegmentFunctions) {
    return fail(ErrorCode::kLimit, fmt::format("{} functions in one batch, at most {} accepted", functions, kMaxSegmentFunctions));
  }
  PROVA_TRY(writer, SegmentWriter::create(path));
  std::vector<std::uint64_t> words;
  std::vector<Print> prints(static_cast<std::size_t>(functions));
  std::uint32_t function = 0;
  for (const StoredSample* sample : samples) {
    for (const StoredFunction& stored : sample->functions) {
      prints[function].exact = stored.fingerprint.exact;
      collect(stored.fingerprint, function++, words);
    }
  }
  std::sort(words.begin(), words.end());
  write_keys(writer, words, prints);
  for (Print& print : prints) {
    sort_by_code(print);
    writer.add_print(print);
  }
  write_exact(writer, prints);
  for (const StoredSample* sample : samples) {
    PROVA_TRY(packed, pack_sample(*sample));
    SampleEntry entry;
    entry.stored_bytes = static_cast<std::uint32_t>(packed.stored.size());
    entry.raw_bytes = packed.raw_bytes;
    entry.compression = packed.compression;
    writer.add_sample(packed.stored, entry, static_cast<std::uint32_t>(sample->functions.size()));
  }
  return std::move(writer).finish();
}

}  // namespace prova
