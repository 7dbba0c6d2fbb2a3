#include "workbench/views/compare_view.h"

#include <optional>

#include "report/compare.h"
#include "workbench/compare.h"
#include "workbench/isolated_work.h"

namespace prova {
namespace {

/// In the child. The first byte says what follows: '+' the document, else an error code and its message.
std::string answer_of(const CompareQuery& query, const CaseFile& left, const CaseFile& right) {
  CompareOptions options;
  options.left_member = query.left_member;
  options.right_member = query.right_member;
  options.top = 0;
  if (!query.function.empty()) options.functions = {query.function};
  const auto compared = compare_files(left.path.string(), right.path.string(), options);
  if (!compared) {
    Error error = compared.error();
    error.file = error.file == right.path.string() ? right.name : error.file.empty() ? "" : left.name;
    return '-' + std::string(1, static_cast<char>(error.code)) + to_string(error);
  }
  const bool changed = compared->report.left.file.sha256 != query.left || compared->report.right.file.sha256 != query.right;
  if (changed) return '-' + std::string(1, static_cast<char>(ErrorCode::kIo)) + "the file changed while it was read";
  return '+' + (query.function.empty() ? report::compare_document(compared->report) : report::compared_pair_document(compared->report));
}

/// The other way round, in the server: what a process that read hostile files says is not trusted either.
Result<std::string> decoded(const std::string& answer) {
  if (answer.size() < 2) return fail(ErrorCode::kLimit, "the comparison ended without an answer");
  if (answer.front() == '+') return answer.substr(1);
  const auto code = static_cast<unsigned char>(answer[1]);
  const bool known = code <= static_cast<unsigned char>(ErrorCode::kStore);
  return fail(known ? static_cast<ErrorCode>(code) : ErrorCode::kMalformed, answer.substr(2));
}

}  // namespace

Result<std::string> compared(const CompareQuery& query, const CaseFile& left, const CaseFile& right) {
  std::optional<Result<std::string>> answer;
  const IsolationLimits limits{kCompareMemory, kCompareSeconds, kMaxCompareDocument};
  PROVA_TRY(run_isolated(
      1, 1, limits, [&](std::size_t) { return answer_of(query, left, right); },
      [&](std::size_t, Result<std::string> result) {
        answer.emplace(std::move(result));
        return true;
      }));
  if (!answer) return fail(ErrorCode::kIo, "the comparison was not started");
  if (!*answer) return *std::move(answer);
  return decoded(**answer);
}

}  // namespace prova
