#pragma once
// Reading a segment: look-ups in place, nothing is loaded beforehand but the directory of samples.

#include <memory>
#include <span>

#include "kinship/fingerprint_store.h"
#include "store/segments/checked_file.h"
#include "store/segments/classed_print.h"
#include "store/segments/lists_code.h"
#include "store/segments/segment_writer.h"

namespace prova {

/// Where one key's postings are. `count` 0: the segment does not hold the key.
struct KeyPlace {
  std::uint64_t offset = 0;  ///< In kGroups.
  std::uint32_t bytes = 0;
  std::uint32_t count = 0;
  std::uint32_t ordinal = 0;
  std::uint32_t lists = 0;   ///< Of all postings; 0 when they differ.
  KeyCode code = 0;          ///< What fingerprints call the key; filled by Segment::locate.
};

/// Decodes one group of keys.
class GroupReader {
 public:
  /// `head` is the group's key list; bodies begin at `body` and end at `end`, all offsets in kGroups.
  GroupReader(ByteView head, std::uint64_t head_offset, std::uint64_t body, std::uint64_t end, std::uint32_t first_key,
              std::uint32_t first_ordinal)
      : in_(head), head_(head.data()), head_offset_(head_offset), body_(body), end_(end), key_(first_key),
        ordinal_(first_ordinal) {}

  /// Moves to the next key. False when the group's bytes contradict themselves.
  [[nodiscard]] bool next();
  [[nodiscard]] std::uint32_t key() const { return static_cast<std::uint32_t>(key_); }
  [[nodiscard]] const KeyPlace& place() const { return place_; }
  /// Whether the last key ended where the group does.
  [[nodiscard]] bool complete() const { return in_.at_end() && body_ == end_; }

 private:
  Cursor in_;
  const std::byte* head_;
  std::uint64_t head_offset_, body_, end_;
  std::uint64_t key_;
  std::uint32_t ordinal_;
  bool first_ = true;
  KeyPlace place_;
};

/// One immutable segment, mapped. Its bytes are not trusted: whatever they hold, every member returns within its
/// stated cost, and damage is a kStore error that names segment and offset.
/// Thread safety: immutable; members may be called from several threads at once.
class Segment {
 public:
  /// O(samples). Errors: kIo; kStore.
  [[nodiscard]] static Result<std::shared_ptr<const Segment>> open(const std::filesystem::path& path,
                                                                   Checksums checksums = Checksums::kCheck);

  [[nodiscard]] const CheckedFile& file() const { return file_; }
  [[nodiscard]] const SegmentLayout& layout() const { return file_.layout(); }
  [[nodiscard]] std::uint32_t functions() const { return layout().functions; }
  [[nodiscard]] std::uint32_t samples() const { return layout().samples; }
  /// Functions of the sample at `position` are [first_function(position), first_function(position + 1)).
  [[nodiscard]] std::uint32_t first_function(std::uint32_t position) const { return first_functions_[position]; }
  /// Position of the sample that function `function` belongs to. O(log samples).
  [[nodiscard]] std::uint32_t sample_of(std::uint32_t function) const;

  /// Places and codes of `keys`, which are ascending; `places` gets one for each. O(keys · log(distance between them)).
  [[nodiscard]] Status locate(std::span<const FeatureKey> keys, std::vector<KeyPlace>& places) const;

  /// Calls visit(function, lists) for each posting, ascending, until it returns false. Errors: kStore.
  template <typename Visit>
  [[nodiscard]] Status for_each_posting(const KeyPlace& place, Visit&& visit) const;

  /// The function's fingerprint, with ascending KeyCodes as `ordinals`.
  [[nodiscard]] Status read_print(std::uint32_t function, Print& print) const;
  /// Where that is in kPrints. Equal fingerprints may share a place, so equal places mean equal fingerprints.
  [[nodiscard]] Result<std::uint32_t> print_place(std::uint32_t function) const;
  /// The fingerprint's bytes, its size included.
  [[nodiscard]] Result<ByteView> print_bytes(std::uint32_t function) const;
  [[nodiscard]] Result<std::uint64_t> exact_hash(std::uint32_t function) const;
  /// Key `number` of class `c`, which is 1 or more; `number` is below the class's size.
  [[nodiscard]] Result<FeatureKey> frequent_key(std::size_t c, std::uint32_t number) const;
  /// Functions whose exact hash may be `exact`, ascending: the upper halves are equal. O(log functions + result).
  [[nodiscard]] Status find_exact(std::uint64_t exact, std::vector<std::uint32_t>& functions) const;
  [[nodiscard]] Result<ExactEntry> exact_entry(std::uint64_t index) const;
  [[nodiscard]] std::uint64_t exact_entries() const { return layout()[SegmentPart::kExact].size / 8; }

  [[nodiscard]] SampleEntry sample_entry(std::uint32_t position) const;
  /// The sample's block as it is stored.
  [[nodiscard]] Result<ByteView> sample_block(std::uint32_t position) const;
  /// The whole sample. O(its size · log keys).
  [[nodiscard]] Result<StoredSample> read_sample(std::uint32_t position) const;
  /// Record and functions without features.
  [[nodiscard]] Result<StoredSample> read_sample_block(std::uint32_t position) const;

  /// Group `index` of layout().groups().
  [[nodiscard]] Result<GroupReader> group(std::uint32_t index) const;
  [[nodiscard]] std::uint32_t keys_in_group(std::uint32_t index) const {
    return std::min(kKeysPerGroup, layout().keys - index * kKeysPerGroup);
  }

 private:
  explicit Segment(CheckedFile file) : file_(std::move(file)) {}
  Status read_directory();
  /// Last group whose first key is at most `key`, searched from group `from` on; requires such a group.
  [[nodiscard]] std::uint32_t group_of(const std::byte* first_keys, std::uint32_t from, FeatureKey key) const;
  /// `bytes` are the function's print.
  [[nodiscard]] tl::unexpected<Error> malformed_print(std::uint32_t function, ByteView bytes) const;
  [[nodiscard]] Status keys_of(const std::vector<std::uint32_t>& ordinals, std::vector<FeatureKey>& keys) const;
  /// Fills the codes of located `keys`.
  [[nodiscard]] Status find_codes(std::span<const FeatureKey> keys, std::vector<KeyPlace>& places) const;

  CheckedFile file_;
  std::vector<std::uint32_t> first_functions_;  ///< One more than samples.
};

template <typename Visit>
Status Segment::for_each_posting(const KeyPlace& place, Visit&& visit) const {
  const std::byte* bytes = file_.bytes(SegmentPart::kGroups, place.offset, place.bytes);
  if (bytes == nullptr) return file_.error_at(SegmentPart::kGroups, place.offset, place.bytes, "postings out of bounds");
  const auto refuse = [&] {
    return file_.error_at(SegmentPart::kGroups, place.offset, place.bytes,
                          "posting of a function that the segment does not have");
  };
  if (place.count == 1) {
    const std::uint64_t function = Cursor(ByteView(bytes, place.bytes)).varint();
    if (function >= functions() || place.lists == 0) return refuse();
    visit(static_cast<std::uint32_t>(function), place.lists);
    return {};
  }
  BitReader in(ByteView(bytes, place.bytes));
  const auto k = static_cast<unsigned>(in.get(kGolombOrderBits));
  const ListsCode code = place.lists != 0 ? ListsCode(place.lists) : ListsCode::read(in);
  if (!code.ok()) return refuse();
  std::uint64_t least = 0;  // The smallest function that may come next.
  for (std::uint32_t i = 0; i < place.count; ++i) {
    const std::uint64_t function = least + in.exp_golomb(k);
    const std::uint32_t lists = place.lists != 0 ? place.lists : code.next(in);
    if (function < least || function >= functions() || !in.ok()) return refuse();
    if (!visit(static_cast<std::uint32_t>(function), lists)) return {};
    least = function + 1;
  }
  return {};
}

}  // namespace prova
