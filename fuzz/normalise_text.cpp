// Any bytes as text: normalised characters keep their order and their places; winnowing keeps its promise about windows.

#include <algorithm>
#include <cstdint>

#include "content/text/normalise.h"
#include "content/text/winnow.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const prova::ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  (void)prova::looks_like_text(bytes);
  (void)prova::utf16_to_utf8(bytes);
  const prova::NormalisedText normal = prova::normalise_text(prova::as_text(bytes));
  if (normal.chars.size() != normal.offsets.size() || !std::is_sorted(normal.offsets.begin(), normal.offsets.end())) __builtin_trap();
  if (!normal.offsets.empty() && normal.offsets.back() >= size) __builtin_trap();
  static const prova::HashKey key = prova::HashKey::from_seed(std::array<std::byte, 32>{});
  const auto marks = prova::winnow(normal.chars, key);
  if (normal.chars.size() >= prova::kGram && marks.empty()) __builtin_trap();
  for (std::size_t i = 1; i < marks.size(); ++i) {
    if (marks[i].position <= marks[i - 1].position || marks[i].position - marks[i - 1].position > prova::kWindow) __builtin_trap();
  }
  return 0;
}
