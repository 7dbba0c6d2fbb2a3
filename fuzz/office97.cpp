// Word, Excel and PowerPoint before 2007: the streams as our own readers get them, and whole compound files. The first byte chooses.

#include <cstdint>

#include "content/container/office97.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const prova::ByteView bytes(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  const std::size_t half = bytes.size() / 2;
  std::size_t text = 0;
  switch (data[0] % 4) {
    case 0: text = prova::word97_text(bytes.first(half), bytes.subspan(half)).value_or("").size(); break;
    case 1: text = prova::excel97_text(bytes).value_or("").size(); break;
    case 2: text = prova::powerpoint97_text(bytes).value_or("").size(); break;
    default: (void)prova::read_office97(bytes, prova::ExtractionBudget({}, bytes.size()));
  }
  // One piece or cell may cross the bound before it is noticed.
  if (text > 2 * prova::kMaxOffice97Text + (8 << 20)) __builtin_trap();
  return 0;
}
