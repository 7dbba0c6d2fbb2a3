#pragma once
// Making an inventory: start here to see what is read and in which order.

#include <set>
#include <string>
#include <vector>

#include "content/inventory/content_marks.h"
#include "content/inventory/inventory_writer.h"
#include "content/progress.h"

namespace prova {

struct CreateOptions {
  std::vector<std::string> paths;      ///< Directories, files, disk images, or "-" for a tar stream on standard input.
  std::string system;                  ///< Name of the system; empty: the host's name, or an image's file name.
  std::set<std::string> canaries;      ///< Planted files, by their path in the inventory.
  MarkOptions marks;
  unsigned threads = 1;
  const Inventory* since = nullptr;    ///< Unlocked, same key: files that have not changed since are not read again ...
  bool read_all = false;               ///< ... unless this is set.
  std::string created;                 ///< RFC 3339, UTC.
  std::string tool;
};

struct CreatedInventory {
  WrittenInventory written;
  std::uint64_t carried_over = 0;      ///< Files not read again.
  std::uint64_t changed_while_read = 0;
  std::vector<UnreadEntry> unread;
};

/// Reads everything that `options` name and writes the inventory to `output`. What cannot be read is listed, the rest is done.
/// A directory is one system, the root of its paths; several of them with the same system name get their own last name as
/// first part of the path. A file that is a disk image with a file system that can be read is a system of its own.
/// Errors: kIo (a path that is not there, output not writable); kUsage; kLimit; kNotFound (nothing could be read at all).
[[nodiscard]] Result<CreatedInventory> create_inventory(const CreateOptions& options, const InventoryKey& key, const std::filesystem::path& output,
                                                        const ContentProgress& progress = {});

}  // namespace prova
