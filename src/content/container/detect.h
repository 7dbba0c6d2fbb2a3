#pragma once
// What bytes are, judged by the bytes.

#include "base/bytes.h"
#include "content/container/item.h"

namespace prova {

/// Looks at the first 64 KiB (and, for tar, the header's checksum). O(1).
[[nodiscard]] ContentFormat detect_format(ByteView bytes);

/// Whether a file of this format holds items or text that only a parser can get out.
[[nodiscard]] constexpr bool needs_extraction(ContentFormat format) {
  return format != ContentFormat::kUnknown && format != ContentFormat::kText;
}

}  // namespace prova
