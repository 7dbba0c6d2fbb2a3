#pragma once
// Getting files back: from extents, copies in directories, archives and file systems, and from the inventory itself.

#include <filesystem>
#include <string>
#include <vector>

#include "content/damage/damage.h"

namespace prova {

struct RecoverOptions {
  std::filesystem::path output;
  bool partials = false;       ///< Also what survives of partial files, as NAME.prova-partial with zeros for what is lost.
  bool missing_only = false;   ///< Not files that are intact.
};

/// One file that was written, or not.
struct RecoveredFile {
  std::uint32_t file = 0;
  std::string written;         ///< Relative to the output; empty when nothing was written.
  bool exact = false;          ///< Its SHA-256 is the inventoried one. False only for marked partials.
  std::string from;            ///< "extents", "copy", "inventory"; "partial".
  std::string problem;         ///< Why nothing was written.
};

struct RecoverReport {
  std::vector<RecoveredFile> files;   ///< By file of the inventory; only those that something was to be done for.
  std::uint64_t exact_files = 0, exact_bytes = 0, partial_files = 0, failed_files = 0;
};

/// Writes all survivors of `damage` below the output directory, each under its inventoried path (with several systems, below the
/// system's name). Everything written is hashed again while it is written; what is not exactly the inventoried file gets no
/// name. REQUIRES: as assess_damage; `damage` comes from the same inventory and its sources have not moved.
/// Errors: kIo (the output directory).
[[nodiscard]] Result<RecoverReport> recover_files(const Inventory& inventory, const DamageReport& damage, const RecoverOptions& options, const ContentProgress& progress = {});

/// A file of somebody else's recovery.
struct NamedFile {
  std::string path;                    ///< In the examined directory.
  std::uint64_t size = 0;
  std::vector<std::uint32_t> files;    ///< Inventoried files with exactly this content; none: it is nothing that was inventoried.
  bool after_trimming = false;         ///< Only after zeros at its end were taken off, as carvers leave them.
  std::uint64_t trimmed_size = 0;
};
struct OutputCheck {
  std::vector<NamedFile> files;        ///< By path.
  std::uint64_t exact = 0, trimmed = 0, unknown = 0;
  std::vector<std::string> problems;
};
/// Compares the output directory of any recovery tool with the inventory, by SHA-256. With `named_output`, files that were recognised are
/// copied there under their inventoried paths. Errors: kIo.
[[nodiscard]] Result<OutputCheck> check_recovered(const Inventory& inventory, const std::filesystem::path& directory, const std::filesystem::path& named_output,
                                                  const ContentProgress& progress = {});

/// Where a file goes below an output directory: its path, below its system's name when there are several.
[[nodiscard]] std::string output_path(const Inventory& inventory, std::size_t file);

}  // namespace prova
