// Bytes as what lies in the packed columns of a shared index: a row of postings with its lists, a long list, a print, a sample's block, toolmarks.
// Whoever may write to a compartment can put anything there. Byte 0 chooses the kind and the bits of the run.

#include <string>

#include "store/postgres/row_codec.h"

namespace {

constexpr std::uint64_t kFunctions = 1000;

void walk(const prova::RowKey& key, prova::ByteView body) {
  std::uint64_t last = 0, visited = 0;
  (void)prova::for_each_posting(key.postings, body, kFunctions, [&](std::uint32_t function, std::uint32_t lists) {
    if (function >= kFunctions || lists == 0 || lists > 3 || (visited++ > 0 && function <= last)) __builtin_trap();
    last = function;
  });
}

void read_row(prova::ByteView bytes, unsigned bits) {
  prova::PostingsRow row;
  if (!prova::decode_postings_row(bytes, 0, bits, row)) return;
  for (const auto* keys : {&row.features, &row.exact}) {
    for (std::size_t i = 0; i < keys->size(); ++i) {
      if (i > 0 && (*keys)[i].key <= (*keys)[i - 1].key) __builtin_trap();
      walk((*keys)[i], (*keys)[i].postings.is_long ? bytes : (*keys)[i].postings.body);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const prova::ByteView bytes = prova::as_bytes(rest);
  prova::UnpackedPrint print;
  prova::SampleRecord record;
  switch (data[0] % 4) {
    case 0: read_row(bytes, data[0] / 4 % (prova::kMaxRowBits + 1)); break;
    case 1:
      if (prova::unpack_print(bytes, print) && print.keys.size() != print.lists.size()) __builtin_trap();
      break;
    case 2: (void)prova::unpack_block(bytes, data[0] / 4); break;
    default: (void)prova::unpack_toolmarks(bytes, record); break;
  }
  return 0;
}
