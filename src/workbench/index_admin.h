#pragma once
// Looking after the index: the use cases behind `prova index`.

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kinship/fingerprint_store.h"
#include "store/open.h"

namespace prova {

/// The index that the user named, or the default one (index_location). Errors: those of open_store; a missing index
/// says how to make one.
[[nodiscard]] Result<std::unique_ptr<FingerprintStore>> open_index(const std::string& given, OpenMode mode);

/// What the index holds under one name.
struct FamilySummary {
  std::string family;
  SampleRole role = SampleRole::kMalware;
  std::vector<std::string> actors;       ///< Ascending.
  std::uint64_t samples = 0, code_bytes = 0;
  std::string first_seen;                ///< Earliest that was given; empty when none was.
};

/// Ascending by (role, family).
[[nodiscard]] Result<std::vector<FamilySummary>> summarize_families(const FingerprintStore& store);

/// Which samples a removal means. At least one of the two must be given.
struct Removal {
  std::string family;               ///< Every sample of this family.
  std::vector<std::string> sha256;  ///< Every member of files with these digests, hex.
};

/// Removes in one transaction; returns how many samples there were. Errors: kUsage, kNotFound (nothing fits), store.
[[nodiscard]] Result<std::uint64_t> remove_samples(FingerprintStore& store, const Removal& removal);

}  // namespace prova
