#pragma once
// Writing an inventory: everything about the files is collected in memory, then the file is written at once.

#include <functional>

#include "content/inventory/inventory.h"

namespace prova {

/// A chunk, text fingerprint or member of one file, before it knows the file's place in the inventory.
struct ChunkOfFile {
  std::uint64_t key = 0, offset = 0;
};
struct TextOfFile {
  std::uint64_t key = 0;
  std::uint32_t position = 0;
};
struct MemberOfFile {
  Bytes16 key{};
  std::uint64_t size = 0;
  MemberKind kind = MemberKind::kMember;
  std::string name;
};

/// All that is known of one file.
struct InventoriedFile {
  std::string path;                     ///< Relative to its root, '/' between parts.
  std::uint16_t system = 0;
  FileRecord record;                    ///< `first_block`, `name`, `directory`, `name_length` are filled in by the writer.
  Sha256 digest;
  std::vector<std::uint64_t> blocks;    ///< Keys of its blocks, the padded tail included ...
  std::vector<std::pair<std::uint32_t, std::uint8_t>> constants;  ///< ... and which of them are constant, ascending by block.
  std::vector<ChunkOfFile> chunks;
  std::vector<TextOfFile> text;
  std::vector<MemberOfFile> members;
  std::vector<UnreadEntry> unread;      ///< What inside it could not be read: "!member", reason.
  std::string tiny;                     ///< Its content when record.size <= kTinyFileBytes.
};

struct InventoryContent {
  InventoryMeta meta;
  std::vector<InventoriedFile> files;   ///< In any order; two with the same (system, path) are an error.
  std::vector<UnreadEntry> unread;
};

/// What was written.
struct WrittenInventory {
  Sha256 root;
  std::uint64_t files = 0, bytes = 0, blocks = 0, distinct_blocks = 0, size = 0;  ///< `bytes` inventoried, `size` of the file.
};

/// Writes `content`, signed, to `path`. The file appears whole or not at all: it is written without a name (O_TMPFILE) where
/// the file system can, else under a name that ends in `.tmp-PID` and lacks its trailer until it is complete. Never replaces a file.
/// Same content and key, same bytes. Memory: 20 bytes per block on top of `content`. Consumes `content`.
/// Errors: kUsage (`path` exists, a path twice); kLimit; kIo.
[[nodiscard]] Result<WrittenInventory> write_inventory(InventoryContent content, const InventoryKey& key, const std::filesystem::path& path);

}  // namespace prova
