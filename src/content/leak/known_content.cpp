#include "content/leak/known_content.h"

#include <algorithm>
#include <numeric>

namespace prova {
namespace {

/// Chunks may take a third of the memory: without some of them identical files are still found by size and SHA-256.
constexpr std::uint64_t kMaxChunkMarks = kMaxIndexedMarks / 3;

HashKey seeded(const Bytes32& seed) { return HashKey::from_seed(std::as_bytes(std::span(seed))); }

}  // namespace

KnownContent::KnownContent(const Inventory& inventory)
    : inventory_(inventory),
      chunk_key_(seeded(inventory.keys_of().chunks)),
      text_key_(seeded(inventory.keys_of().text)),
      chunks_(inventory.section(SectionKind::kChunks), kChunkKeyBytes, kMaxChunkMarks),
      marks_(inventory.section(SectionKind::kText), kTextKeyBytes, kMaxIndexedMarks - chunks_.size()) {
  collect_sizes();
  collect_texts();
  group_texts();
}

std::uint64_t KnownContent::mark_distance() const {
  const std::uint64_t run = std::max<std::uint64_t>(inventory_.meta().copied_run, kCopiedRun), window = run - kGram + 1;
  // A window holds two kept k-grams on average; of eight, one in `one_in` is sampled with 1 - e^-8.
  return marks_.one_in() == 1 ? window : 4 * window * marks_.one_in();
}

void KnownContent::collect_sizes() {
  for (const MemberEntry& entry : inventory_.members()) {
    if (entry.kind == static_cast<std::uint16_t>(MemberKind::kMember)) member_sizes_.push_back(entry.size);
  }
  std::sort(member_sizes_.begin(), member_sizes_.end());
  member_sizes_.erase(std::unique(member_sizes_.begin(), member_sizes_.end()), member_sizes_.end());
}

bool KnownContent::has_size(std::uint64_t size) const {
  return inventory_.has_size(size) || std::binary_search(member_sizes_.begin(), member_sizes_.end(), size);
}

void KnownContent::collect_texts() {
  std::vector<std::pair<KnownText, Bytes16>> found;
  for (const MemberEntry& entry : inventory_.members()) {
    if (entry.kind != static_cast<std::uint16_t>(MemberKind::kWholeText)) continue;
    const TextPlace place = unpack_text_place(entry.size);
    found.push_back({{entry.file, place.begin, place.length, 0, inventory_.member_name(entry)}, entry.key});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.file, a.first.begin, a.first.name) < std::tie(b.first.file, b.first.begin, b.first.name);
  });
  for (auto& [text, key] : found) {
    texts_.push_back(text);
    text_keys_.push_back(key);
  }
}

void KnownContent::group_texts() {
  by_group_.resize(texts_.size());
  std::iota(by_group_.begin(), by_group_.end(), 0U);
  std::sort(by_group_.begin(), by_group_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return text_keys_[a] != text_keys_[b] ? text_keys_[a] < text_keys_[b] : a < b;
  });
  for (std::uint32_t i = 0; i < by_group_.size(); ++i) {
    if (i == 0 || text_keys_[by_group_[i]] != text_keys_[by_group_[i - 1]]) group_starts_.push_back(i);
    texts_[by_group_[i]].group = static_cast<std::uint32_t>(group_starts_.size() - 1);
  }
  group_starts_.push_back(static_cast<std::uint32_t>(by_group_.size()));
}

std::span<const std::uint32_t> KnownContent::group(std::uint32_t group) const {
  return std::span(by_group_).subspan(group_starts_[group], group_starts_[group + 1] - group_starts_[group]);
}

std::optional<KnownMark> KnownContent::locate(const MarkIndex::Place& mark) const {
  const auto after = std::upper_bound(texts_.begin(), texts_.end(), mark, [](const MarkIndex::Place& one, const KnownText& text) {
    return one.file != text.file ? one.file < text.file : one.place < text.begin;
  });
  if (after == texts_.begin()) return std::nullopt;
  const KnownText& text = *(after - 1);
  if (text.file != mark.file || std::uint64_t{mark.place} + kGram > text.end()) return std::nullopt;
  return KnownMark{static_cast<std::uint32_t>(after - 1 - texts_.begin()), mark.place - text.begin};
}

std::span<const MemberEntry> KnownContent::members(MemberKind kind, const Sha256& content) const {
  const auto all = inventory_.members();
  const Bytes16 key = member_key(inventory_.keys_of().members, kind, content);
  const auto first = std::lower_bound(all.begin(), all.end(), key, [](const MemberEntry& e, const Bytes16& k) { return e.key < k; });
  auto last = first;
  while (last != all.end() && last->key == key) ++last;
  return {first, last};
}

}  // namespace prova
