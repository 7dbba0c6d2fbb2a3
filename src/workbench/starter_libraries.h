#pragma once
// Libraries and runtimes that nearly every program contains, learned from the packages that are installed: the use case
// behind `prova index starter`. Why so: docs/decisions/0011-starter-libraries.md.

#include <filesystem>
#include <string>
#include <vector>

#include "kinship/fingerprint_store.h"
#include "workbench/learn.h"
#include "workbench/package_database.h"
#include "workbench/progress.h"

namespace prova {

/// A library of the starter set, as the distribution packages it. `*` stands for any characters.
struct StarterLibrary {
  std::string_view family;
  std::vector<std::string_view> packages;   ///< That may bring it.
  std::vector<std::string_view> files;      ///< Static libraries and start-up objects, by name without directories.
  std::string_view shared;                  ///< The shared library, taken where a package brings no static one; or empty.
  std::string_view suggestion;              ///< Debian packages that bring the static library.
};
[[nodiscard]] const std::vector<StarterLibrary>& starter_libraries();

/// Whether `text` is what `pattern` describes.
[[nodiscard]] bool fits(std::string_view text, std::string_view pattern);

struct StarterOutcome {
  struct Learned {
    std::string family, version, package;
    std::uint64_t files = 0, samples = 0, functions = 0, skipped = 0;
  };
  struct Missing {
    std::string family, suggestion;
  };
  std::vector<Learned> learned;    ///< By family, then package.
  std::vector<Missing> missing;    ///< Nothing installed brings them.
  std::vector<FailedInput> failed;
  bool interrupted = false;
};

/// Learns what `root` has installed of the starter set: role library, family as in the table, version as the package
/// database says. What the index has already is skipped, so that a second call changes nothing. Reads no network.
/// Errors: kNotFound (no package database below `root`); those of `learn`.
[[nodiscard]] Result<StarterOutcome> learn_starter_libraries(FingerprintStore& store, const std::filesystem::path& root,
                                                             unsigned threads, const Progress& progress = {});

}  // namespace prova
