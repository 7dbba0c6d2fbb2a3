#pragma once
// Two programs, function by function: the use case behind `prova compare`. Needs no index.

#include <memory>
#include <string>
#include <vector>

#include "report/compare.h"
#include "workbench/opened_file.h"

namespace prova {

struct CompareOptions {
  std::string left_member, right_member;  ///< Of an archive or fat file; empty: its only program.
  std::vector<std::string> functions;     ///< Of A (or, where A has none of that name, of B): name or address.
  std::size_t top = 3;                    ///< Without `functions`: so many of the strongest changed pairs side by side.
  bool names = true;
  unsigned threads = 1;
};

/// The comparison and everything that its report points into. Movable: nothing points into the object itself.
struct Compared {
  std::unique_ptr<const OpenedFile> left_file, right_file;
  std::unique_ptr<const AnalyzedProgram> left, right;
  report::CompareReport report;
};

/// Errors: those of open_file; kUnsupported (no decoder); kUsage (a file of several programs, and no member named);
/// kNotFound (no such member or function; a function without a partner).
[[nodiscard]] Result<Compared> compare_files(const std::string& left, const std::string& right,
                                             const CompareOptions& options);

/// The program of `file` that `member` names. Errors: kUsage, kNotFound.
[[nodiscard]] Result<const BinaryImage*> pick_program(const OpenedFile& file, const std::string& member);

}  // namespace prova
