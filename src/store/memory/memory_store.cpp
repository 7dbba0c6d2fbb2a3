#include "store/memory/memory_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <set>
#include <unordered_map>

#include "store/check_batch.h"

namespace prova {
namespace {

using SampleMap = std::map<SampleId, StoredSample>;

bool holds(const std::vector<FeatureKey>& features, FeatureKey key) {
  return std::binary_search(features.begin(), features.end(), key);
}

/// How many functions hold a feature, in one list or both. The rule of kMaxPostings speaks of this count.
std::unordered_map<FeatureKey, std::uint64_t> count_holders(const SampleMap& samples) {
  std::unordered_map<FeatureKey, std::uint64_t> holders;
  for (const auto& [id, sample] : samples) {
    for (const StoredFunction& function : sample.functions) {
      const Fingerprint& print = function.fingerprint;
      for (const FeatureKey key : print.own) ++holders[key];
      for (const FeatureKey key : print.with_callees) holders[key] += holds(print.own, key) ? 0 : 1;
    }
  }
  return holders;
}

using Holders = std::unordered_map<FeatureKey, std::uint64_t>;

/// The features of a probe that find functions: the rule of kMaxPostings.
std::set<FeatureKey> finding_features(const Probe& probe, const Holders& holders) {
  std::set<std::pair<std::uint64_t, FeatureKey>> by_holders;
  for (const auto* list : {&probe.own, &probe.with_callees}) {
    for (const auto& [key, weight] : *list) {
      if (const auto found = holders.find(key); found != holders.end()) by_holders.emplace(found->second, key);
    }
  }
  std::set<FeatureKey> taken;
  std::uint64_t sum = 0;
  for (const auto& [count, key] : by_holders) {
    sum += count;
    if (sum > kMaxPostings) break;
    taken.insert(key);
  }
  return taken;
}

/// Answers one probe by looking at every function.
class Weighing {
 public:
  Weighing(const Probe& probe, const Holders& holders) : probe_(probe), finding_(finding_features(probe, holders)) {}

  /// Functions must come in ascending order: an exact hash finds the first kMaxExact only.
  void look_at(FunctionRef where, const Fingerprint& print) {
    Looked looked{{where, 0, probe_.exact != 0 && probe_.exact == print.exact}, 0, false, false};
    looked.first_exact = looked.candidate.exact && exact_found_++ < kMaxExact;
    weigh(probe_.own, print.own, looked);
    weigh(probe_.with_callees, print.with_callees, looked);
    if (looked.found || looked.first_exact) looked_.push_back(looked);
  }

  std::vector<Candidate> best(std::size_t limit) && {
    // The heaviest by the finding features stay, and the first exact ones.
    std::stable_sort(looked_.begin(), looked_.end(), [](const Looked& a, const Looked& b) {
      return a.found != b.found ? a.found : a.found_weight > b.found_weight;
    });
    std::vector<Candidate> candidates;
    std::size_t rank = 0;
    for (const Looked& looked : looked_) {
      if ((looked.found && rank++ < limit) || looked.first_exact) candidates.push_back(looked.candidate);
    }
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      if (a.exact != b.exact) return a.exact;
      if (a.weight != b.weight) return a.weight > b.weight;
      return a.function < b.function;
    });
    if (candidates.size() > limit) candidates.resize(limit);
    return candidates;
  }

 private:
  struct Looked {
    Candidate candidate;
    std::uint64_t found_weight = 0;  ///< By the finding features alone.
    bool found = false, first_exact = false;
  };

  void weigh(const std::vector<std::pair<FeatureKey, std::uint32_t>>& asked, const std::vector<FeatureKey>& stored,
             Looked& looked) const {
    for (const auto& [key, weight] : asked) {
      if (!holds(stored, key)) continue;
      looked.candidate.weight += weight;
      if (!finding_.contains(key)) continue;
      looked.found = true;
      looked.found_weight += weight;
    }
  }

  const Probe& probe_;
  std::set<FeatureKey> finding_;
  std::vector<Looked> looked_;
  std::uint64_t exact_found_ = 0;
};

}  // namespace

Status MemoryStore::add(std::span<const StoredSample> batch) {
  PROVA_TRY(check_batch(batch));
  const std::unique_lock lock(mutex_);
  return insert(batch);
}

Status MemoryStore::add_all(const BatchSource& source) {
  std::vector<StoredSample> all;
  for (;;) {
    PROVA_TRY(batch, source());
    if (batch.empty()) return add(all);
    std::move(batch.begin(), batch.end(), std::back_inserter(all));
  }
}

Status MemoryStore::insert(std::span<const StoredSample> batch) {
  if (batch.size() > ~next_id_) return fail(ErrorCode::kLimit, "no sample ids are left in this store");
  for (const StoredSample& sample : batch) {
    erase(sample.record.sha256, sample.record.member);
    samples_.emplace(SampleId{next_id_++}, sample);
  }
  return {};
}

std::uint64_t MemoryStore::erase(const Sha256& sha256, const std::string& member) {
  return std::erase_if(samples_, [&](const auto& entry) {
    return entry.second.record.sha256 == sha256 && entry.second.record.member == member;
  });
}

Result<std::uint64_t> MemoryStore::remove(std::span<const std::pair<Sha256, std::string>> identities) {
  const std::unique_lock lock(mutex_);
  std::uint64_t removed = 0;
  for (const auto& [sha256, member] : identities) removed += erase(sha256, member);
  return removed;
}

Result<std::vector<std::vector<Candidate>>> MemoryStore::candidates(std::span<const Probe> probes,
                                                                    std::size_t limit) const {
  const std::shared_lock lock(mutex_);
  const auto holders = count_holders(samples_);
  std::vector<std::vector<Candidate>> answers;
  for (const Probe& probe : probes) {
    Weighing weighing(probe, holders);
    for (const auto& [id, sample] : samples_) {
      for (std::uint32_t i = 0; i < sample.functions.size(); ++i) {
        weighing.look_at({id, i}, sample.functions[i].fingerprint);
      }
    }
    answers.push_back(std::move(weighing).best(limit));
  }
  return answers;
}

Result<StoredSample> MemoryStore::sample(SampleId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = samples_.find(id);
  if (found == samples_.end()) return fail(ErrorCode::kNotFound, fmt::format("no sample has the id {}", raw(id)));
  return found->second;
}

Result<std::vector<std::pair<SampleId, SampleRecord>>> MemoryStore::samples() const {
  const std::shared_lock lock(mutex_);
  std::vector<std::pair<SampleId, SampleRecord>> records;
  for (const auto& [id, sample] : samples_) records.emplace_back(id, sample.record);
  return records;
}

Result<StoreInfo> MemoryStore::info() const {
  const std::shared_lock lock(mutex_);
  StoreInfo info;
  info.location = "memory:";
  info.samples = samples_.size();
  std::set<std::string_view> families;
  for (const auto& [id, sample] : samples_) {
    info.functions += sample.functions.size();
    families.insert(sample.record.family);
  }
  info.families = families.size();
  return info;
}

Result<VerifyReport> MemoryStore::verify() const {
  PROVA_TRY(now, info());
  VerifyReport report;
  report.samples = now.samples;
  report.functions = now.functions;
  return report;
}

}  // namespace prova
