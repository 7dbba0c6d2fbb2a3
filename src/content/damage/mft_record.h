#pragma once
// Files that NTFS keeps inside its table: the content of a resident $DATA attribute.

#include <optional>
#include <string>

#include "base/bytes.h"

namespace prova {

/// Size of a file record in practice; volumes on 4-KiB sectors have 4096, of which the first KiB suffices for tiny files.
constexpr std::size_t kMftRecordBytes = 1024;

/// The resident, unnamed $DATA of a record, fixups undone; nothing when the bytes are no record, its fixups do not hold, or
/// the data is not resident. Layout: [MS-FSCC] does not publish it; the Linux kernel's fs/ntfs3/ntfs.h does (MFT_REC, ATTRIB).
[[nodiscard]] std::optional<std::string> resident_data(ByteView record);

/// A record with its fixups undone: the last two bytes of each sector stand in the update sequence array.
/// Nothing when the record contradicts itself, as one that was written half does.
[[nodiscard]] std::optional<std::string> undo_fixups(ByteView record);

}  // namespace prova
