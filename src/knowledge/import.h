#pragma once
// From a file that the user names to a source: the format is recognised by its content.

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "knowledge/records.h"

namespace prova::knowledge {

/// Largest file that is imported; ATT&CK v18's largest bundle has 50 MB.
constexpr std::uint64_t kMaxImportBytes = 1ULL << 30;

/// Reads a STIX bundle, a MISP galaxy cluster or a YAML file of our own. `fallback_id` names a bundle that does not say
/// which ATT&CK domain it is. Writes nothing.
/// Errors: as read_stix, read_misp, read_own_yaml; kUnsupported (none of the three, named by what it begins with).
[[nodiscard]] Result<Source> read_any(std::string_view text, std::string_view fallback_id);

/// Maps and reads a file; `imported` is the time to record (RFC 3339). The SHA-256 of the file is kept with the source.
/// Errors: kIo, kLimit (kMaxImportBytes), as read_any; the file is named in all of them.
[[nodiscard]] Result<Source> import_file(const std::filesystem::path& path, std::string_view imported);

}  // namespace prova::knowledge
