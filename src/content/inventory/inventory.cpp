#include "content/inventory/inventory.h"

#include <algorithm>
#include <cassert>
#include <compare>

#include "content/inventory/inventory_state.h"
#include "content/inventory/tiny_frames.h"

namespace prova {
namespace {

/// Compares (directory, name) with a path without joining them.
int compare_path(std::string_view directory, std::string_view name, std::string_view path) {
  if (directory.empty()) return name.compare(path);
  const std::string_view head = path.substr(0, directory.size());
  if (const int order = directory.compare(head); order != 0) return order;
  if (path.size() == directory.size()) return 1;
  if (path[directory.size()] != '/') return '/' < static_cast<unsigned char>(path[directory.size()]) ? -1 : 1;
  return name.compare(path.substr(directory.size() + 1));
}

}  // namespace

Inventory::Inventory(std::unique_ptr<State> state) : state_(std::move(state)) {}
Inventory::Inventory(Inventory&&) noexcept = default;
Inventory& Inventory::operator=(Inventory&&) noexcept = default;
Inventory::~Inventory() = default;

Result<Inventory> Inventory::open(const std::filesystem::path& path, const InventoryKey* key) {
  PROVA_TRY(mapped, MappedFile::open(path));
  const auto named = [&](Error error) {
    if (error.file.empty()) error.file = path.string();
    return tl::unexpected<Error>(std::move(error));
  };
  Inventory inventory(std::make_unique<State>(std::move(mapped)));
  if (inventory.state_->mapped.bytes().size() > kMaxInventoryBytes) return named({ErrorCode::kLimit, "is larger than any inventory", std::nullopt, {}});
  if (auto checked = inventory.state_->check(); !checked) {
    Error error = checked.error();
    error.code = ErrorCode::kStore;
    return named(std::move(error));
  }
  if (key != nullptr) {
    if (auto unlocked = inventory.state_->unlock(*key, inventory); !unlocked) return named(unlocked.error());
  }
  return inventory;
}

const InventoryMeta& Inventory::meta() const { return state_->meta; }
const std::vector<UnreadEntry>& Inventory::unread() const { return state_->unread; }
const InventoryHeader& Inventory::header() const { return state_->header; }
const InventoryTrailer& Inventory::trailer() const { return state_->trailer; }
std::span<const SectionEntry> Inventory::sections() const { return state_->table; }
ByteView Inventory::section(SectionKind kind) const { return state_->sections[static_cast<std::uint32_t>(kind)]; }
bool Inventory::unlocked() const { return state_->derived.has_value(); }
const DerivedKeys& Inventory::keys_of() const {
  assert(unlocked());
  return *state_->derived;
}

std::span<const FileRecord> Inventory::files() const { return state_->files; }

std::string Inventory::path(std::size_t file) const {
  const FileRecord& record = state_->files[file];
  std::string path(state_->directories[record.directory]);
  if (!path.empty()) path += '/';
  path += state_->name(record);
  return path;
}

const std::string& Inventory::system(std::size_t file) const { return state_->meta.systems[state_->files[file].system]; }
Sha256 Inventory::digest(std::size_t file) const { return state_->digests[file]; }

std::optional<std::size_t> Inventory::find(std::size_t system, std::string_view path) const {
  const auto files = state_->files;
  const auto place = std::lower_bound(files.begin(), files.end(), path, [&](const FileRecord& record, std::string_view wanted) {
    if (record.system != system) return record.system < system;
    return compare_path(state_->directories[record.directory], state_->name(record), wanted) < 0;
  });
  if (place == files.end() || place->system != system || compare_path(state_->directories[place->directory], state_->name(*place), path) != 0) return std::nullopt;
  return static_cast<std::size_t>(place - files.begin());
}

std::span<const std::uint32_t> Inventory::with_digest(const Sha256& digest) const {
  const auto& order = state_->by_digest;
  const auto first = std::lower_bound(order.begin(), order.end(), digest, [&](std::uint32_t file, const Sha256& wanted) { return state_->digests[file] < wanted; });
  auto last = first;
  while (last != order.end() && state_->digests[*last] == digest) ++last;
  return {first, last};
}

bool Inventory::has_size(std::uint64_t size) const { return std::binary_search(state_->sizes.begin(), state_->sizes.end(), size); }

std::span<const std::uint64_t> Inventory::keys() const { return state_->keys; }

bool Inventory::shared(std::uint32_t key) const {
  const ByteView bits = section(SectionKind::kShared);
  return key / 8 < bits.size() && (std::to_integer<unsigned>(bits[key / 8]) >> key % 8 & 1) != 0;
}

std::span<const std::uint32_t> Inventory::blocks(std::size_t file) const {
  const FileRecord& record = state_->files[file];
  return state_->blocks.subspan(record.first_block, blocks_of(record.size));
}

std::span<const MemberEntry> Inventory::members() const { return state_->members; }
std::string_view Inventory::member_name(const MemberEntry& member) const { return state_->member_names.substr(member.name, member.name_length); }

Result<std::optional<std::string>> Inventory::tiny_content(std::size_t file) const {
  const auto entries = state_->tiny;
  const auto place = std::lower_bound(entries.begin(), entries.end(), file, [](const TinyEntry& entry, std::size_t wanted) { return entry.file < wanted; });
  if (place == entries.end() || place->file != file) return std::optional<std::string>();
  if (place->length > kTinyFileBytes) return fail(ErrorCode::kStore, "a tiny file is too large");
  const std::string_view frames = as_text(section(SectionKind::kTinyContent));
  std::string content;
  for (std::uint64_t at = place->offset; content.size() < place->length;) {
    PROVA_TRY(frame, open_tiny_frame(frames, at / kTinyFrameBytes, state_->derived->tiny, state_->header.id));
    const std::size_t within = static_cast<std::size_t>(at % kTinyFrameBytes);
    if (within >= frame.size()) return fail(ErrorCode::kStore, "a tiny file lies outside the frames");
    const std::string_view part = std::string_view(frame).substr(within, place->length - content.size());
    content += part;
    at += part.size();
  }
  return std::optional(std::move(content));
}

Bytes32 Inventory::leaf_salt(std::size_t file) const { return leaf_salt_of(state_->derived->salts, state_->header.id, file); }

Sha256 Inventory::leaf(std::size_t file) const {
  return salted_leaf(leaf_salt(file), leaf_content(state_->files[file], digest(file), system(file), path(file)));
}

}  // namespace prova
