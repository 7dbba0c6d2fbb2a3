#include "store/segments/print_places.h"

#include <cstring>

namespace prova {
namespace {

/// Slots that one fingerprint may take. With half of all in use, 2 % of such sets are full (Poisson).
constexpr std::size_t kSlotsPerSet = 8;

}  // namespace

std::optional<std::uint32_t> PrintPlaces::find_or_remember(std::string_view bytes, std::uint32_t place) {
  const Sha256 digest = sha256(as_bytes(bytes));
  Slot print;
  std::memcpy(&print.high, digest.bytes.data(), 8);
  std::memcpy(&print.low, digest.bytes.data() + 8, 8);
  print.place = place;
  if (used_ * 2 >= slots_.size() && slots_.size() < max_slots_) grow();
  Slot& slot = slot_for(print);
  if (slot.high == print.high && slot.low == print.low) return slot.place;
  if (slot.high == 0 && slot.low == 0) ++used_;
  slot = print;
  return std::nullopt;
}

PrintPlaces::Slot& PrintPlaces::slot_for(const Slot& print) {
  Slot* set = &slots_[print.low % (slots_.size() / kSlotsPerSet) * kSlotsPerSet];
  for (std::size_t i = 0; i < kSlotsPerSet; ++i) {
    const bool free = set[i].high == 0 && set[i].low == 0;
    if (free || (set[i].high == print.high && set[i].low == print.low)) return set[i];
  }
  return set[print.high % kSlotsPerSet];
}

void PrintPlaces::grow() {
  std::vector<Slot> old(slots_.size() * 4);
  std::swap(old, slots_);
  used_ = 0;
  for (const Slot& print : old) {
    if (print.high == 0 && print.low == 0) continue;
    slot_for(print) = print;
    ++used_;
  }
}

}  // namespace prova
