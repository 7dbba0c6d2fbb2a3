#include "content/inventory/collection.h"

#include <pwd.h>

#include <algorithm>
#include <array>

#include "content/inventory/mark_tables.h"

namespace prova {
namespace {

/// Names of the owners, as this machine knows them.
std::vector<std::pair<std::uint32_t, std::string>> owners_of(const std::vector<InventoriedFile>& files) {
  std::set<std::uint32_t> ids;
  for (const InventoriedFile& file : files) ids.insert(file.record.owner);
  std::vector<std::pair<std::uint32_t, std::string>> owners;
  for (const std::uint32_t id : ids) {
    std::array<char, 4096> buffer;
    struct passwd entry {};
    struct passwd* found = nullptr;
    if (::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) owners.emplace_back(id, entry.pw_name);
  }
  return owners;
}

bool unchanged(const FileRecord& old, const InventoriedFile& now, std::uint64_t size) {
  return old.size == size && old.mtime_ns == now.record.mtime_ns && old.ctime_ns == now.record.ctime_ns && old.inode == now.record.inode &&
         old.device == now.record.device && (old.flags & kChangedWhileRead) == 0;
}

void carry_blocks(const Inventory& old, std::size_t file, InventoriedFile& into) {
  const auto blocks = old.blocks(file);
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    const bool constant = blocks[i] >= kConstantBlock;
    if (constant) into.constants.emplace_back(i, static_cast<std::uint8_t>(blocks[i] & 0xff));
    into.blocks.push_back(constant ? 0 : old.keys()[blocks[i]]);
  }
}

}  // namespace

std::uint16_t Collection::system(const std::string& name, const std::string& root) {
  const std::scoped_lock lock(mutex_);
  InventoryMeta& meta = content_.meta;
  for (std::size_t i = 0; i < meta.systems.size(); ++i) {
    if (meta.systems[i] == name && meta.roots[i] == root) return static_cast<std::uint16_t>(i);
  }
  meta.systems.push_back(name);
  meta.roots.push_back(root);
  return static_cast<std::uint16_t>(meta.systems.size() - 1);
}

void Collection::add(InventoriedFile file) {
  const std::scoped_lock lock(mutex_);
  bytes_ += file.record.size;
  if (options_.canaries.contains(file.path)) file.record.flags |= kCanary;
  for (UnreadEntry& entry : file.unread) content_.unread.push_back({file.path + entry.path, std::move(entry.reason)});
  content_.files.push_back(std::move(file));
  progress_.at("reading", bytes_, 0);
}

void Collection::complain(std::string path, std::string reason) {
  const std::scoped_lock lock(mutex_);
  content_.unread.push_back({std::move(path), std::move(reason)});
}

bool Collection::carry_over(std::uint16_t system, const std::string& path, const struct stat& info) {
  const Inventory* old = options_.since;
  if (old == nullptr || options_.read_all) return false;
  const std::string& name = content_.meta.systems[system];
  for (std::size_t i = 0; i < old->meta().systems.size(); ++i) {
    const auto found = old->meta().systems[i] == name ? old->find(i, path) : std::nullopt;
    if (!found) continue;
    InventoriedFile file;
    take_stat(info, file);
    const FileRecord& record = old->files()[*found];
    if (!unchanged(record, file, static_cast<std::uint64_t>(info.st_size))) continue;
    auto tiny = old->tiny_content(*found);
    if (!tiny) continue;
    file.path = path;
    file.system = system;
    file.record.size = record.size;
    file.record.tail_exact = record.tail_exact;
    file.record.tail_head = record.tail_head;
    file.record.flags |= kCarriedOver | (record.flags & kCanary) | (options_.canaries.contains(path) ? std::uint32_t{kCanary} : 0U);
    file.digest = old->digest(*found);
    file.tiny = tiny->value_or("");
    carry_blocks(*old, *found, file);
    const std::scoped_lock lock(mutex_);
    ++carried_over_;
    carried_.emplace_back(static_cast<std::uint32_t>(*found), content_.files.size());
    bytes_ += record.size;
    content_.files.push_back(std::move(file));
    return true;
  }
  return false;
}

void Collection::carry_marks() {
  if (carried_.empty()) return;
  const Inventory& old = *options_.since;
  std::sort(carried_.begin(), carried_.end());
  const auto heirs = [&](std::uint32_t file, const auto& give) {
    auto place = std::lower_bound(carried_.begin(), carried_.end(), std::pair<std::uint32_t, std::size_t>(file, 0));
    for (; place != carried_.end() && place->first == file; ++place) give(content_.files[place->second]);
  };
  visit_mark_table(old.section(SectionKind::kChunks), kChunkKeyBytes, [&](const StoredMark& one) {
    heirs(one.file, [&](InventoriedFile& file) { file.chunks.push_back({one.key, one.place}); });
  });
  visit_mark_table(old.section(SectionKind::kText), kTextKeyBytes, [&](const StoredMark& one) {
    heirs(one.file, [&](InventoriedFile& file) { file.text.push_back({one.key, one.place}); });
  });
  for (const MemberEntry& one : old.members()) {
    heirs(one.file, [&](InventoriedFile& file) {
      file.members.push_back({one.key, one.size, static_cast<MemberKind>(one.kind), std::string(old.member_name(one))});
    });
  }
}

InventoryContent Collection::finish() {
  carry_marks();
  content_.meta.created = options_.created;
  content_.meta.tool = options_.tool;
  content_.meta.chunks = options_.marks.chunks;
  content_.meta.text = options_.marks.text != TextScope::kNone;
  content_.meta.members = options_.marks.members;
  if (content_.meta.text) content_.meta.copied_run = static_cast<std::uint32_t>(options_.marks.copied_run);
  // Carried files keep the marks they have: what holds for all is the weaker promise.
  if (content_.meta.text && !carried_.empty()) content_.meta.copied_run = std::max(content_.meta.copied_run, options_.since->meta().copied_run);
  content_.meta.owners = owners_of(content_.files);
  if (options_.since != nullptr) content_.meta.since_root = to_hex(std::as_bytes(std::span(options_.since->trailer().root)));
  std::sort(content_.unread.begin(), content_.unread.end(), [](const UnreadEntry& a, const UnreadEntry& b) { return std::tie(a.path, a.reason) < std::tie(b.path, b.reason); });
  return std::move(content_);
}

}  // namespace prova
