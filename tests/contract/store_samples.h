#pragma once
// Samples, probes and temporary directories for the tests of stores.

#include <filesystem>
#include <random>
#include <string>

#include "kinship/fingerprint_store.h"

namespace prova {

/// A directory that is gone with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// SHA-256 of the text: a sample identity.
[[nodiscard]] Sha256 identity(std::string_view text);

/// A function with these features in both lists.
[[nodiscard]] StoredFunction function_with(std::vector<FeatureKey> features, std::uint64_t exact = 0);

/// A sample with the identity of its name.
[[nodiscard]] StoredSample sample_of(std::string_view name, std::vector<StoredFunction> functions,
                                     std::string_view family = "family");

/// A probe that gives each feature the weight 1 in `own`.
[[nodiscard]] Probe probe_for(std::initializer_list<FeatureKey> own, std::uint64_t exact = 0);

/// What random samples are like. Few keys make common features; few identities make replacements.
struct RandomShape {
  std::uint32_t keys = 200;
  std::uint32_t exact_hashes = 30;
  std::uint32_t identities = 40;
  std::uint32_t max_functions = 30;
  std::uint32_t max_features = 20;
};
[[nodiscard]] StoredSample random_sample(std::mt19937_64& random, const RandomShape& shape);
[[nodiscard]] Probe random_probe(std::mt19937_64& random, const RandomShape& shape);
[[nodiscard]] std::vector<Probe> random_probes(std::mt19937_64& random, const RandomShape& shape, std::size_t count);

}  // namespace prova
