#pragma once
// Members of archives and compressed streams, read by libarchive. Runs in the extraction child.

#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "content/container/budget.h"

namespace prova {

/// A regular file inside an archive.
struct ArchiveMember {
  std::string name;   ///< As the archive says; never used as a path.
  std::string bytes;
};

/// What happens with each member, and with each one that could not be read.
struct ArchiveEvents {
  std::function<void(ArchiveMember)> member;
  std::function<void(std::string name, std::string reason)> unreadable;
};

/// Reads tar, zip, 7z, rar, cpio, cab, lha and ar archives, compressed or not. With `raw_stream`, bytes that hold no archive
/// once decompressed are one member named "data". Errors: kMalformed or kTruncated when the archive breaks off; the members
/// before were delivered. Memory: one member.
[[nodiscard]] Status read_archive(ByteView archive, bool raw_stream, const ExtractionBudget& budget, const ArchiveEvents& events);

}  // namespace prova
