#pragma once
// What the loader and function discovery see: the use case behind `prova functions`.

#include <memory>
#include <optional>
#include <vector>

#include "program/program.h"
#include "workbench/opened_file.h"

namespace prova {

/// A loaded file with the programs found in it. `programs` point into `file`.
struct DiscoveredFile {
  std::unique_ptr<const OpenedFile> file;
  std::vector<Program> programs;   ///< One per image whose machine has a decoder.
  std::vector<Defect> defects;     ///< Of the container, and images without a decoder.
};

/// Errors: those of open_file; kUnsupported when no image has a decoder.
[[nodiscard]] Result<DiscoveredFile> discover_file(const std::filesystem::path& path,
                                                   const std::optional<RawLayout>& raw = std::nullopt);

}  // namespace prova
