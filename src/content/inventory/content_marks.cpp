#include "content/inventory/content_marks.h"

#include "content/chunk/chunker.h"
#include "content/text/normalise.h"
#include "content/text/winnow.h"

namespace prova {
namespace {

HashKey seeded(const Bytes32& seed) { return HashKey::from_seed(std::as_bytes(std::span(seed))); }

void add_chunks(const MarkedWindow& window, const HashKey& key, InventoriedFile& file) {
  const unsigned sampling = chunk_sampling(window.size);
  for_each_chunk(window.content, key, [&](const ChunkMark& chunk) {
    if (!chunk.constant && is_sampled(chunk.hash, sampling)) file.chunks.push_back({chunk.hash, window.offset + chunk.offset});
  });
}

void add_text(ByteView content, const HashKey& key, InventoriedFile& file) {
  if (!looks_like_text(content)) return;
  for (const TextMark& mark : winnow(normalise_text(as_text(content)).chars, key)) file.text.push_back({mark.hash, mark.position});
}

}  // namespace

MarkKeys mark_keys(const DerivedKeys& keys) { return {seeded(keys.chunks), seeded(keys.text), keys.members}; }

void add_content_marks(const MarkedWindow& window, const MarkKeys& keys, const MarkOptions& options, InventoriedFile& file) {
  if (options.chunks) add_chunks(window, keys.chunks, file);
  if (window.offset != 0 || window.content.size() != window.size) return;
  if (options.text) add_text(window.content, keys.text, file);
}

}  // namespace prova
