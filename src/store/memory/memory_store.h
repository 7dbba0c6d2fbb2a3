#pragma once
// The slow, obvious store: everything in memory, every question answered by looking at every function. It is the
// oracle for the fast ones and serves `memory:`.

#include <map>
#include <shared_mutex>

#include "kinship/fingerprint_store.h"

namespace prova {

/// Thread safety: as FingerprintStore demands; readers wait while a writer changes the map.
class MemoryStore final : public FingerprintStore {
 public:
  [[nodiscard]] Status add(std::span<const StoredSample> batch) override;
  [[nodiscard]] Status add_all(const BatchSource& source) override;
  [[nodiscard]] Result<std::uint64_t> remove(std::span<const std::pair<Sha256, std::string>> identities) override;
  /// O(probes · features of all functions).
  [[nodiscard]] Result<std::vector<std::vector<Candidate>>> candidates(std::span<const Probe> probes,
                                                                       std::size_t limit) const override;
  [[nodiscard]] Result<StoredSample> sample(SampleId id) const override;
  [[nodiscard]] Result<std::vector<std::pair<SampleId, SampleRecord>>> samples() const override;
  [[nodiscard]] Result<StoreInfo> info() const override;
  [[nodiscard]] Result<VerifyReport> verify() const override;

 private:
  /// Requires mutex_.
  [[nodiscard]] Status insert(std::span<const StoredSample> batch);
  std::uint64_t erase(const Sha256& sha256, const std::string& member);

  mutable std::shared_mutex mutex_;
  std::map<SampleId, StoredSample> samples_;
  std::uint32_t next_id_ = 1;
};

}  // namespace prova
