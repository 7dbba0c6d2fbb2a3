#pragma once
// One line of the custody log, to and from its canonical bytes. Internal to custody*.cpp.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/custody.h"

namespace prova::custody {

/// Checks an event's fields against the rules at CustodyEvent. Errors: kUsage.
[[nodiscard]] Status check_event(const CustodyEvent& event);

/// The entry with its hash computed.
[[nodiscard]] CustodyEntry seal(std::uint64_t sequence, CustodyEvent event, const Sha256& previous);

/// The canonical bytes of a line, without the newline. Text that is not UTF-8 is written with U+FFFD.
[[nodiscard]] std::string write_line(const CustodyEntry& entry);

/// Reads a line that `write_line` wrote; anything else, even the same JSON with another space, is refused.
/// Errors: kMalformed with the offset in the line. The hash is read, not checked.
[[nodiscard]] Result<CustodyEntry> read_line(std::string_view line);

/// Whether the entry's hash is that of its canonical bytes.
[[nodiscard]] bool hash_holds(const CustodyEntry& entry);

/// A directory entry below CASE/artifacts.
struct ArtifactFile {
  std::filesystem::path absolute;
  std::string path;      ///< Relative to the case, as the log spells it ('/' between parts, valid UTF-8).
  bool regular = false;  ///< False for symbolic links, devices, sockets, pipes: never followed, never read.
};

/// At most this many files are looked at: cases hold tens, a directory of millions is a mistake.
constexpr std::size_t kMaxArtifacts = 1'000'000;

/// Everything below CASE/artifacts but directories, ascending by path; empty when there is no such folder.
/// Errors: kIo; kLimit.
[[nodiscard]] Result<std::vector<ArtifactFile>> list_artifacts(const std::filesystem::path& case_directory);

}  // namespace prova::custody
