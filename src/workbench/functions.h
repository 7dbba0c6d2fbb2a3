#pragma once
// What the loader and function discovery see: the use case behind `prova functions`.

#include <memory>
#include <optional>
#include <vector>

#include "program/program.h"
#include "report/documents.h"
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

/// Functions listed when no function is named: enough for a program, too few to fill a disk by mistake.
constexpr std::size_t kMaxListedFunctions = 20'000;

/// The text of the functions that `wanted` names (a symbol, or an address at the start or inside), in the programs
/// that have them; of all of them, thunks and stubs left out, when it is empty. Refers to `file`.
/// Errors: kNotFound (no program has it), kLimit (more than kMaxListedFunctions).
[[nodiscard]] Result<std::vector<report::ListedFunction>> list_functions(const DiscoveredFile& file,
                                                                         const std::vector<std::string>& wanted,
                                                                         bool names);

}  // namespace prova
