#pragma once
// The use cases of content inventories: make a key, make an inventory, check one.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "content/inventory/create.h"
#include "workbench/progress.h"

namespace prova {

/// Where the key lies: `--key`, else PROVA_INVENTORY_KEY, else PROVA_HOME/inventory.key.
[[nodiscard]] std::filesystem::path inventory_key_path(const std::string& given);

/// The key, and whether it was made just now.
struct OpenedKey {
  InventoryKey key;
  std::filesystem::path path;
  bool fresh = false;
};
/// Reads the key. With `make`, a default key that does not exist yet is made. Errors: kNotFound; kIo; kMalformed.
[[nodiscard]] Result<OpenedKey> open_inventory_key(const std::string& given, bool make);
/// A new key at `given` or the default place. Errors: kUsage when there is one; kIo.
[[nodiscard]] Result<OpenedKey> make_inventory_key(const std::string& given);

struct InventoryRequest {
  std::vector<std::string> paths;
  std::string output, system, key, since;
  std::string canaries;  ///< File with one inventoried path per line: planted documents.
  MarkOptions marks;
  bool read_all = false;
  unsigned threads = 1;
  std::string tool;
};
struct InventoryOutcome {
  CreatedInventory created;
  OpenedKey key;
  std::string when;     ///< RFC 3339.
  double seconds = 0;
};
[[nodiscard]] Result<InventoryOutcome> make_inventory(const InventoryRequest& request, const Progress& progress);

/// What `inventory verify` found: either it opens, or it does not.
struct VerifiedInventory {
  std::optional<Inventory> inventory;
  std::optional<Error> refused;
  bool with_key = false;       ///< The Merkle root over the files was recomputed.
  std::string public_key;      ///< Hex.
  bool trusted = false;        ///< The public key is the one that was given.
};
/// Checks an inventory, with its key if that can be found. `public_key` (hex, may be empty) is the signer to expect.
[[nodiscard]] Result<VerifiedInventory> verify_inventory(const std::string& path, const std::string& key, const std::string& public_key);

/// As the content layer wants it.
[[nodiscard]] ContentProgress content_progress(const Progress& progress);

/// `prova/inventory/1`, kinds `created`, `verified`, `key`.
[[nodiscard]] std::string created_document(const InventoryOutcome& outcome);
[[nodiscard]] std::string verified_document(const VerifiedInventory& verified, const std::string& path);
[[nodiscard]] std::string key_document(const OpenedKey& key);

}  // namespace prova
