#pragma once
// One file on its way into the index: analysed, perhaps in another process.

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kinship/fingerprint_store.h"
#include "workbench/learned_file.h"

namespace prova {

/// What one file became: samples, or an error, or neither when it was known.
struct AnalyzedFile {
  LearnedFile file;
  std::vector<StoredSample> samples;
  std::optional<Error> error;
  bool known = false;
};

/// Reads and analyses the file; its samples take family and the like from `given`. Files whose SHA-256 is in `known` are
/// only read. The result does not depend on `threads`.
[[nodiscard]] AnalyzedFile analyze_file(const std::filesystem::path& path, const SampleRecord& given,
                                        const std::set<Sha256>& known, unsigned threads);

/// As bytes for another process of this program.
[[nodiscard]] std::string encode(const AnalyzedFile& file);
/// What `encode` made of the file at `path`; the error of `bytes` becomes the file's. The bytes are not trusted: the process that
/// wrote them had just read a hostile file.
[[nodiscard]] AnalyzedFile decode_analyzed(const std::filesystem::path& path, const Result<std::string>& bytes);

}  // namespace prova
