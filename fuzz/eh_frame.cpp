// Fuzz target: call frame information. The first byte picks class, byte order, and whether the section has an end.

#include "binary/eh_frame.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  prova::EhFrame frame;
  frame.content = prova::ByteView(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  frame.address = prova::VirtualAddress{0x1000};
  frame.bits = (data[0] & 1U) != 0 ? 64 : 32;
  frame.order = (data[0] & 2U) != 0 ? std::endian::big : std::endian::little;
  frame.bounded = (data[0] & 4U) != 0;
  std::vector<prova::UnwindRange> ranges;
  std::vector<prova::Defect> defects;
  prova::LoadBudget budget(size);
  read_eh_frame(frame, ranges, budget, defects);
  for (const prova::UnwindRange& range : ranges) {
    if (range.size == 0) __builtin_trap();  // Empty ranges are promised not to appear.
  }
  (void)eh_frame_of_header(frame);
  return 0;
}
