#pragma once
// The two JSON sections of an inventory. Formats: docs/formats/inventory.md.

#include <string>
#include <vector>

#include "content/inventory/inventory.h"

namespace prova {

[[nodiscard]] std::string meta_json(const InventoryMeta& meta);
[[nodiscard]] std::string unread_json(const std::vector<UnreadEntry>& unread);
/// Errors: kStore.
[[nodiscard]] Result<InventoryMeta> parse_meta(std::string_view json);
[[nodiscard]] Result<std::vector<UnreadEntry>> parse_unread(std::string_view json);

/// Names in inventories are bytes, JSON is UTF-8: bytes that are not valid UTF-8 travel as U+F700 + byte (and are restored).
/// A name that itself holds U+F780 .. U+F7FF is written byte by byte in the same way, so that the mapping is one to one.
[[nodiscard]] std::string json_name(std::string_view bytes);
[[nodiscard]] std::string name_bytes(std::string_view json);

/// The Unix time of "YYYY-MM-DDThh:mm:ssZ". Errors: kMalformed.
[[nodiscard]] Result<std::int64_t> unix_time(std::string_view rfc3339);

}  // namespace prova
