#pragma once
// What was stolen, and is it genuine: the use case behind `prova leak`.

#include <string>
#include <vector>

#include "base/result.h"
#include "content/leak/leak_report.h"
#include "workbench/progress.h"

namespace prova {

struct LeakRequest {
  std::vector<std::string> inventories;  ///< At least one; all made with the same key.
  std::vector<std::string> dumps;
  std::string key;                       ///< As for inventories: empty for the default place.
  std::string canaries;                  ///< File with one path of ours per line: planted documents, besides those the inventories flag.
  std::vector<std::string> dkim_keys;    ///< Files or directories of DKIM key records (content/dkim/key_records.h).
  unsigned threads = 1;
  bool only_matches = false;
};

/// Reads the inventories and the dumps, writes nothing. Errors: those of the inventories and their key, of the DKIM keys; kIo.
[[nodiscard]] Result<LeakReport> find_leak(const LeakRequest& request, const Progress& progress);

/// `prova/leak/1` (docs/formats/leak.md).
[[nodiscard]] std::string leak_document(const LeakReport& report);
/// The same for a terminal: totals, systems, what was altered and where, canaries, then a line per document.
[[nodiscard]] std::string leak_text(const LeakReport& report);

/// The lines of a list of paths: empty lines and those that start with '#' left out. Errors: kIo; kLimit above 64 MiB.
[[nodiscard]] Result<std::vector<std::string>> read_path_list(const std::string& path);

}  // namespace prova
