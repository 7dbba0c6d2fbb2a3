#pragma once
// What is in the packed columns: docs/formats/postgres.md. The bytes are not trusted: whoever may write to a compartment
// can put anything there. Decoding never leaves the bytes, takes no more memory than they pay for, and says false.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "kinship/fingerprint_store.h"
#include "store/segments/encoding.h"

namespace prova {

/// Feature keys are spread over a run's rows by these bits: an odd factor maps 32-bit numbers one to one, and the upper bits of
/// the product depend on all bits of the key (multiplicative hashing, Knuth 6.4).
constexpr std::uint32_t kMixFactor = 0x9e37'79b1;
[[nodiscard]] constexpr std::uint32_t mix_key(FeatureKey key) { return key * kMixFactor; }
/// The factor's inverse modulo 2^32, by Newton's iteration.
constexpr std::uint32_t unmix_factor() {
  std::uint32_t inverse = kMixFactor;
  for (int i = 0; i < 5; ++i) inverse *= 2 - kMixFactor * inverse;
  return inverse;
}
static_assert(unmix_factor() * kMixFactor == 1);
[[nodiscard]] constexpr FeatureKey unmix_key(std::uint32_t mixed) { return mixed * unmix_factor(); }

/// Postings that a row of a run holds on average. Larger rows cost more bytes per look-up, smaller ones more overhead: a row
/// takes some 60 bytes beside its content.
constexpr std::uint64_t kPostingsPerRow = 256;
/// Longer lists lie in rows of their own (long_postings), so that a look-up does not drag a common feature along.
constexpr std::uint32_t kMaxInlinePostings = 64;
/// 2^bits rows; more would mean a run of 2^36 postings.
constexpr unsigned kMaxRowBits = 28;
/// A function's number leaves two bits of a 32-bit word for the lists.
constexpr std::uint64_t kMaxRunFunctions = 1ULL << 28;

/// Bits for a run with so many postings.
[[nodiscard]] unsigned row_bits(std::uint64_t postings);
/// The row that a mixed key, or the upper half of an exact hash, lies in.
[[nodiscard]] constexpr std::uint32_t row_of(std::uint32_t upper, unsigned bits) { return bits == 0 ? 0 : upper >> (32 - bits); }

/// The functions that hold one key.
struct PostingList {
  std::uint32_t count = 0;
  std::uint32_t lists = 0;        ///< Of all postings (1 own, 2 with_callees, 3 both); 0 when they differ.
  bool is_long = false;
  std::uint32_t number = 0;       ///< count 1: the function. Long: the number in long_postings. Else unused.
  ByteView body;                  ///< Neither: the packed functions.
};

/// One key of a row: a mixed feature key, or a whole exact hash.
struct RowKey {
  std::uint64_t key = 0;
  PostingList postings;
};

struct PostingsRow {
  std::vector<RowKey> features, exact;  ///< Ascending, no repeats.
};

/// A posting while a run is made: function * 4 + lists.
using PackedPosting = std::uint32_t;

/// Packs a list of two or more postings, ascending by function.
[[nodiscard]] std::string pack_postings(std::span<const PackedPosting> postings);

/// Calls visit(function, lists) for each posting, ascending. `body` is the list's own or, of a long list, its row. False when the
/// bytes are not well-formed or name a function that is not below `functions`.
template <typename Visit>
[[nodiscard]] bool for_each_posting(const PostingList& list, ByteView body, std::uint64_t functions, const Visit& visit) {
  if (list.count == 1) {
    if (list.number >= functions || list.lists == 0) return false;
    visit(list.number, list.lists);
    return true;
  }
  BitReader in(body);
  const auto k = static_cast<unsigned>(in.get(kRiceParameterBits));
  std::uint64_t least = 0;  // The smallest function that may come next.
  for (std::uint32_t i = 0; i < list.count; ++i) {
    const std::uint64_t function = least + in.rice(k);
    const auto lists = list.lists != 0 ? list.lists : static_cast<std::uint32_t>(in.get(2));
    if (function < least || function >= functions || lists == 0 || !in.ok()) return false;
    visit(static_cast<std::uint32_t>(function), lists);
    least = function + 1;
  }
  return true;
}

/// Writes the row `row` of a run with 2^bits rows: feature keys, then exact hashes, each ascending.
class PostingsRowWriter {
 public:
  PostingsRowWriter(std::uint32_t row, unsigned bits) : row_(row), bits_(bits) {}
  /// `long_lists` gets a row more when the list is long; its size is then the list's number.
  void add_feature(std::uint32_t mixed, std::span<const PackedPosting> postings, std::vector<std::string>& long_lists);
  void add_exact(std::uint64_t exact, std::span<const PackedPosting> postings, std::vector<std::string>& long_lists);
  [[nodiscard]] std::string finish() const;

 private:
  struct Section {
    std::uint64_t keys = 0, least = 0;
    std::string bytes;
  };
  static void append(Section& section, std::uint64_t key, std::span<const PackedPosting> postings, std::vector<std::string>& long_lists);
  std::uint32_t row_;
  unsigned bits_;
  Section features_, exact_;
};

/// Reads a row. False when it is not well-formed, or holds a key that does not belong into it.
[[nodiscard]] bool decode_postings_row(ByteView bytes, std::uint32_t row, unsigned bits, PostingsRow& decoded);

/// A fingerprint's exact hash and features, as in prints.
[[nodiscard]] std::string pack_print(const Fingerprint& fingerprint);
struct UnpackedPrint {
  std::uint64_t exact = 0;
  std::vector<FeatureKey> keys;       ///< Of both lists; ascending, no repeats.
  std::vector<std::uint8_t> lists;    ///< Parallel to `keys`: 1, 2 or 3.
};
[[nodiscard]] bool unpack_print(ByteView bytes, UnpackedPrint& print);

/// A whole sample but for exact hashes and features, as in blocks. Errors: kLimit.
[[nodiscard]] Result<std::string> pack_block(const StoredSample& sample);
/// Errors: kStore, without saying where.
[[nodiscard]] Result<StoredSample> unpack_block(ByteView bytes, std::uint32_t functions);

/// Toolmarks of a record, as in samples.toolmarks.
[[nodiscard]] std::string pack_toolmarks(const SampleRecord& record);
[[nodiscard]] bool unpack_toolmarks(ByteView bytes, SampleRecord& record);

}  // namespace prova
