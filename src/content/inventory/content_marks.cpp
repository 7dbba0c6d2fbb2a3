#include "content/inventory/content_marks.h"

#include "content/chunk/chunker.h"

namespace prova {
namespace {

HashKey seeded(const Bytes32& seed) { return HashKey::from_seed(std::as_bytes(std::span(seed))); }

void add_chunks(const MarkedWindow& window, const HashKey& key, InventoriedFile& file) {
  const unsigned sampling = chunk_sampling(window.size);
  for_each_chunk(window.content, key, [&](const ChunkMark& chunk) {
    if (!chunk.constant && is_sampled(chunk.hash, sampling)) file.chunks.push_back({chunk.hash, window.offset + chunk.offset});
  });
}

/// What could not be read inside a file, named by its place in it.
std::function<void(ExtractionDefect)> unread_of(InventoriedFile& file) {
  return [&file](ExtractionDefect defect) {
    const std::size_t bang = defect.path.find('!');
    file.unread.push_back({bang == std::string::npos ? std::string() : defect.path.substr(bang), std::move(defect.message)});
  };
}

}  // namespace

MarkKeys mark_keys(const DerivedKeys& keys) { return {seeded(keys.chunks), seeded(keys.text), keys.members}; }

Status add_content_marks(const MarkedWindow& window, const MarkKeys& keys, const MarkOptions& options, Extractor& extractor, InventoriedFile& file) {
  if (options.chunks) add_chunks(window, keys.chunks, file);
  if (window.offset != 0 || window.content.size() != window.size || !options.of_documents()) return {};
  const DocumentMarkSettings settings{keys.text, keys.members, options.text, options.members, options.copied_run};
  return add_document_marks(window.content, settings, extractor, file, unread_of(file));
}

Status add_large_file_marks(const std::filesystem::path& path, const MarkKeys& keys, const MarkOptions& options, Extractor& extractor,
                            InventoriedFile& file) {
  if (!options.of_documents()) return {};
  const DocumentMarkSettings settings{keys.text, keys.members, options.text, options.members, options.copied_run};
  return add_document_marks(path, settings, extractor, file, unread_of(file));
}

}  // namespace prova
