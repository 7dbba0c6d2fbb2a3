// Bytes as an inventory, without its key. Checksums, root and signature are put right first, with a key of our own, so that what lies
// behind them is reached: every index of every section is then walked.

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "content/inventory/inventory.h"
#include "content/inventory/mark_tables.h"

namespace {

using namespace prova;

void put_right(std::string& bytes) {
  if (bytes.size() < sizeof(InventoryHeader) + sizeof(InventoryTrailer)) return;
  InventoryHeader header;
  InventoryTrailer trailer;
  std::memcpy(&header, bytes.data(), sizeof header);
  const std::size_t at = bytes.size() - sizeof trailer;
  std::memcpy(&trailer, bytes.data() + at, sizeof trailer);
  const std::uint64_t size = std::uint64_t{trailer.sections} * sizeof(SectionEntry);
  if (trailer.sections == 0 || trailer.sections > kSectionKinds || trailer.table_offset > at || at - trailer.table_offset != size) return;
  std::vector<SectionEntry> table(trailer.sections);
  std::memcpy(table.data(), bytes.data() + trailer.table_offset, size);
  for (SectionEntry& entry : table) {
    if (entry.offset <= bytes.size() && entry.size <= bytes.size() - entry.offset) entry.sha256 = sha256(as_bytes(bytes).subspan(entry.offset, entry.size)).bytes;
  }
  std::memcpy(bytes.data() + trailer.table_offset, table.data(), size);
  const Bytes32 seed{};
  trailer.root = inventory_root(header, table, trailer.files_root).bytes;
  trailer.public_key = ed25519_public(seed);
  trailer.signature = ed25519_sign(seed, as_bytes(signed_message(trailer.root)));
  std::memcpy(bytes.data() + at, &trailer, sizeof trailer);
}

void walk(const Inventory& inventory) {
  for (std::size_t file = 0; file < inventory.files().size(); ++file) {
    const std::string path = inventory.path(file);
    (void)inventory.find(inventory.files()[file].system, path);
    (void)inventory.system(file);
    for (const std::uint32_t block : inventory.blocks(file)) {
      if (block < kConstantBlock) (void)(inventory.keys()[block] + (inventory.shared(block) ? 1U : 0U));
    }
  }
  for (const MemberEntry& member : inventory.members()) (void)inventory.member_name(member);
  const auto look = [&](const StoredMark& mark) { (void)inventory.files()[mark.file]; };
  visit_mark_table(inventory.section(SectionKind::kChunks), kChunkKeyBytes, look);
  visit_mark_table(inventory.section(SectionKind::kText), kTextKeyBytes, look);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  put_right(bytes);
  const int file = ::memfd_create("inventory", MFD_CLOEXEC);
  if (::write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) __builtin_trap();
  if (const auto inventory = Inventory::open("/proc/self/fd/" + std::to_string(file), nullptr)) walk(*inventory);
  ::close(file);
  return 0;
}
