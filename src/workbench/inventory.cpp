#include "workbench/inventory.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "workbench/home.h"
#include "workbench/leak.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

template <typename Array>
std::string hex(const Array& bytes) {
  return to_hex(std::as_bytes(std::span(bytes)));
}

Result<std::optional<Inventory>> open_since(const std::string& path, const InventoryKey& key) {
  if (path.empty()) return std::optional<Inventory>();
  PROVA_TRY(inventory, Inventory::open(path, &key));
  return std::optional(std::move(inventory));
}

Json unread_list(const std::vector<UnreadEntry>& unread) {
  Json list = Json::array();
  for (const UnreadEntry& one : unread) list.push_back(Json{{"path", valid_utf8(one.path)}, {"reason", valid_utf8(one.reason)}});
  return list;
}

std::uint64_t bytes_in(const Inventory& inventory) {
  std::uint64_t bytes = 0;
  for (const FileRecord& record : inventory.files()) bytes += record.size;
  return bytes;
}

}  // namespace

fs::path inventory_key_path(const std::string& given) {
  if (!given.empty()) return given;
  if (const char* named = std::getenv("PROVA_INVENTORY_KEY"); named != nullptr && *named != '\0') return named;
  return fs::path(home_directory()) / "inventory.key";
}

Result<OpenedKey> make_inventory_key(const std::string& given) {
  OpenedKey made{new_inventory_key(), inventory_key_path(given), true};
  std::error_code error;
  if (made.path.has_parent_path()) fs::create_directories(made.path.parent_path(), error);
  PROVA_TRY(write_inventory_key(made.key, made.path));
  return made;
}

Result<OpenedKey> open_inventory_key(const std::string& given, bool make) {
  const fs::path path = inventory_key_path(given);
  std::error_code ignored;
  if (make && given.empty() && !fs::exists(path, ignored)) return make_inventory_key(given);
  PROVA_TRY(key, read_inventory_key(path));
  return OpenedKey{key, path, false};
}

ContentProgress content_progress(const Progress& progress) { return {progress.report, progress.cancelled}; }

Result<InventoryOutcome> make_inventory(const InventoryRequest& request, const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  PROVA_TRY(key, open_inventory_key(request.key, true));
  PROVA_TRY(since, open_since(request.since, key.key));
  CreateOptions options;
  options.paths = request.paths;
  options.system = request.system;
  options.marks = request.marks;
  options.threads = request.threads;
  options.since = since ? &*since : nullptr;
  options.read_all = request.read_all;
  options.created = utc_now();
  if (!request.canaries.empty()) {
    PROVA_TRY(planted, read_path_list(request.canaries));
    options.canaries = {planted.begin(), planted.end()};
  }
  options.tool = request.tool;
  PROVA_TRY(created, create_inventory(options, key.key, request.output, content_progress(progress)));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return InventoryOutcome{std::move(created), std::move(key), options.created, took.count()};
}

Result<VerifiedInventory> verify_inventory(const std::string& path, const std::string& key, const std::string& public_key) {
  VerifiedInventory verified;
  const auto opened_key = open_inventory_key(key, false);
  if (!opened_key && (!key.empty() || opened_key.error().code != ErrorCode::kNotFound)) return tl::unexpected<Error>(opened_key.error());
  auto inventory = Inventory::open(path, opened_key ? &opened_key->key : nullptr);
  // A default key of another inventory is no reason to refuse this one.
  if (!inventory && inventory.error().code == ErrorCode::kUsage && key.empty()) inventory = Inventory::open(path, nullptr);
  if (!inventory) {
    if (inventory.error().code != ErrorCode::kStore) return tl::unexpected<Error>(inventory.error());
    verified.refused = inventory.error();
    return verified;
  }
  verified.with_key = inventory->unlocked();
  verified.public_key = hex(inventory->trailer().public_key);
  verified.trusted = verified.public_key == public_key;
  if (!public_key.empty() && !verified.trusted) {
    verified.refused = Error{ErrorCode::kStore, fmt::format("signed by {}, expected {}", verified.public_key, public_key), std::nullopt, path};
  }
  verified.inventory = *std::move(inventory);
  return verified;
}

std::string created_document(const InventoryOutcome& outcome) {
  const WrittenInventory& written = outcome.created.written;
  return Json{{"schema", "prova/inventory/1"},
              {"kind", "created"},
              {"created", outcome.when},
              {"root", to_hex(written.root)},
              {"public_key", hex(outcome.key.key.public_key())},
              {"key_id", hex(outcome.key.key.id())},
              {"files", written.files},
              {"bytes", written.bytes},
              {"blocks", written.blocks},
              {"distinct_blocks", written.distinct_blocks},
              {"size", written.size},
              {"carried_over", outcome.created.carried_over},
              {"changed_while_read", outcome.created.changed_while_read},
              {"unread", unread_list(outcome.created.unread)}}
             .dump(2) + "\n";
}

std::string verified_document(const VerifiedInventory& verified, const std::string& path) {
  Json document{{"schema", "prova/inventory/1"}, {"kind", "verified"}, {"path", valid_utf8(path)}, {"valid", !verified.refused.has_value()}};
  document["reason"] = verified.refused ? Json(valid_utf8(to_string(*verified.refused))) : Json(nullptr);
  if (verified.inventory) {
    const Inventory& inventory = *verified.inventory;
    document["created"] = inventory.meta().created;
    document["root"] = hex(inventory.trailer().root);
    document["public_key"] = verified.public_key;
    document["files"] = inventory.files().size();
    document["bytes"] = bytes_in(inventory);
    document["unread"] = inventory.unread().size();
    document["files_checked"] = verified.with_key;
  }
  return document.dump(2) + "\n";
}

std::string key_document(const OpenedKey& key) {
  return Json{{"schema", "prova/inventory/1"}, {"kind", "key"}, {"path", valid_utf8(key.path.string())}, {"key_id", hex(key.key.id())}, {"public_key", hex(key.key.public_key())}}
             .dump(2) + "\n";
}

}  // namespace prova
