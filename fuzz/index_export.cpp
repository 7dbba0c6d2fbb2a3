// Bytes as an export of an index, read to the end; and as one sample, which in a file stands behind a checksum that
// the fuzzer would not find.

#include <cstring>
#include <sstream>
#include <string>

#include "store/exchange/exported_sample.h"
#include "store/exchange/index_export.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  // A sample by itself: what stands behind a checksum.
  (void)prova::decode_sample(prova::as_bytes(bytes), 1 << 24);
  std::istringstream in(bytes);
  auto reader = prova::ExportReader::open(in);
  if (!reader) return 0;
  for (;;) {
    const auto sample = reader->next();
    if (!sample || !*sample) return 0;
  }
}
