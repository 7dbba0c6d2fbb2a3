#pragma once
// Contents of tiny files, encrypted in frames of kTinyFrameBytes (docs/formats/inventory.md, "Tiny files").

#include <string>

#include "base/result.h"
#include "content/inventory/format.h"

namespace prova {

/// Bytes that encryption adds to a frame: the tag of GCM.
constexpr std::size_t kFrameOverhead = 16;

/// The frames of `plain`, one after the other.
[[nodiscard]] std::string seal_tiny_frames(std::string_view plain, const Bytes32& key, const Bytes16& inventory_id);

/// The plain bytes of frame `ordinal`. Errors: kStore when it is not there or does not decrypt.
[[nodiscard]] Result<std::string> open_tiny_frame(std::string_view frames, std::uint64_t ordinal, const Bytes32& key,
                                                  const Bytes16& inventory_id);

}  // namespace prova
