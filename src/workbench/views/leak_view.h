#pragma once
// A leak as the workbench shows it: its documents by system and verdict, page by page. From CASE/report/leak.json.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "workbench/views/row_table.h"

namespace prova {

/// Read-only after reading: thread safe.
class LeakView {
 public:
  /// Errors: kNotFound without an examination of a dump; those of stream_json. O(size of the report).
  [[nodiscard]] static Result<std::shared_ptr<const LeakView>> read(const std::filesystem::path& case_directory);

  /// `prova/leak/1` without `documents`: they are paged.
  [[nodiscard]] const std::string& document() const { return document_; }
  /// `prova/leak-documents/1`. Numbers: n, size, contained, ranges. Facets: verdict, system, format. Errors: those of RowTable::page.
  [[nodiscard]] Result<std::string> documents(const RowQuery& query) const { return documents_.page("prova/leak-documents/1", query); }
  /// Document `n` as leak.json has it. Errors: kNotFound.
  [[nodiscard]] Result<std::string> entry(std::uint64_t n) const;

 private:
  class Reading;
  std::string document_;
  RowTable documents_{{"n", "size", "contained", "ranges"}, {"verdict", "system", "format"}};
  std::vector<std::string> entries_;  ///< Parallel to the rows; at most kMaxTableRows.
};

}  // namespace prova
