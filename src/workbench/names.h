#pragma once
// Names for a stripped program from what the index knows: the use case behind `prova names`.

#include <optional>
#include <string>
#include <vector>

#include "binary/load.h"
#include "kinship/fingerprint_store.h"
#include "kinship/proposed_names.h"

namespace prova {

struct NamedProgram {
  std::string sha256, file, member;
  std::uint64_t functions = 0, nameless = 0;  ///< Functions; those without a symbol.
  std::vector<ProposedName> names;
};

struct NamesOptions {
  double least_log10_lr = 1;  ///< Ten to one.
  unsigned threads = 1;
};

/// Every program in `path`, matched with the index. Errors: those of open_file and match_sample.
[[nodiscard]] Result<std::vector<NamedProgram>> name_functions(const std::string& path, const FingerprintStore& store,
                                                               const NamesOptions& options,
                                                               const std::optional<RawLayout>& raw = {});

/// `prova/names/1`: docs/formats/names.md.
[[nodiscard]] std::string names_document(const std::vector<NamedProgram>& programs);
/// One line per name.
[[nodiscard]] std::string names_text(const std::vector<NamedProgram>& programs);

}  // namespace prova
