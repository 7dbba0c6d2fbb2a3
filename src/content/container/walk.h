#pragma once
// Unfolds one file into its items, to any depth within the limits. Runs in the extraction child; tests call it directly.

#include <functional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "content/container/item.h"

namespace prova {

/// What happens on the way. `entering` and `leaving` bracket every parser, so that whoever watches knows which item to blame.
struct WalkEvents {
  std::function<void(std::uint32_t id, const std::string& path)> entering;
  std::function<void()> leaving;
  /// Parents come before their children, ids ascend. The item's own `bytes` are empty: they are the second argument, which
  /// is empty for messages of a PST file (they have none) and lives until the call returns.
  std::function<void(const ExtractedItem&, ByteView)> item;
  std::function<void(ExtractionDefect)> defect;
};

/// An item that is not to be parsed, because a parser crashed on it before; numbering goes on at `next_id`.
struct SkippedItem {
  std::uint32_t id = 0, next_id = 0;
  friend bool operator==(const SkippedItem&, const SkippedItem&) = default;
};

/// Deterministic: the same bytes, limits and skips give the same items in the same order.
void walk_file(ByteView bytes, const std::string& name, const ExtractionLimits& limits, std::span<const SkippedItem> skipped,
               const WalkEvents& events);

}  // namespace prova
