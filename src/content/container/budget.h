#pragma once
// How much one file may still unfold into.

#include <fmt/format.h>

#include <string>

#include "content/container/item.h"

namespace prova {

/// Counts down while a file is unfolded. A request that does not fit is refused whole.
class ExtractionBudget {
 public:
  ExtractionBudget(const ExtractionLimits& limits, std::uint64_t file_bytes)
      : limits_(limits), bytes_left_(limits.free_bytes + saturating_product(limits.ratio, file_bytes)), items_left_(limits.items) {}

  [[nodiscard]] const ExtractionLimits& limits() const { return limits_; }
  /// Whether `more` bytes may be added to an item that holds `held` so far.
  [[nodiscard]] bool allows(std::uint64_t held, std::uint64_t more) const {
    return held + more <= limits_.item_bytes && held + more <= bytes_left_;
  }
  /// Takes an item of that size. False when the file may hold no more items.
  [[nodiscard]] bool take(std::uint64_t bytes) {
    bytes_left_ -= bytes < bytes_left_ ? bytes : bytes_left_;
    if (items_left_ == 0) return false;
    --items_left_;
    return true;
  }
  /// Why `allows` said no, for the list of what was not read.
  [[nodiscard]] std::string refusal(std::uint64_t held) const {
    if (held >= limits_.item_bytes || bytes_left_ >= limits_.item_bytes) {
      return fmt::format("more than {} bytes in one member, the limit; not read", limits_.item_bytes);
    }
    return fmt::format("unfolds to more than {} times its size, as a decompression bomb does; the rest is not read", limits_.ratio);
  }

 private:
  static std::uint64_t saturating_product(std::uint64_t a, std::uint64_t b) {
    std::uint64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? ~std::uint64_t{0} >> 1 : product;
  }
  ExtractionLimits limits_;
  std::uint64_t bytes_left_;
  std::uint32_t items_left_;
};

}  // namespace prova
