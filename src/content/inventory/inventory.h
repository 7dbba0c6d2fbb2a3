#pragma once
// An inventory as it is read: mapped, checked from the first byte to the last, immutable.

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "content/inventory/format.h"
#include "content/inventory/key.h"

namespace prova {

/// What the meta section says.
struct InventoryMeta {
  std::string created;                ///< RFC 3339, UTC.
  std::int64_t created_unix = 0;      ///< The same, in seconds.
  std::string tool;                   ///< "prova 0.1.0 (…)".
  std::vector<std::string> systems;   ///< FileRecord::system
  std::vector<std::string> roots;     ///< What was inventoried, per system, as given: paths, images, "-".
  std::string since_root;             ///< Root of the inventory that files were carried over from; else empty.
  bool chunks = false, text = false, members = false;  ///< Which fingerprints were taken.
  std::uint32_t copied_run = 0;       ///< Copied runs of text of this many characters are surely found (winnow.h); 0 without text.
  std::vector<std::pair<std::uint32_t, std::string>> owners;  ///< User ids and their names, ascending.
};

/// Something that could not be read when the inventory was made: no verdict about it is possible.
struct UnreadEntry {
  std::string path, reason;
};

/// Where a hostile or honest inventory stops: sizes above are refused. 2^46 bytes is 64 TiB.
constexpr std::uint64_t kMaxInventoryBytes = 1ULL << 46;

/// A reader. Thread safe. Cheap to move, not to open: opening hashes the whole file (1 to 2 GB/s) and checks every index in it.
class Inventory {
 public:
  /// Opens and checks everything that needs no key: checksums, signature, every offset and index. With `key`, also that the
  /// key is the right one and that the Merkle root over the files is the signed one.
  /// Errors: kIo; kStore (not an inventory, damaged, another format); kUsage (the wrong key).
  [[nodiscard]] static Result<Inventory> open(const std::filesystem::path& path, const InventoryKey* key);
  Inventory(Inventory&&) noexcept;
  Inventory& operator=(Inventory&&) noexcept;
  ~Inventory();

  [[nodiscard]] const InventoryMeta& meta() const;
  [[nodiscard]] const std::vector<UnreadEntry>& unread() const;
  [[nodiscard]] const InventoryHeader& header() const;
  [[nodiscard]] const InventoryTrailer& trailer() const;  ///< Root, public key, signature.
  [[nodiscard]] std::span<const SectionEntry> sections() const;
  [[nodiscard]] ByteView section(SectionKind kind) const;  ///< Empty when absent.
  [[nodiscard]] bool unlocked() const;                     ///< Opened with its key.
  [[nodiscard]] const DerivedKeys& keys_of() const;        ///< REQUIRES unlocked().

  // Files, by ascending (system, path).
  [[nodiscard]] std::span<const FileRecord> files() const;
  [[nodiscard]] std::string path(std::size_t file) const;
  [[nodiscard]] const std::string& system(std::size_t file) const;
  [[nodiscard]] Sha256 digest(std::size_t file) const;     ///< REQUIRES unlocked().
  /// The file at (system, path), if there is one. O(log files).
  [[nodiscard]] std::optional<std::size_t> find(std::size_t system, std::string_view path) const;
  /// The files with this content, ascending. O(log files). REQUIRES unlocked().
  [[nodiscard]] std::span<const std::uint32_t> with_digest(const Sha256& digest) const;
  /// Whether some file has this size: what a scan asks before it computes a SHA-256. O(log files). REQUIRES unlocked().
  [[nodiscard]] bool has_size(std::uint64_t size) const;

  // Blocks.
  [[nodiscard]] std::span<const std::uint64_t> keys() const;               ///< Distinct, ascending.
  [[nodiscard]] bool shared(std::uint32_t key) const;                      ///< The key occurs more than once.
  [[nodiscard]] std::span<const std::uint32_t> blocks(std::size_t file) const;  ///< Index of the key, or kConstantBlock | byte.

  // For leaks.
  // Chunks and text marks: visit_mark_table (mark_tables.h) of their sections.
  [[nodiscard]] std::span<const MemberEntry> members() const;
  [[nodiscard]] std::string_view member_name(const MemberEntry& member) const;

  /// The stored content of a tiny file; nothing for a file without one. REQUIRES unlocked().
  /// Errors: kStore when a frame does not decrypt.
  [[nodiscard]] Result<std::optional<std::string>> tiny_content(std::size_t file) const;

  /// Salt and hash of a file's Merkle leaf (docs/formats/inventory.md, "Leaves"). REQUIRES unlocked().
  [[nodiscard]] Bytes32 leaf_salt(std::size_t file) const;
  [[nodiscard]] Sha256 leaf(std::size_t file) const;

 private:
  struct State;
  explicit Inventory(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// What a leaf commits to, before the salt is put in front: shared by writer, reader and proof.
[[nodiscard]] std::string leaf_content(const FileRecord& record, const Sha256& digest, std::string_view system, std::string_view path);
/// Salt of leaf `file` of the inventory `id`.
[[nodiscard]] Bytes32 leaf_salt_of(const Bytes32& salts_key, const Bytes16& id, std::uint64_t file);
[[nodiscard]] Sha256 salted_leaf(const Bytes32& salt, std::string_view content);
/// The signed root: SHA-256("prova inventory root 1\n" || header || section table || files root).
[[nodiscard]] Sha256 inventory_root(const InventoryHeader& header, std::span<const SectionEntry> table, const Bytes32& files_root);
/// What is signed: "prova inventory signature 1\n" || root.
[[nodiscard]] std::string signed_message(const Bytes32& root);
/// Key of a member for MemberEntry.
[[nodiscard]] Bytes16 member_key(const Bytes32& members_key, MemberKind kind, const Sha256& content);

}  // namespace prova
