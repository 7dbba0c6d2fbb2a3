#pragma once
// An inventory as a leak is compared with it: chunks, texts and members, each found by its keyed hash.

#include <optional>

#include "content/hash_key.h"
#include "content/inventory/inventory.h"
#include "content/leak/mark_index.h"
#include "content/text/winnow.h"

namespace prova {

/// A text in the inventory: the text of a file, or of one message, attachment or member inside it.
struct KnownText {
  std::uint32_t file = 0;
  std::uint32_t begin = 0, length = 0;  ///< Its stretch of the file's normalised characters.
  std::uint32_t group = 0;              ///< Texts with equal normalised characters have the same group.
  std::string_view name;                ///< Path inside the file; empty for the file's own text.
  [[nodiscard]] std::uint64_t end() const { return std::uint64_t{begin} + length; }
};

/// A mark of a text in the inventory. Unit: normalised characters from the start of the text.
struct KnownMark {
  std::uint32_t text = 0;  ///< Index in `texts()`.
  std::uint32_t position = 0;
};

/// Read-only after construction; thread safe. Memory: 11.5 bytes for each chunk and each text mark of the inventory, up to kMaxIndexedMarks of
/// either; some 60 for each text.
class KnownContent {
 public:
  /// REQUIRES inventory.unlocked(), and that it outlives the object.
  explicit KnownContent(const Inventory& inventory);
  KnownContent(const KnownContent&) = delete;
  KnownContent& operator=(const KnownContent&) = delete;

  [[nodiscard]] const Inventory& inventory() const { return inventory_; }
  [[nodiscard]] const HashKey& chunk_key() const { return chunk_key_; }
  [[nodiscard]] const HashKey& text_key() const { return text_key_; }
  [[nodiscard]] const MarkIndex& chunks() const { return chunks_; }
  [[nodiscard]] const MarkIndex& marks() const { return marks_; }
  /// Equal text has marks at most so far apart. Unit: normalised characters. Longer copied runs may be missed where marks were sampled (one stretch
  /// in 2,000 has a wider hole).
  [[nodiscard]] std::uint64_t mark_distance() const;
  /// Whether a changed character may lie between two marks, unseen.
  [[nodiscard]] bool has_blind_places() const { return mark_distance() > kWindow; }

  /// All texts by ascending (file, begin).
  [[nodiscard]] std::span<const KnownText> texts() const { return texts_; }
  /// The texts of a group, ascending.
  [[nodiscard]] std::span<const std::uint32_t> group(std::uint32_t group) const;
  /// The text that holds this mark, if it is wholly inside one.
  [[nodiscard]] std::optional<KnownMark> locate(const MarkIndex::Place& mark) const;

  /// Whether a file or member of ours has this size: what decides whether a SHA-256 is worth computing. O(log sizes).
  [[nodiscard]] bool has_size(std::uint64_t size) const;
  /// Members with this content, Message-ID, header line or whole text, as their kind says. O(log members).
  [[nodiscard]] std::span<const MemberEntry> members(MemberKind kind, const Sha256& content) const;

 private:
  void collect_texts();
  void collect_sizes();
  void group_texts();

  const Inventory& inventory_;
  HashKey chunk_key_, text_key_;
  MarkIndex chunks_, marks_;
  std::vector<std::uint64_t> member_sizes_;  ///< Different ones, ascending.
  std::vector<KnownText> texts_;
  std::vector<Bytes16> text_keys_;           ///< Parallel to `texts_`.
  std::vector<std::uint32_t> by_group_, group_starts_;
};

}  // namespace prova
