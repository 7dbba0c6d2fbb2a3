#include "content/inventory/inventory_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <tuple>
#include <unordered_map>

#include "content/inventory/mark_tables.h"
#include "content/inventory/merkle.h"
#include "content/inventory/meta_json.h"
#include "content/inventory/section_file.h"
#include "content/inventory/tiny_frames.h"

namespace prova {
namespace {

/// The sections in the order of their kinds, as bytes.
struct Sections {
  std::string meta, directories, names, member_names, tiny_content, unread;
  std::vector<FileRecord> files;
  std::vector<Sha256> digests;
  std::vector<std::uint64_t> keys;
  std::vector<std::uint8_t> shared;
  std::vector<std::uint32_t> blocks;
  MarkTableWriter chunks{kChunkKeyBytes}, text{kTextKeyBytes};
  std::string packed_chunks, packed_text;
  std::vector<MemberEntry> members;
  std::vector<TinyEntry> tiny;
  std::string tiny_plain;
};

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

Status sort_files(std::vector<InventoriedFile>& files) {
  if (files.size() > kMaxFiles) return fail(ErrorCode::kLimit, fmt::format("{} files, at most {} in an inventory", files.size(), kMaxFiles));
  std::sort(files.begin(), files.end(), [](const InventoriedFile& a, const InventoriedFile& b) {
    return std::tie(a.system, a.path) < std::tie(b.system, b.path);
  });
  const auto twice = std::adjacent_find(files.begin(), files.end(), [](const InventoriedFile& a, const InventoriedFile& b) {
    return a.system == b.system && a.path == b.path;
  });
  if (twice == files.end()) return {};
  return fail(ErrorCode::kUsage, fmt::format("'{}' was given twice; name each path once", twice->path));
}

/// Ordinal of a directory, in the order of first use. Files are sorted by path, not by directory, hence the look-up.
class DirectoryTable {
 public:
  explicit DirectoryTable(std::string& section) : section_(section) {}
  std::uint32_t ordinal(std::string_view directory) {
    const auto [place, fresh] = known_.try_emplace(std::string(directory), static_cast<std::uint32_t>(known_.size()));
    if (fresh) {
      const auto length = static_cast<std::uint32_t>(directory.size());
      section_.append(reinterpret_cast<const char*>(&length), sizeof length);
      section_ += directory;
    }
    return place->second;
  }

 private:
  std::string& section_;
  std::unordered_map<std::string, std::uint32_t> known_;
};

/// The distinct keys of all blocks that are not constant, ascending, and which of them occur more than once.
Status collect_keys(const std::vector<InventoriedFile>& files, Sections& out) {
  std::vector<std::uint64_t>& keys = out.keys;
  for (const InventoriedFile& file : files) {
    std::size_t constant = 0;
    for (std::size_t i = 0; i < file.blocks.size(); ++i) {
      if (constant < file.constants.size() && file.constants[constant].first == i) {
        ++constant;
      } else {
        keys.push_back(file.blocks[i]);
      }
    }
  }
  std::sort(keys.begin(), keys.end());
  std::size_t distinct = 0;
  out.shared.assign((keys.size() + 7) / 8, 0);
  for (std::size_t i = 0; i < keys.size();) {
    std::size_t next = i + 1;
    while (next < keys.size() && keys[next] == keys[i]) ++next;
    if (next - i > 1) out.shared[distinct / 8] |= static_cast<std::uint8_t>(1U << distinct % 8);
    keys[distinct++] = keys[i];
    i = next;
  }
  keys.resize(distinct);
  keys.shrink_to_fit();
  out.shared.resize((distinct + 7) / 8);
  if (distinct > kMaxKeys) return fail(ErrorCode::kLimit, fmt::format("{} different blocks, at most {} in an inventory: split it by system", distinct, kMaxKeys));
  return {};
}

void add_blocks(const InventoriedFile& file, Sections& out) {
  std::size_t constant = 0;
  for (std::size_t i = 0; i < file.blocks.size(); ++i) {
    if (constant < file.constants.size() && file.constants[constant].first == i) {
      out.blocks.push_back(kConstantBlock | file.constants[constant++].second);
      continue;
    }
    const auto place = std::lower_bound(out.keys.begin(), out.keys.end(), file.blocks[i]);
    out.blocks.push_back(static_cast<std::uint32_t>(place - out.keys.begin()));
  }
}

void add_marks(const InventoriedFile& file, std::uint32_t index, Sections& out) {
  if (!file.chunks.empty()) out.chunks.begin(index, file.chunks.size());
  for (const ChunkOfFile& chunk : file.chunks) out.chunks.add(chunk.key, static_cast<std::uint32_t>(chunk.offset));
  if (!file.text.empty()) out.text.begin(index, file.text.size());
  for (const TextOfFile& text : file.text) out.text.add(text.key, text.position);
  for (const MemberOfFile& member : file.members) {
    const std::string name = member.name.substr(0, 0xffff);
    out.members.push_back({member.key, member.size, out.member_names.size(), index, static_cast<std::uint16_t>(name.size()),
                           static_cast<std::uint16_t>(member.kind)});
    out.member_names += name;
  }
  if (file.record.size != 0 && file.record.size <= kTinyFileBytes && file.tiny.size() == file.record.size) {
    out.tiny.push_back({index, static_cast<std::uint32_t>(file.tiny.size()), out.tiny_plain.size()});
    out.tiny_plain += file.tiny;
  }
}

Status add_files(std::vector<InventoriedFile>& files, Sections& out) {
  DirectoryTable directories(out.directories);
  for (std::size_t i = 0; i < files.size(); ++i) {
    InventoriedFile& file = files[i];
    const std::string_view directory = directory_of(file.path);
    const std::string_view name = std::string_view(file.path).substr(directory.empty() ? 0 : directory.size() + 1);
    if (name.empty() || name.size() > 0xffff || (directory.empty() && file.path.starts_with('/'))) {
      return fail(ErrorCode::kUsage, fmt::format("'{}' is not a relative path of a file", file.path));
    }
    FileRecord record = file.record;
    record.directory = directories.ordinal(directory);
    record.name = out.names.size();
    record.name_length = static_cast<std::uint16_t>(name.size());
    record.system = file.system;
    record.first_block = out.blocks.size();
    out.names += name;
    add_blocks(file, out);
    add_marks(file, static_cast<std::uint32_t>(i), out);
    out.files.push_back(record);
    out.digests.push_back(file.digest);
    file.blocks = {};
    file.chunks = {};
    file.text = {};
  }
  std::sort(out.members.begin(), out.members.end());
  return {};
}

template <typename T>
std::string_view raw_text(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

using SectionList = std::vector<std::pair<SectionKind, std::string_view>>;

SectionList listed(const Sections& sections) {
  return {{SectionKind::kMeta, sections.meta},
          {SectionKind::kDirectories, sections.directories},
          {SectionKind::kNames, sections.names},
          {SectionKind::kFiles, raw_text(sections.files)},
          {SectionKind::kDigests, raw_text(sections.digests)},
          {SectionKind::kKeys, raw_text(sections.keys)},
          {SectionKind::kShared, raw_text(sections.shared)},
          {SectionKind::kBlocks, raw_text(sections.blocks)},
          {SectionKind::kChunks, sections.packed_chunks},
          {SectionKind::kText, sections.packed_text},
          {SectionKind::kMembers, raw_text(sections.members)},
          {SectionKind::kMemberNames, sections.member_names},
          {SectionKind::kTiny, raw_text(sections.tiny)},
          {SectionKind::kTinyContent, sections.tiny_content},
          {SectionKind::kUnread, sections.unread}};
}

/// The id is a synthetic initialisation vector (Rogaway and Shrimpton, EUROCRYPT 2006): a keyed hash of all that is
/// written, so that equal content gives equal bytes and no nonce ever serves two different plaintexts.
Bytes16 synthetic_id(const Sections& sections, const DerivedKeys& keys) {
  Sha256Stream hash;
  for (const auto& [kind, bytes] : listed(sections)) {
    const std::uint64_t size = bytes.size();
    hash.add(std::as_bytes(std::span(&size, 1))).add(bytes);
  }
  const std::uint64_t tiny = sections.tiny_plain.size();
  hash.add(std::as_bytes(std::span(&tiny, 1))).add(sections.tiny_plain);
  const Sha256 all = hash.finish();
  const Bytes32 code = hmac_sha256(keys.salts, std::as_bytes(std::span(all.bytes)));
  Bytes16 id;
  std::copy_n(code.begin(), id.size(), id.begin());
  return id;
}

Bytes32 root_of_files(const Sections& sections, const std::vector<InventoriedFile>& files, const InventoryMeta& meta,
                      const DerivedKeys& keys, const Bytes16& id) {
  std::vector<Sha256> leaves(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string content = leaf_content(sections.files[i], files[i].digest, meta.systems[files[i].system], files[i].path);
    leaves[i] = salted_leaf(leaf_salt_of(keys.salts, id, i), content);
  }
  return merkle_root(leaves).bytes;
}

}  // namespace

Result<WrittenInventory> write_inventory(InventoryContent content, const InventoryKey& key, const std::filesystem::path& path) {
  PROVA_TRY(sort_files(content.files));
  const DerivedKeys keys = key.derived();
  Sections sections;
  PROVA_TRY(collect_keys(content.files, sections));
  PROVA_TRY(add_files(content.files, sections));
  sections.packed_chunks = sections.chunks.packed();
  sections.packed_text = sections.text.packed();
  sections.meta = meta_json(content.meta);
  sections.unread = unread_json(content.unread);

  InventoryHeader header{};
  std::memcpy(header.magic, kInventoryMagic.data(), sizeof header.magic);
  header.format = kInventoryFormat;
  header.files = sections.files.size();
  header.blocks = sections.blocks.size();
  header.id = synthetic_id(sections, keys);
  header.key_id = key.id();
  // From here on nothing is added: what follows is encrypted under the id of exactly this content.
  const Bytes32 files_root = root_of_files(sections, content.files, content.meta, keys, header.id);
  aes256_ctr(keys.digests, header.id, {reinterpret_cast<std::uint8_t*>(sections.digests.data()), sections.digests.size() * sizeof(Sha256)});
  sections.tiny_content = seal_tiny_frames(sections.tiny_plain, keys.tiny, header.id);

  const SectionList list = listed(sections);
  header.sections = static_cast<std::uint32_t>(list.size());
  PROVA_TRY(file, SectionFile::create(path));
  PROVA_TRY(file.begin(header));
  for (const auto& [kind, bytes] : list) PROVA_TRY(file.add(kind, bytes));
  PROVA_TRY(finished, file.finish(header, files_root, key));
  WrittenInventory written{finished.root, header.files, 0, header.blocks, sections.keys.size(), finished.size};
  for (const FileRecord& record : sections.files) written.bytes += record.size;
  return written;
}

}  // namespace prova
