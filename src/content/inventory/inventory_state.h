#pragma once
// What an open inventory holds: the mapping, views into it, and what was decrypted.

#include "content/inventory/inventory.h"

namespace prova {

struct Inventory::State {
  MappedFile mapped;
  InventoryHeader header{};
  InventoryTrailer trailer{};
  std::vector<SectionEntry> table;
  ByteView sections[kSectionKinds + 1];
  InventoryMeta meta;
  std::vector<UnreadEntry> unread;
  std::span<const FileRecord> files;
  std::span<const std::uint64_t> keys;
  std::span<const std::uint32_t> blocks;
  std::span<const MemberEntry> members;
  std::span<const TinyEntry> tiny;
  std::string_view names, member_names;
  std::vector<std::string_view> directories;
  // With the key only:
  std::optional<DerivedKeys> derived;
  std::vector<Sha256> digests;
  std::vector<std::uint32_t> by_digest;
  std::vector<std::uint64_t> sizes;

  explicit State(MappedFile file) : mapped(std::move(file)) {}
  [[nodiscard]] std::string_view name(const FileRecord& record) const { return names.substr(record.name, record.name_length); }
  /// Checks a mapped file and fills everything that needs no key. Errors: kStore.
  [[nodiscard]] Status check();
  /// Decrypts, and checks the key and the Merkle root. Errors: kUsage; kStore.
  [[nodiscard]] Status unlock(const InventoryKey& key, const Inventory& self);
};

}  // namespace prova
