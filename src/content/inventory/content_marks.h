#pragma once
// Fingerprints for leaks: what finds a file in a dump, where its blocks are no longer aligned. Chunks, text, members.

#include <filesystem>

#include "content/container/extractor.h"
#include "content/hash_key.h"
#include "content/inventory/document_marks.h"
#include "content/inventory/inventory_writer.h"
#include "content/inventory/key.h"

namespace prova {

/// Which of them to take.
struct MarkOptions {
  bool chunks = true, members = true;
  TextScope text = TextScope::kDocuments;
  std::size_t copied_run = kCopiedRun;  ///< kCopiedRun to kMaxCopiedRun: what the text fingerprints surely find.
  [[nodiscard]] bool of_documents() const { return text != TextScope::kNone || members; }
  [[nodiscard]] bool any() const { return chunks || of_documents(); }
};

struct MarkKeys {
  HashKey chunks, text;
  Bytes32 members;
};
[[nodiscard]] MarkKeys mark_keys(const DerivedKeys& keys);

/// Files are held in memory in windows of this size. Files of several windows in a stream get chunks only; those of a directory are
/// unfolded from where they lie.
constexpr std::uint64_t kMarkWindow = 64ULL << 20;

/// A window of a file: all of it when `offset` is 0 and `content` holds `size` bytes.
struct MarkedWindow {
  ByteView content;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  ///< Of the whole file.
};
/// Adds the fingerprints of a window to `file`, whose path is known (it says what is a document): chunks always; text and members when the window is the whole file. What a container
/// holds is unfolded in the extractor's child; what could not be read there is added to the file's `unread`.
/// Errors: kIo when there is no extraction process.
[[nodiscard]] Status add_content_marks(const MarkedWindow& window, const MarkKeys& keys, const MarkOptions& options, Extractor& extractor,
                                       InventoriedFile& file);
/// Text and members of the file at `path`, for files of several windows: mailboxes, archives.
[[nodiscard]] Status add_large_file_marks(const std::filesystem::path& path, const MarkKeys& keys, const MarkOptions& options, Extractor& extractor,
                                          InventoriedFile& file);

}  // namespace prova
