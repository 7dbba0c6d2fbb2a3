#pragma once
// An index as a CERT has it: families of malware, few of them with hundreds of nearly equal samples and many with one or two,
// most of them linked with libraries that others use too. Made of benign programs; no malware is involved.

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "kinship/fingerprint_store.h"

namespace prova {

/// What the samples of a family are made of.
struct SimulatedFamily {
  std::string name;
  StoredSample own;                     ///< Code of its authors: one build of one program.
  std::vector<std::size_t> libraries;   ///< Numbers of the libraries that it links.
  std::uint64_t samples = 0;
  bool linked = true;                   ///< False: own code alone.
};

struct SimulatedIndex {
  std::vector<SimulatedFamily> families;  ///< By descending number of samples.
  std::vector<StoredSample> libraries;    ///< Each whole; families link parts of them.
};

/// The part of a library that a program links: about `functions` of them, chosen by `seed`.
[[nodiscard]] StoredSample linked_part(const StoredSample& library, std::size_t functions, std::uint64_t seed);

/// What another build of the same sources, or the next victim's sample, differs in: of 3 % of the functions a tenth of the features
/// and the exact hash.
[[nodiscard]] StoredSample near_duplicate(const StoredSample& original, std::uint64_t copy, std::mt19937_64& random);

/// What the next version differs in, or another build: one function in ten is gone, and of every other a share of the features is
/// replaced that differs from version to version (5 to 40 %), and the exact hash.
[[nodiscard]] StoredSample next_version(const StoredSample& original, std::mt19937_64& random);

/// Sizes of families by Zipf's law: the r-th has max(1, C/r) samples, C such that they hold about `functions`. Families that have a
/// number already keep it.
void share_out(SimulatedIndex& index, std::uint64_t functions);

/// Calls `add` for every sample, family after family, and for the libraries of even number, which are known as such. Each
/// twentieth sample begins a version in which every function changed; those behind it are near
/// duplicates of it. Deterministic.
[[nodiscard]] Status add_samples(const SimulatedIndex& index, const std::function<Status(StoredSample)>& add);

/// `a` and behind it `b`, as if linked into one program; addresses anew.
[[nodiscard]] StoredSample linked(StoredSample a, const StoredSample& b);

}  // namespace prova
