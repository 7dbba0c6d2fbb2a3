#pragma once
// Real functions: the programs and libraries that the distribution installed, and copies of them that differ.

#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "kinship/fingerprint_store.h"

namespace prova {

/// A program that a package brought.
struct RealFile {
  std::filesystem::path path;
  std::string package, version;
};

/// ELF and PE programs, shared and static libraries of the installed packages, one for each content of a file's name
/// and size, in an order that depends only on their paths (shuffled, so that any first part is a fair sample).
[[nodiscard]] Result<std::vector<RealFile>> real_files();

/// Analyses a file; no samples when nothing in it can be read. Goodware of the family named like its package.
[[nodiscard]] std::vector<StoredSample> analyze_real(const RealFile& file, unsigned threads);

/// A copy that has been through other hands: one function in ten is gone, and of the features of each other one a
/// share that differs from copy to copy (5 to 40 %) is replaced, two thirds by features of other functions of the same program
/// (so that common features stay common), the rest by new ones. A function with a replaced feature gets another exact
/// hash. The family is the original's and the copy's number; no package has a blank in its name.
[[nodiscard]] StoredSample perturbed(const StoredSample& original, std::uint64_t copy, std::mt19937_64& random);

[[nodiscard]] bool is_copy(const SampleRecord& record);
/// The identity of copy `copy`.
[[nodiscard]] Sha256 digest_of_copy(const SampleRecord& original, std::uint64_t copy);

}  // namespace prova
