#pragma once
// Looking after the knowledge and asking it: the use cases behind `prova knowledge` and `prova rank`. The read API that
// other use cases want is knowledge/knowledge_base.h (groups by id or name, with ambiguity).

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "knowledge/rank.h"

namespace prova {

/// Whether the facts that come with prova count.
enum class Shipped { kUse, kLeaveOut };

/// The shipped facts and every source in the directory (knowledge_location). Errors: those of read_directory.
[[nodiscard]] Result<std::unique_ptr<knowledge::KnowledgeBase>> open_knowledge(const std::string& directory,
                                                                               Shipped shipped = Shipped::kUse);

/// Reads every file, then writes every source; nothing is written when one of the files cannot be read at all. `time` is
/// RFC 3339. Errors: those of import_file (the file is named), kUsage (two files are the same source), kIo.
[[nodiscard]] Result<std::vector<knowledge::Source>> import_knowledge(std::span<const std::string> files, const std::string& directory,
                                                                      const std::string& time);

/// Removes an imported source. Errors: kNotFound, kIo.
[[nodiscard]] Status remove_knowledge(const std::string& directory, const std::string& id);

}  // namespace prova
