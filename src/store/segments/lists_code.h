#pragma once
// Which lists of a fingerprint hold a feature, for many features of which most are in the same: one bit for these, two
// for the others.

#include <algorithm>
#include <array>

#include "store/segments/encoding.h"
#include "store/segments/layout.h"

namespace prova {

class ListsCode {
 public:
  /// `usual` is kInOwn, kInWithCallees or kInBoth.
  explicit ListsCode(std::uint32_t usual) {
    for (std::uint32_t lists = kInOwn, at = 0; lists <= kInBoth; ++lists) {
      if (lists != usual) order_[++at] = lists;
    }
    order_[0] = usual;
  }
  /// For the features that `lists_of` each element of `features` is in. O(n).
  template <typename Range, typename ListsOf>
  [[nodiscard]] static ListsCode best_for(const Range& features, const ListsOf& lists_of) {
    std::array<std::size_t, 4> counts{};
    for (const auto& feature : features) ++counts[lists_of(feature)];
    return ListsCode(static_cast<std::uint32_t>(std::max_element(counts.begin() + 1, counts.end()) - counts.begin()));
  }
  /// Reads which lists are usual: 2 bits. Not `ok` when these are 0.
  [[nodiscard]] static ListsCode read(BitReader& bits) { return ListsCode(static_cast<std::uint32_t>(bits.get(2))); }
  void write(BitWriter& bits) const { bits.put(order_[0], 2); }

  [[nodiscard]] bool ok() const { return order_[0] != 0; }
  [[nodiscard]] std::uint32_t next(BitReader& bits) const { return order_[bits.one_of_three()]; }
  void append(BitWriter& bits, std::uint32_t lists) const {
    bits.one_of_three(static_cast<unsigned>(std::find(order_.begin(), order_.end(), lists) - order_.begin()));
  }

 private:
  std::array<std::uint32_t, 4> order_{};  ///< The usual lists, then the others, ascending.
};

}  // namespace prova
