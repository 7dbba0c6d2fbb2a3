#pragma once
// Hand-built programs and the simplest store that keeps its promises, for the tests of matching.

#include <algorithm>
#include <initializer_list>
#include <map>

#include "fingerprint/weights.h"
#include "kinship/fingerprint_store.h"

namespace prova::testing {

/// The n-th string feature: unseen by any training, so it weighs the family's default.
inline FeatureKey feature(std::uint32_t n) {
  return feature_key(mix(0x7e57, n), FeatureFamily::kString);
}

/// Features first, first+1, ... first+count-1.
struct Features {
  std::uint32_t first = 0, count = 0;
};

inline std::vector<FeatureKey> keys_of(std::initializer_list<Features> ranges) {
  std::vector<FeatureKey> keys;
  for (const Features& range : ranges) {
    for (std::uint32_t i = 0; i < range.count; ++i) keys.push_back(feature(range.first + i));
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

/// A function with the same features with and without its callees; one instruction per feature.
inline StoredFunction function(std::uint64_t address, std::initializer_list<Features> ranges,
                               std::vector<std::uint32_t> callees = {}) {
  StoredFunction f;
  f.address = VirtualAddress{address};
  f.fingerprint.own = f.fingerprint.with_callees = keys_of(ranges);
  f.fingerprint.blocks = 5;
  f.fingerprint.instructions = static_cast<std::uint32_t>(f.fingerprint.own.size());
  f.fingerprint.bytes = 100;
  f.callees = std::move(callees);
  return f;
}

inline StoredSample sample(std::string family, SampleRole role, std::uint8_t id, std::vector<StoredFunction> functions) {
  StoredSample s;
  s.record.sha256.bytes[0] = id;
  s.record.name = family + ".bin";
  s.record.family = std::move(family);
  s.record.role = role;
  s.record.arch = Arch::kX64;
  s.functions = std::move(functions);
  for (const StoredFunction& f : s.functions) s.record.code_bytes += f.fingerprint.bytes;
  return s;
}

/// Compares every probe with every function. The contract's own words, nothing clever.
class NaiveStore final : public FingerprintStore {
 public:
  NaiveStore() = default;
  explicit NaiveStore(std::vector<StoredSample> kept) : kept_(std::move(kept)) {}
  Status add(std::span<const StoredSample> batch) override {
    kept_.insert(kept_.end(), batch.begin(), batch.end());
    return {};
  }
  Status add_all(const BatchSource& source) override {
    for (;;) {
      PROVA_TRY(batch, source());
      if (batch.empty()) return {};
      PROVA_TRY(add(batch));
    }
  }
  Result<std::uint64_t> remove(std::span<const std::pair<Sha256, std::string>>) override { return 0; }
  Result<std::vector<std::vector<Candidate>>> candidates(std::span<const Probe> probes,
                                                         std::size_t limit) const override {
    std::vector<std::vector<Candidate>> all;
    for (const Probe& probe : probes) {
      std::vector<Candidate> found;
      for (std::uint32_t s = 0; s < kept_.size(); ++s) {
        for (std::uint32_t f = 0; f < kept_[s].functions.size(); ++f) {
          const Fingerprint& print = kept_[s].functions[f].fingerprint;
          Candidate c{{SampleId{s}, f}, shared(probe.own, print.own) + shared(probe.with_callees, print.with_callees),
                      probe.exact != 0 && probe.exact == print.exact};
          if (c.weight > 0 || c.exact) found.push_back(c);
        }
      }
      std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
        if (a.exact != b.exact) return a.exact;
        return a.weight != b.weight ? a.weight > b.weight : a.function < b.function;
      });
      if (found.size() > limit) found.resize(limit);
      all.push_back(std::move(found));
    }
    return all;
  }
  Result<StoredSample> sample(SampleId id) const override {
    if (raw(id) >= kept_.size()) return fail(ErrorCode::kNotFound, "no such sample");
    return kept_[raw(id)];
  }
  Result<std::vector<std::pair<SampleId, SampleRecord>>> samples() const override {
    std::vector<std::pair<SampleId, SampleRecord>> list;
    for (std::uint32_t s = 0; s < kept_.size(); ++s) list.emplace_back(SampleId{s}, kept_[s].record);
    return list;
  }
  Result<StoreInfo> info() const override { return StoreInfo{}; }
  Result<VerifyReport> verify() const override { return VerifyReport{}; }

 private:
  static std::uint64_t shared(const std::vector<std::pair<FeatureKey, std::uint32_t>>& probe,
                              const std::vector<FeatureKey>& keys) {
    std::uint64_t sum = 0;
    for (const auto& [key, weight] : probe) {
      if (std::binary_search(keys.begin(), keys.end(), key)) sum += weight;
    }
    return sum;
  }
  std::vector<StoredSample> kept_;
};

}  // namespace prova::testing
