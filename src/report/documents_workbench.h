#pragma once
// Documents that only the workbench asks for: the case as it is written, and a statement sentence by sentence. Their
// fields are specified in docs/formats/web-api.md; the rules of documents.h hold.

#include <string>
#include <vector>

#include "report/statement.h"

namespace prova::report {

/// case.yaml on the disk: what was read, and what is wrong with it.
struct CaseFileView {
  std::string id;                         ///< By which addresses name it.
  std::string directory;                  ///< Untrusted.
  std::string revision;                   ///< SHA-256 of case.yaml in hex; empty when it could not be read.
  const Case* input = nullptr;            ///< Not null; incomplete when there are errors.
  std::vector<CaseError> errors, warnings;
  std::string reported_at;                ///< When the last report was written, RFC 3339 UTC; empty: there is none.
};

/// `prova/workbench-case/1`. O(size of the case).
[[nodiscard]] std::string case_file_document(const CaseFileView& view);

/// One line of the list of cases.
struct CaseListing {
  std::string id, name, directory;        ///< The name is untrusted.
  std::size_t errors = 0;                 ///< Mistakes in its case.yaml.
};
/// `prova/workbench/1`: who works with which cases, and the languages, labels and yardsticks that a page needs.
[[nodiscard]] std::string workbench_document(const std::string& version, const std::string& user, const std::vector<CaseListing>& cases);

/// `prova/statement/1`: every block with its kind, its evidence and what the linter says of it. O(size of the statement).
[[nodiscard]] std::string statement_document(const Statement& statement, std::size_t untranslated);

/// `prova/error/1` with `errors`: why a case cannot be assessed. `file` names it.
[[nodiscard]] std::string mistakes_document(const std::string& file, const std::vector<CaseError>& errors);

}  // namespace prova::report
