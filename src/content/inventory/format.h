#pragma once
// The bytes of an inventory file, format 3 (docs/formats/inventory.md). Everything is little-endian and aligned so that
// the sections are used where they lie in the mapped file.

#include <bit>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "content/inventory/crypto.h"

namespace prova {

static_assert(std::endian::native == std::endian::little, "sections are used in place");

/// 3: those two sections packed, and the copied run that is surely found. 2: chunks and text per file, delta-coded, with shortened hashes; 1 had 16
/// bytes for each of them.
constexpr std::uint32_t kInventoryFormat = 3;
constexpr std::string_view kInventoryMagic = "PROVAINV";
constexpr std::string_view kInventoryEnd = "PROVAEND";
/// Sections start at multiples of this many bytes, with zeros in between.
constexpr std::uint64_t kSectionAlignment = 64;

enum class SectionKind : std::uint32_t {
  kMeta = 1,         ///< JSON: when, where, by what, with which options.
  kDirectories = 2,  ///< u32 length, bytes; repeated: directories relative to their root, "" for the root itself.
  kNames = 3,        ///< File names without directories, one after the other.
  kFiles = 4,        ///< FileRecord, by ascending (system, path).
  kDigests = 5,      ///< SHA-256 per file, AES-256-CTR.
  kKeys = 6,         ///< u64: distinct keys of blocks that are not constant, ascending.
  kShared = 7,       ///< One bit per key, low bit first: the key occurs more than once.
  kBlocks = 8,       ///< u32 per block of each file: index of its key, or kConstantBlock | byte.
  kChunks = 9,       ///< Content-defined chunks per file (mark_tables.h).
  kText = 10,        ///< Text fingerprints per file (mark_tables.h).
  kMembers = 11,     ///< MemberEntry, ascending.
  kMemberNames = 12, ///< Names of members, one after the other.
  kTiny = 13,        ///< TinyEntry, by ascending file.
  kTinyContent = 14, ///< AES-256-GCM frames of the contents of tiny files.
  kUnread = 15,      ///< JSON: what could not be read, and why.
};
constexpr std::uint32_t kSectionKinds = 15;

/// Key index of a block that consists of one byte value; the low 8 bits are that value.
constexpr std::uint32_t kConstantBlock = 0xffff'ff00;
/// Distinct keys that an inventory can hold: indices below kConstantBlock. 16 TiB of different blocks.
constexpr std::uint64_t kMaxKeys = kConstantBlock;
/// Files an inventory can hold.
constexpr std::uint64_t kMaxFiles = 0xffff'fff0;
/// Files up to this size have their content stored, encrypted: NTFS keeps a file of up to about 700 bytes inside its
/// 1-KiB MFT record, where no block hash can see it.
constexpr std::uint64_t kTinyFileBytes = 768;
/// Plain bytes of a frame of tiny contents.
constexpr std::size_t kTinyFrameBytes = 1U << 16;

/// One file. Everything but the digest, which lies in kDigests at the same index.
struct FileRecord {
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0, ctime_ns = 0;  ///< Unix time.
  std::uint64_t inode = 0;
  std::uint64_t first_block = 0;  ///< Its ceil(size / 4096) entries of kBlocks start here.
  std::uint64_t name = 0;         ///< Offset in kNames.
  std::uint64_t tail_exact = 0;   ///< Keyed hash of the last size % 4096 bytes as they are; 0 without such a tail.
  std::uint32_t directory = 0;    ///< Ordinal in kDirectories.
  std::uint32_t mode = 0;         ///< As stat(2).
  std::uint32_t owner = 0;        ///< User id; the meta section has names.
  std::uint16_t name_length = 0;
  std::uint16_t system = 0;       ///< Ordinal in the meta section's systems.
  std::uint32_t flags = 0;        ///< FileFlag.
  std::uint32_t device = 0;       ///< Low bits of the device number, to tell inodes apart.
  std::uint64_t tail_head = 0;    ///< Keyed hash of the tail's first sector, filled up with zeros to 512 bytes; 0 without a tail.
};
static_assert(sizeof(FileRecord) == 88 && std::is_trivially_copyable_v<FileRecord>);

enum FileFlag : std::uint32_t {
  kChangedWhileRead = 1,  ///< Its size or time changed while it was read: the digest is of what was read.
  kCarriedOver = 2,       ///< Not read again: unchanged since the inventory named by `--since`.
  kCanary = 4,            ///< Planted: nobody has a reason to read it. Finding it in a leak tells where the thief was.
};

/// Bytes that are kept of the 8 of a hash. Of N stored, a foreign chunk or k-gram meets one with N / 2^(8 n). One foreign k-gram
/// decides nothing (a text needs three in line); a chunk could be large enough alone, so its hash is longer.
constexpr unsigned kChunkKeyBytes = 6, kTextKeyBytes = 5;
/// A hash as it comes back from the file: only the highest n bytes.
[[nodiscard]] constexpr std::uint64_t stored_key(std::uint64_t hash, unsigned n) { return hash >> (64 - 8 * n) << (64 - 8 * n); }

/// A member of a container (archive, office file, mail): its keyed hash, or that of a Message-ID or a whole normalised text.
struct MemberEntry {
  Bytes16 key{};              ///< First 16 bytes of HMAC-SHA-256(members key, kind || SHA-256 of the content).
  std::uint64_t size = 0;     ///< Bytes of the content.
  std::uint64_t name = 0;     ///< Offset in kMemberNames.
  std::uint32_t file = 0;     ///< The container.
  std::uint16_t name_length = 0;
  std::uint16_t kind = 0;     ///< MemberKind.
  friend auto operator<=>(const MemberEntry&, const MemberEntry&) = default;
};
static_assert(sizeof(MemberEntry) == 40);

/// What a MemberEntry hashes: the bytes of a member; a Message-ID; the normalised characters of a text (UTF-16LE), whose
/// `size` is a packed TextPlace; one header line of a mail ("From: ...", decoded).
enum class MemberKind : std::uint16_t { kMember = 1, kMessageId = 2, kWholeText = 3, kHeader = 4 };

/// Where a text lies among the normalised characters of its file: a mailbox holds many, one after the other. Places of
/// text marks count from the start of the file's first text.
struct TextPlace {
  std::uint32_t begin = 0, length = 0;
  friend bool operator==(const TextPlace&, const TextPlace&) = default;
};
[[nodiscard]] constexpr std::uint64_t pack_text_place(TextPlace place) { return std::uint64_t{place.begin} << 32 | place.length; }
[[nodiscard]] constexpr TextPlace unpack_text_place(std::uint64_t packed) {
  return {static_cast<std::uint32_t>(packed >> 32), static_cast<std::uint32_t>(packed)};
}

/// Where the content of a tiny file lies among the plain bytes of all frames.
struct TinyEntry {
  std::uint32_t file = 0;
  std::uint32_t length = 0;
  std::uint64_t offset = 0;
};
static_assert(sizeof(TinyEntry) == 16);

struct InventoryHeader {
  char magic[8];              ///< kInventoryMagic
  std::uint32_t format;       ///< kInventoryFormat
  std::uint32_t sections;
  std::uint64_t files, blocks;
  Bytes16 id;                 ///< Names this inventory, and is the nonce of what is encrypted in it.
  Bytes16 key_id;             ///< InventoryKey::id
};
static_assert(sizeof(InventoryHeader) == 64);

struct SectionEntry {
  std::uint32_t kind, reserved;
  std::uint64_t offset, size;
  Bytes32 sha256;
};
static_assert(sizeof(SectionEntry) == 56);

struct InventoryTrailer {
  std::uint64_t table_offset;
  std::uint32_t sections, format;
  Bytes32 files_root, root, public_key;
  Ed25519Signature signature;
  char end[8];                ///< kInventoryEnd
};
static_assert(sizeof(InventoryTrailer) == 184);

/// Blocks of a file, its zero-padded tail included.
[[nodiscard]] constexpr std::uint64_t blocks_of(std::uint64_t size) { return size / 4096 + (size % 4096 != 0 ? 1 : 0); }

}  // namespace prova
