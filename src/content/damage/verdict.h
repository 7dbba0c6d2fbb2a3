#pragma once
// The answer for one file: what became of it, where it is, and how that was checked.

#include <optional>
#include <string>
#include <vector>

#include "content/damage/content_class.h"

namespace prova {

/// In the order of preference: a file has the first one that holds.
enum class Survival : std::uint8_t {
  kIntact,          ///< Same content at the same path, in a directory or a file system that can be read.
  kMoved,           ///< Same content at another path there.
  kOnDisk,          ///< Every block is on a scanned image; re-read in order they have the inventoried SHA-256.
  kInBackup,        ///< Whole in a backup, by SHA-256.
  kInCopy,          ///< Whole in a copy, by SHA-256.
  kPartial,         ///< Some of its blocks were found.
  kNotFound,        ///< Nothing of it in anything that was scanned.
};
constexpr std::size_t kVerdicts = 7;
[[nodiscard]] std::string_view name_of(Survival verdict);  ///< "intact", "moved", "survives_on_disk", ...
[[nodiscard]] constexpr bool is_whole(Survival verdict) { return verdict < Survival::kPartial; }

/// How the bytes of an extent are had.
enum class ExtentKind : std::uint8_t {
  kStored,     ///< As they lie at `offset` of the source (or of its file `path`).
  kConstant,   ///< One byte value, known from the inventory: nothing needs to be read.
  kMftRecord,  ///< Inside the NTFS file record at `offset`, whose fixups must be undone first.
};
[[nodiscard]] std::string_view name_of(ExtentKind kind);

/// Bytes [file_offset, file_offset + length) of a file, and where they are.
struct FileExtent {
  std::uint64_t file_offset = 0, length = 0;
  ExtentKind kind = ExtentKind::kStored;
  std::uint32_t source = 0;
  std::uint64_t offset = 0;
  std::uint8_t value = 0;       ///< Of a constant extent.
  std::string path;             ///< File in the source; empty for an image.
};

/// A whole copy of the file, by SHA-256.
struct WholeCopy {
  std::uint32_t source = 0;
  std::string path;
  std::int64_t volume = -1;     ///< Offset of the file system in an image; -1 outside.
  bool at_its_path = false;
};

/// How a file was lost.
struct LossPattern {
  std::string name;             ///< docs/methods/content.md, "Patterns".
  BlockState replaced_by = BlockState::kMissing;
  std::uint64_t lost_blocks = 0, blocks = 0;
  std::uint64_t n = 0, m = 0;   ///< "n_of_m": n of every m blocks are lost.
  std::string renamed_to;       ///< Name it stands under now; empty when it was not renamed.
};

struct FileVerdict {
  std::uint32_t file = 0;
  Survival verdict = Survival::kNotFound;
  std::uint64_t survived_bytes = 0;   ///< Of its content, found in some source (a whole file: all).
  std::uint64_t constant_bytes = 0;   ///< Of a file that is not whole: bytes of constant blocks, known but proving nothing.
  bool in_inventory = false;          ///< The inventory itself holds or implies its content (tiny or constant files).
  std::vector<WholeCopy> copies;      ///< Best first, at most kMaxCopies.
  std::vector<FileExtent> extents;        ///< By file offset. Of a file with `copies`: empty.
  std::optional<LossPattern> pattern; ///< Of a file that is not intact, where something stood in its place or parts survive.
  std::string note;                   ///< What a person should know.
};
/// Copies listed per file: identical files are many on some systems.
constexpr std::size_t kMaxCopies = 8;

}  // namespace prova
