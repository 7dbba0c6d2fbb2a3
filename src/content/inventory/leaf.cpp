// What the Merkle tree commits to, in one place for writer, reader and proof.

#include <fmt/format.h>

#include "content/inventory/inventory.h"
#include "content/inventory/merkle.h"

namespace prova {
namespace {

template <typename T>
void put(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

}  // namespace

std::string leaf_content(const FileRecord& record, const Sha256& digest, std::string_view system, std::string_view path) {
  std::string out;
  out.reserve(64 + system.size() + path.size());
  put(out, record.size);
  put(out, record.mtime_ns);
  put(out, record.mode);
  put(out, digest.bytes);
  put_text(out, system);
  put_text(out, path);
  return out;
}

Bytes32 leaf_salt_of(const Bytes32& salts_key, const Bytes16& id, std::uint64_t file) {
  std::string message;
  put(message, id);
  put(message, file);
  return hmac_sha256(salts_key, as_bytes(message));
}

Sha256 salted_leaf(const Bytes32& salt, std::string_view content) {
  std::string salted(reinterpret_cast<const char*>(salt.data()), salt.size());
  salted += content;
  return merkle_leaf(as_bytes(salted));
}

Sha256 inventory_root(const InventoryHeader& header, std::span<const SectionEntry> table, const Bytes32& files_root) {
  return Sha256Stream()
      .add("prova inventory root 1\n")
      .add(std::as_bytes(std::span(&header, 1)))
      .add(std::as_bytes(table))
      .add(std::as_bytes(std::span(files_root)))
      .finish();
}

std::string signed_message(const Bytes32& root) {
  return "prova inventory signature 1\n" + std::string(reinterpret_cast<const char*>(root.data()), root.size());
}

Bytes16 member_key(const Bytes32& members_key, MemberKind kind, const Sha256& content) {
  std::string message;
  put(message, kind);
  put(message, content.bytes);
  const Bytes32 code = hmac_sha256(members_key, as_bytes(message));
  Bytes16 key;
  std::copy_n(code.begin(), key.size(), key.begin());
  return key;
}

}  // namespace prova
