#pragma once
// Samples that look to a store like real ones: features distributed as words are, families, shared library code.

#include <cstdint>
#include <random>
#include <vector>

#include "kinship/fingerprint_store.h"

namespace prova {

/// Deterministic in its seed. Of a sample's functions one in ten is one of 2,000 library functions, five are
/// descendants of one of their family's 1,000 functions with a tenth of the features replaced (or none: one in three),
/// four are new. A function has 6 to 400 features, 85 on average, drawn from 20 million with probability 1 / rank
/// (Zipf), as constants, imports and strings are: the commonest are in nearly every function, most occur once. Of its
/// own, and of its own and its callees', the 64 heaviest are kept, as fingerprint/select.h does: about 100 in all.
class SyntheticSamples {
 public:
  explicit SyntheticSamples(std::uint64_t seed) : random_(seed), seed_(seed) {}

  [[nodiscard]] StoredSample next(std::uint32_t functions);
  /// A probe for a function of the same mixture, weighted by inverse document frequency as kinship does.
  [[nodiscard]] Probe next_probe();

 private:
  /// A feature and its rank, from which its weight follows.
  using Ranks = std::vector<std::uint32_t>;
  struct Origin {
    std::uint64_t exact = 0;
    Ranks own, callees;
  };
  Origin fresh(std::mt19937_64& random) const;
  Origin draw(std::uint32_t family);
  void mutate(Origin& origin);

  std::mt19937_64 random_;
  std::uint64_t seed_;
  std::uint64_t samples_ = 0;
};

}  // namespace prova
