#include "store/segments/print_codec.h"

#include <algorithm>

#include "store/segments/encoding.h"
#include "store/segments/layout.h"

namespace prova {
void append_print(std::string& out, const Print& print) {
  append_fixed(out, print.exact);
  const bool mixed = std::any_of(print.lists.begin(), print.lists.end(), [](auto lists) { return lists != kInBoth; });
  append_varint(out, print.ordinals.size() * 2 + (mixed ? 1 : 0));
  if (print.ordinals.empty()) return;
  const unsigned k = rice_parameter(print.ordinals.back(), print.ordinals.size());
  out += static_cast<char>(k);
  BitWriter bits(out);
  if (mixed) {
    for (const std::uint8_t lists : print.lists) bits.put(lists, 2);
  }
  std::uint32_t least = 0;  // The smallest ordinal that may come next.
  for (const std::uint32_t ordinal : print.ordinals) {
    bits.rice(ordinal - least, k);
    least = ordinal + 1;
  }
  bits.finish();
}

bool decode_print(ByteView bytes, std::uint64_t keys, Print& print) {
  print.ordinals.clear();
  print.lists.clear();
  Cursor in(bytes);
  print.exact = in.fixed<std::uint64_t>();
  const std::uint64_t head = in.varint();
  const std::uint64_t count = head / 2;
  if (!in.ok() || count > keys) return false;
  if (count == 0) return head == 0 && in.at_end();
  const auto k = in.fixed<std::uint8_t>();
  // Each feature takes at least k + 1 bits: a count that the bytes cannot hold is refused before memory is taken.
  if (!in.ok() || k > 31 || count * (k + 1ULL) > in.left() * 8) return false;
  BitReader bits(in.take(in.left()));
  print.ordinals.resize(static_cast<std::size_t>(count));
  print.lists.assign(static_cast<std::size_t>(count), static_cast<std::uint8_t>(kInBoth));
  if (head % 2 != 0) {
    for (std::uint8_t& lists : print.lists) {
      lists = static_cast<std::uint8_t>(bits.get(2));
      if (lists == 0) return false;
    }
  }
  std::uint64_t least = 0;
  for (std::uint32_t& ordinal : print.ordinals) {
    const std::uint64_t value = least + bits.rice(k);
    if (value < least || value >= keys) return false;
    ordinal = static_cast<std::uint32_t>(value);
    least = value + 1;
  }
  return bits.ok();
}

}  // namespace prova
