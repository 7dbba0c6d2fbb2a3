// Checks of an inventory's bytes: what comes out of here can be indexed without a further look.

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/byte_reader.h"
#include "content/inventory/inventory_state.h"
#include "content/inventory/mark_tables.h"
#include "content/inventory/merkle.h"
#include "content/inventory/meta_json.h"

namespace prova {
namespace {

tl::unexpected<Error> damaged(std::string message, std::uint64_t offset) {
  return fail(ErrorCode::kStore, std::move(message), FileOffset{offset});
}

template <typename T>
T read(ByteView bytes, std::uint64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::string_view magic_of(const char (&magic)[8]) { return {magic, 8}; }

/// Header, trailer, table and signature.
Status check_frame(ByteView file, InventoryHeader& header, InventoryTrailer& trailer, std::vector<SectionEntry>& table) {
  if (file.size() < sizeof header + sizeof trailer) return fail(ErrorCode::kStore, "is not an inventory, or was cut short");
  header = read<InventoryHeader>(file, 0);
  if (magic_of(header.magic) != kInventoryMagic) return damaged("is not an inventory: it does not start with PROVAINV", 0);
  const std::uint64_t trailer_at = file.size() - sizeof trailer;
  trailer = read<InventoryTrailer>(file, trailer_at);
  if (magic_of(trailer.end) != kInventoryEnd) return damaged("the inventory was cut short: it does not end with PROVAEND", trailer_at);
  if (header.format != kInventoryFormat || trailer.format != kInventoryFormat) {
    const bool older = header.format < kInventoryFormat;
    return damaged(fmt::format("inventory format {}, this program reads format {}: {}", header.format, kInventoryFormat,
                               older ? "read it with the version of prova that made it, and make a new one of what is still there" : "use a newer prova"), 8);
  }
  const std::uint64_t table_size = std::uint64_t{trailer.sections} * sizeof(SectionEntry);
  if (trailer.sections != kSectionKinds || header.sections != trailer.sections || trailer.table_offset < sizeof header ||
      trailer.table_offset > trailer_at || trailer_at - trailer.table_offset != table_size) {
    return damaged("the section table does not fit the file", trailer_at);
  }
  table.resize(trailer.sections);
  std::memcpy(table.data(), file.data() + trailer.table_offset, table_size);
  if (inventory_root(header, table, trailer.files_root).bytes != trailer.root) {
    return damaged("the root does not fit header, section table and files", trailer_at);
  }
  if (!ed25519_verify(trailer.public_key, as_bytes(signed_message(trailer.root)), trailer.signature)) {
    return damaged("the signature does not fit the root", trailer_at);
  }
  return {};
}

/// Sections lie one after the other, with zeros in between, and have their checksums.
Status check_sections(ByteView file, const std::vector<SectionEntry>& table, std::uint64_t table_offset, ByteView* sections) {
  std::uint64_t end = sizeof(InventoryHeader);
  for (std::size_t i = 0; i <= table.size(); ++i) {
    const std::uint64_t start = i < table.size() ? table[i].offset : table_offset;
    if (start < end || start - end >= kSectionAlignment || start % kSectionAlignment != 0 || start > table_offset) {
      return damaged(fmt::format("section {} is not where the one before it ends", i), end);
    }
    for (; end < start; ++end) {
      if (file[end] != std::byte{0}) return damaged("a byte between two sections is not zero", end);
    }
    if (i == table.size()) break;
    const SectionEntry& entry = table[i];
    if (entry.kind != i + 1 || entry.reserved != 0 || entry.size > table_offset - start) return damaged(fmt::format("section {} does not fit the file", i), start);
    const ByteView bytes = file.subspan(start, entry.size);
    if (sha256(bytes).bytes != entry.sha256) return damaged(fmt::format("checksum of section {} (at {}, {} bytes) does not hold", entry.kind, start, entry.size), start);
    sections[entry.kind] = bytes;
    end = start + entry.size;
  }
  return {};
}

template <typename T>
Status view(ByteView section, std::span<const T>& out, std::string_view name) {
  if (section.size() % sizeof(T) != 0) return fail(ErrorCode::kStore, fmt::format("section {}: {} bytes are no whole number of entries", name, section.size()));
  out = {reinterpret_cast<const T*>(section.data()), section.size() / sizeof(T)};
  return {};
}

Status split_directories(ByteView section, std::vector<std::string_view>& out) {
  const ByteReader in(section);
  for (std::uint64_t at = 0; at < section.size();) {
    PROVA_TRY(length, in.read_at<std::uint32_t>(FileOffset{at}));
    PROVA_TRY(name, in.slice(FileOffset{at + 4}, length));
    out.push_back(as_text(name));
    at += 4 + std::uint64_t{length};
  }
  return {};
}

template <typename Entry>
bool entries_in_range(std::span<const Entry> entries, std::uint64_t files) {
  return std::all_of(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.file < files; });
}

}  // namespace

Status Inventory::State::check() {
  const ByteView file = mapped.bytes();
  PROVA_TRY(check_frame(file, header, trailer, table));
  PROVA_TRY(check_sections(file, table, trailer.table_offset, sections));
  const auto section = [&](SectionKind kind) { return sections[static_cast<std::uint32_t>(kind)]; };
  PROVA_TRY(parsed_meta, parse_meta(as_text(section(SectionKind::kMeta))));
  meta = std::move(parsed_meta);
  PROVA_TRY(parsed_unread, parse_unread(as_text(section(SectionKind::kUnread))));
  unread = std::move(parsed_unread);
  PROVA_TRY(split_directories(section(SectionKind::kDirectories), directories));
  names = as_text(section(SectionKind::kNames));
  member_names = as_text(section(SectionKind::kMemberNames));
  PROVA_TRY(view(section(SectionKind::kFiles), files, "files"));
  PROVA_TRY(view(section(SectionKind::kKeys), keys, "keys"));
  PROVA_TRY(view(section(SectionKind::kBlocks), blocks, "blocks"));
  PROVA_TRY(view(section(SectionKind::kMembers), members, "members"));
  PROVA_TRY(view(section(SectionKind::kTiny), tiny, "tiny"));
  if (files.size() != header.files || blocks.size() != header.blocks || section(SectionKind::kDigests).size() != files.size() * sizeof(Sha256) ||
      section(SectionKind::kShared).size() != (keys.size() + 7) / 8 || keys.size() > kMaxKeys || files.size() > kMaxFiles) {
    return fail(ErrorCode::kStore, "the sections are not as long as the header says");
  }
  std::uint64_t next_block = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const FileRecord& record = files[i];
    if (record.directory >= directories.size() || record.system >= meta.systems.size() || record.name > names.size() || record.name_length == 0 ||
        record.name_length > names.size() - record.name || record.first_block != next_block || blocks_of(record.size) > blocks.size() - next_block) {
      return fail(ErrorCode::kStore, fmt::format("file {} points outside its sections", i));
    }
    next_block += blocks_of(record.size);
  }
  const bool blocks_fit = next_block == blocks.size() &&
                          std::all_of(blocks.begin(), blocks.end(), [&](std::uint32_t block) { return block < keys.size() || block >= kConstantBlock; });
  const bool members_fit = std::all_of(members.begin(), members.end(), [&](const MemberEntry& one) {
    return one.name <= member_names.size() && one.name_length <= member_names.size() - one.name;
  });
  if (!blocks_fit || !members_fit || std::adjacent_find(keys.begin(), keys.end(), std::greater_equal<>()) != keys.end() ||
      !entries_in_range(members, files.size()) ||
      !entries_in_range(tiny, files.size()) || !std::is_sorted(tiny.begin(), tiny.end(), [](const TinyEntry& a, const TinyEntry& b) { return a.file < b.file; })) {
    return fail(ErrorCode::kStore, "an index points outside its section, or a section is not in order");
  }
  PROVA_TRY(check_mark_table(section(SectionKind::kChunks), kChunkKeyBytes, files.size()));
  return check_mark_table(section(SectionKind::kText), kTextKeyBytes, files.size());
}

Status Inventory::State::unlock(const InventoryKey& key, const Inventory& self) {
  if (const Bytes16 given = key.id(); given != header.key_id) {
    return fail(ErrorCode::kUsage, fmt::format("the key is not this inventory's: it was made with key {}, this is key {}",
                                               to_hex(std::as_bytes(std::span(header.key_id))), to_hex(std::as_bytes(std::span(given)))));
  }
  derived = key.derived();
  digests.resize(files.size());
  const ByteView sealed = sections[static_cast<std::uint32_t>(SectionKind::kDigests)];
  if (!digests.empty()) std::memcpy(digests.data(), sealed.data(), sealed.size());
  aes256_ctr(derived->digests, header.id, {reinterpret_cast<std::uint8_t*>(digests.data()), digests.size() * sizeof(Sha256)});
  std::vector<Sha256> leaves(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) leaves[i] = self.leaf(i);
  if (merkle_root(leaves).bytes != trailer.files_root) return fail(ErrorCode::kStore, "the Merkle root over the files is not the signed one");
  by_digest.resize(files.size());
  std::iota(by_digest.begin(), by_digest.end(), 0U);
  std::sort(by_digest.begin(), by_digest.end(), [&](std::uint32_t a, std::uint32_t b) { return std::tie(digests[a], a) < std::tie(digests[b], b); });
  for (const FileRecord& record : files) sizes.push_back(record.size);
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return {};
}

}  // namespace prova
