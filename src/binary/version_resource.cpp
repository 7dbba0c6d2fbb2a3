#include "binary/version_resource.h"

#include <algorithm>

namespace prova::pe {
namespace {

constexpr std::uint32_t kTypeVersion = 16;  // RT_VERSION
constexpr std::uint32_t kSubdirectory = 0x8000'0000;
constexpr std::uint64_t kDirectoryHeader = 16, kDirectoryEntry = 8;
constexpr int kLevels = 3;  // Type, name, language.
/// Longest string value kept, in UTF-16 units.
constexpr std::uint64_t kMaxValueUnits = 2048;
constexpr std::uint32_t kFixedFileInfoMagic = 0xfeef'04bd;

/// One node of the version tree: wLength, wValueLength, wType, szKey, padding, Value, padding, children.
struct Block {
  ByteView value;                  ///< Everything behind the key, to the end of the block.
  std::uint64_t value_offset = 0;  ///< Of `value` from the start of the resource.
  std::uint16_t value_length = 0;
  std::string key;
  std::uint64_t size = 0;  ///< To the next block, padding included.
};

constexpr std::uint64_t aligned(std::uint64_t at) { return (at + 3) & ~3ULL; }

/// The block at `at`. Alignment counts from the start of the resource. nullopt where none begins.
std::optional<Block> block_at(ByteView resource, std::uint64_t at, std::uint64_t end) {
  const ByteReader in(clamped(resource, 0, end));
  const auto length = in.value_at<std::uint16_t>(FileOffset{at});
  if (length < 6 || length > end - at) return std::nullopt;
  Block block;
  block.value_length = in.value_at<std::uint16_t>(FileOffset{at + 2});
  std::uint64_t key_end = at + 6;
  while (key_end + 2 <= at + length && in.value_at<std::uint16_t>(FileOffset{key_end}) != 0) key_end += 2;
  block.key = utf8_from_utf16le(clamped(resource, at + 6, std::min(key_end - at - 6, 2 * kMaxValueUnits)));
  block.value_offset = std::min(aligned(key_end + 2), at + length);
  block.value = clamped(resource, block.value_offset, at + length - block.value_offset);
  block.size = aligned(at + length) - at;
  return block;
}

/// Calls `visit(block)` for the blocks in [at, end).
template <typename Visit>
void for_each_block(ByteView resource, std::uint64_t at, std::uint64_t end, Visit visit) {
  while (at + 6 <= end) {
    const auto block = block_at(resource, at, end);
    if (!block) return;
    visit(*block);
    at += block->size;
  }
}

class VersionReader {
 public:
  VersionReader(PeFile& pe, Mapped resource) : pe_(pe), resource_(resource) {}

  void read() {
    const auto root = block_at(resource_.bytes, 0, resource_.bytes.size());
    if (!root || root->key != "VS_VERSION_INFO") {
      pe_.defect(resource_.offset, "version resource does not begin with VS_VERSION_INFO");
      return;
    }
    read_fixed(*root);
    const std::uint64_t end = root->value_offset + root->value.size();
    for_each_block(resource_.bytes, aligned(root->value_offset + root->value_length), end, [&](const Block& info) {
      if (info.key == "StringFileInfo") read_tables(info);
    });
  }

 private:
  void read_fixed(const Block& root) {
    const ByteReader in(clamped(root.value, 0, root.value_length));
    if (in.value_at<std::uint32_t>(FileOffset{0}) != kFixedFileInfoMagic || in.size() < 16) return;
    const auto high = in.value_at<std::uint32_t>(FileOffset{8}), low = in.value_at<std::uint32_t>(FileOffset{12});
    add("FixedFileVersion", fmt::format("{}.{}.{}.{}", high >> 16, high & 0xffff, low >> 16, low & 0xffff),
        root.value_offset);
  }

  void read_tables(const Block& info) {
    for_each_block(resource_.bytes, info.value_offset, info.value_offset + info.value.size(), [&](const Block& table) {
      add("StringTable", table.key, table.value_offset);
      for_each_block(resource_.bytes, table.value_offset, table.value_offset + table.value.size(),
                     [&](const Block& text) {
                       // Some compilers count wValueLength in bytes: the NUL decides, the block is the limit.
                       add(text.key, utf8_from_utf16le(clamped(text.value, 0, 2 * kMaxValueUnits)), text.value_offset);
                     });
    });
  }

  void add(std::string_view key, std::string_view value, std::uint64_t at) {
    if (value.empty() || ++count_ > kMaxVersionStrings) return;
    pe_.toolmark(Toolmark::Kind::kVersionResource, fmt::format("{}={}", key, value), resource_.offset + at);
  }

  PeFile& pe_;
  Mapped resource_;
  std::size_t count_ = 0;
};

/// Walks the resource tree down to the data entries of type RT_VERSION.
class ResourceWalk {
 public:
  ResourceWalk(PeFile& pe, Mapped tree) : pe_(pe), tree_(tree), in_(tree.bytes) {}

  /// `level` 0 is the type, 1 the name, 2 the language.
  void walk(std::uint64_t directory, int level) {
    const std::uint64_t count = std::uint64_t{in_.value_at<std::uint16_t>(FileOffset{directory + 12})} +
                                in_.value_at<std::uint16_t>(FileOffset{directory + 14});
    for (std::uint64_t i = 0; i < count; ++i) {
      const FileOffset entry{directory + kDirectoryHeader + i * kDirectoryEntry};
      if (!in_.contains(entry, kDirectoryEntry)) {
        pe_.defect(tree_.offset + directory + 12,
                   fmt::format("resource directory of {} entries, {} lie inside the section", count, i));
        return;
      }
      if (++visited_ > kMaxResourceEntries) {
        if (!capped_)
          pe_.defect(tree_.offset + raw(entry), fmt::format("more than {} resource entries", kMaxResourceEntries));
        capped_ = true;
        return;
      }
      if (level > 0 || in_.value_at<std::uint32_t>(entry) == kTypeVersion) follow(entry, level);
    }
  }

 private:
  void follow(FileOffset entry, int level) {
    const auto target = in_.value_at<std::uint32_t>(entry + 4);
    if ((target & kSubdirectory) == 0) {
      read_data(target);
    } else if (level + 1 < kLevels) {
      walk(target & ~kSubdirectory, level + 1);
    } else {
      pe_.defect(tree_.offset + raw(entry), "resource tree deeper than type, name and language");
    }
  }

  void read_data(std::uint32_t data_entry) {
    const FileOffset at{data_entry};
    if (!in_.contains(at, 16)) {
      pe_.defect(tree_.offset + data_entry, "version resource entry lies outside the resource section");
      return;
    }
    const Mapped data = pe_.map(in_.value_at<std::uint32_t>(at), in_.value_at<std::uint32_t>(at + 4));
    if (std::find(seen_.begin(), seen_.end(), raw(data.offset)) != seen_.end()) return;
    seen_.push_back(raw(data.offset));
    // Each String can be 6 bytes long; wLength has 16 bits, so more is never read.
    VersionReader(pe_, {clamped(data.bytes, 0, 0xffff), data.offset}).read();
  }

  PeFile& pe_;
  Mapped tree_;
  ByteReader in_;
  std::uint32_t visited_ = 0;
  bool capped_ = false;
  std::vector<std::uint64_t> seen_;
};

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
}

}  // namespace

std::string utf8_from_utf16le(ByteView text) {
  const ByteReader in(text);
  std::string out;
  for (std::uint64_t i = 0; i + 2 <= text.size(); i += 2) {
    std::uint32_t c = in.value_at<std::uint16_t>(FileOffset{i});
    if (c == 0) break;
    const std::uint32_t next = in.value_at<std::uint16_t>(FileOffset{i + 2});
    if (c >= 0xd800 && c < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
      c = 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00);
      i += 2;
    } else if (c >= 0xd800 && c < 0xe000) {
      c = 0xfffd;
    }
    append_utf8(out, c);
  }
  return out;
}

void read_version_resource(PeFile& pe) {
  const DataDirectory& directory = pe.headers.directory(Directory::kResource);
  if (directory.rva == 0) return;
  const Mapped tree = pe.map(directory.rva);
  if (tree.bytes.size() < kDirectoryHeader) {
    pe.defect(directory.offset, fmt::format("resource directory at RVA {:#x} is not in the file", directory.rva));
    return;
  }
  ResourceWalk(pe, tree).walk(0, 0);
}

}  // namespace prova::pe
