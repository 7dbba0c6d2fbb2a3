#include "store/segments/classed_print.h"

#include <algorithm>

#include "store/segments/lists_code.h"

namespace prova {
namespace {

using Counts = std::array<std::uint64_t, kKeyClasses>;

/// Parameter of a class's gaps. Both sides know size and count, so it is not stored.
unsigned gap_parameter(std::uint32_t size, std::uint64_t count) {
  return rice_parameter(size == 0 ? 0 : size - 1, count);
}

Counts count_classes(const Print& print) {
  Counts counts{};
  for (const KeyCode code : print.ordinals) ++counts[class_of(code)];
  return counts;
}

void append_numbers(BitWriter& bits, const Print& print, const Counts& counts, const ClassSizes& sizes) {
  auto code = print.ordinals.begin();
  for (std::size_t c = 0; c < kKeyClasses; ++c) {
    if (counts[c] == 0) continue;
    const unsigned k = gap_parameter(sizes[c], counts[c]);
    std::uint32_t least = 0;  // The smallest number that may come next.
    for (std::uint64_t i = 0; i < counts[c]; ++i, ++code) {
      bits.rice(number_of(*code) - least, k);
      least = number_of(*code) + 1;
    }
  }
}

/// Counts of the classes, of which the bytes at hand can hold that many. False when they cannot.
bool read_counts(Cursor& in, std::uint64_t total, Counts& counts) {
  counts[0] = total;
  for (std::size_t c = 1; c < kKeyClasses; ++c) {
    counts[c] = in.varint();
    if (counts[c] > counts[0]) return false;
    counts[0] -= counts[c];
  }
  return in.ok() && total <= in.left() * 8;
}

bool read_numbers(BitReader& bits, const Counts& counts, const ClassSizes& sizes, std::vector<std::uint32_t>& codes) {
  auto code = codes.begin();
  for (std::size_t c = 0; c < kKeyClasses; ++c) {
    if (counts[c] == 0) continue;
    const unsigned k = gap_parameter(sizes[c], counts[c]);
    std::uint64_t least = 0;
    for (std::uint64_t i = 0; i < counts[c]; ++i, ++code) {
      const std::uint64_t number = least + bits.rice(k);
      if (number < least || number >= sizes[c]) return false;
      *code = key_code(c, static_cast<std::uint32_t>(number));
      least = number + 1;
    }
  }
  return bits.ok();
}

}  // namespace

void append_classed_print(std::string& out, const Print& print, const ClassSizes& sizes) {
  std::string body;
  append_fixed(body, print.exact);
  const bool mixed = std::any_of(print.lists.begin(), print.lists.end(), [](auto lists) { return lists != kInBoth; });
  append_varint(body, print.ordinals.size() * 2 + (mixed ? 1 : 0));
  if (!print.ordinals.empty()) {
    const Counts counts = count_classes(print);
    for (std::size_t c = 1; c < kKeyClasses; ++c) append_varint(body, counts[c]);
    BitWriter bits(body);
    if (mixed) {
      const auto code = ListsCode::best_for(print.lists, [](std::uint8_t lists) { return lists; });
      code.write(bits);
      for (const std::uint8_t lists : print.lists) code.append(bits, lists);
    }
    append_numbers(bits, print, counts, sizes);
    bits.finish();
  }
  append_varint(out, body.size());
  out += body;
}

void sort_by_code(Print& print) {
  std::vector<std::uint64_t> words(print.ordinals.size());
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = std::uint64_t{print.ordinals[i]} << 2 | print.lists[i];
  std::sort(words.begin(), words.end());
  for (std::size_t i = 0; i < words.size(); ++i) {
    print.ordinals[i] = static_cast<KeyCode>(words[i] >> 2);
    print.lists[i] = static_cast<std::uint8_t>(words[i] & 3);
  }
}

std::uint64_t classed_print_bytes(ByteView bytes) {
  Cursor in(bytes);
  const std::uint64_t size = in.varint();
  if (!in.ok() || size > 0xffff'ffff) return 0;
  return static_cast<std::uint64_t>(in.position() - bytes.data()) + size;
}

bool decode_classed_print(ByteView bytes, const ClassSizes& sizes, Print& print) {
  print.ordinals.clear();
  print.lists.clear();
  Cursor in(bytes);
  if (in.varint() != in.left()) return false;
  print.exact = in.fixed<std::uint64_t>();
  const std::uint64_t head = in.varint();
  const std::uint64_t total = head / 2;
  if (!in.ok()) return false;
  if (total == 0) return head == 0 && in.at_end();
  Counts counts{};
  if (!read_counts(in, total, counts)) return false;
  BitReader bits(in.take(in.left()));
  print.ordinals.resize(static_cast<std::size_t>(total));
  print.lists.assign(static_cast<std::size_t>(total), static_cast<std::uint8_t>(kInBoth));
  if (head % 2 != 0) {
    const auto code = ListsCode::read(bits);
    if (!code.ok()) return false;
    for (std::uint8_t& lists : print.lists) lists = static_cast<std::uint8_t>(code.next(bits));
  }
  return read_numbers(bits, counts, sizes, print.ordinals);
}

bool decode_exact_hash(ByteView bytes, std::uint64_t& exact) {
  Cursor in(bytes);
  static_cast<void>(in.varint());
  exact = in.fixed<std::uint64_t>();
  return in.ok();
}

}  // namespace prova
