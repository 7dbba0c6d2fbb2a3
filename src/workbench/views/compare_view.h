#pragma once
// Two programs of a case side by side, for the workbench: `prova/compare/1`, made in a process of its own because both files
// are hostile and the server has to survive them.

#include <string>

#include "workbench/views/case_files.h"

namespace prova {

struct CompareQuery {
  std::string left, right;                ///< SHA-256, hex.
  std::string left_member, right_member;  ///< Of an archive or fat file; empty: its only program.
  std::string function;                   ///< Name or address in the left program; empty: the summary with all pairs.
};

/// What one comparison may take. Beyond it the process is ended and the answer says so.
constexpr unsigned kCompareSeconds = 300;
constexpr std::uint64_t kCompareMemory = 6ULL << 30;
/// A document larger than this no browser shows. 100,000 pairs are some 60 MB.
constexpr std::uint64_t kMaxCompareDocument = 256ULL << 20;

/// Without a function: the whole comparison, no pair aligned. With one: only its pair, aligned, with both control-flow graphs.
/// Errors: those of CaseFiles::find and compare_files; kLimit (the process ended: how).
[[nodiscard]] Result<std::string> compared(const CompareQuery& query, const CaseFile& left, const CaseFile& right);

}  // namespace prova
