#pragma once
// Fingerprints for leaks: what finds a file in a dump, where its blocks are no longer aligned. Chunks, text, members.

#include "content/hash_key.h"
#include "content/inventory/inventory_writer.h"
#include "content/inventory/key.h"

namespace prova {

/// Which of them to take.
struct MarkOptions {
  bool chunks = true, text = true, members = true;
  [[nodiscard]] bool any() const { return chunks || text || members; }
};

struct MarkKeys {
  HashKey chunks, text;
  Bytes32 members;
};
[[nodiscard]] MarkKeys mark_keys(const DerivedKeys& keys);

/// Files are held in memory in windows of this size. A file of several windows gets chunks only: text and members are for
/// documents, and no document that we know is larger.
constexpr std::uint64_t kMarkWindow = 64ULL << 20;

/// A window of a file: all of it when `offset` is 0 and `content` holds `size` bytes.
struct MarkedWindow {
  ByteView content;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  ///< Of the whole file.
};
/// Adds the fingerprints of a window to `file`. Thread safe.
void add_content_marks(const MarkedWindow& window, const MarkKeys& keys, const MarkOptions& options, InventoriedFile& file);

}  // namespace prova
