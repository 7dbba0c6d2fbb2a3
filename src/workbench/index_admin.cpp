#include "workbench/index_admin.h"

#include <algorithm>
#include <map>
#include <set>

#include "workbench/home.h"

namespace prova {

Result<std::unique_ptr<FingerprintStore>> open_index(const std::string& given, OpenMode mode) {
  auto store = open_store(index_location(given), mode);
  if (!store && store.error().code == ErrorCode::kNotFound) {
    Error error = std::move(store).error();
    error.message += "; `prova learn` makes one";
    return tl::unexpected<Error>(std::move(error));
  }
  return store;
}

Result<std::vector<FamilySummary>> summarize_families(const FingerprintStore& store) {
  PROVA_TRY(samples, store.samples());
  std::map<std::pair<SampleRole, std::string>, FamilySummary> families;
  std::map<std::pair<SampleRole, std::string>, std::set<std::string>> actors;
  for (const auto& [id, record] : samples) {
    const std::pair key(record.role, record.family);
    FamilySummary& summary = families[key];
    summary.family = record.family;
    summary.role = record.role;
    ++summary.samples;
    summary.code_bytes += record.code_bytes;
    if (!record.actor.empty()) actors[key].insert(record.actor);
    if (!record.first_seen.empty() && (summary.first_seen.empty() || record.first_seen < summary.first_seen)) {
      summary.first_seen = record.first_seen;
    }
  }
  std::vector<FamilySummary> list;
  for (auto& [key, summary] : families) {
    summary.actors.assign(actors[key].begin(), actors[key].end());
    list.push_back(std::move(summary));
  }
  return list;
}

Result<std::uint64_t> remove_samples(FingerprintStore& store, const Removal& removal) {
  if (removal.family.empty() && removal.sha256.empty()) {
    return fail(ErrorCode::kUsage, "say what to remove: --family NAME or --sha256 DIGEST");
  }
  std::vector<Sha256> digests;
  for (const std::string& hex : removal.sha256) {
    PROVA_TRY(digest, sha256_from_hex(hex));
    digests.push_back(digest);
  }
  PROVA_TRY(samples, store.samples());
  std::vector<std::pair<Sha256, std::string>> identities;
  for (const auto& [id, record] : samples) {
    const bool by_family = !removal.family.empty() && record.family == removal.family;
    const bool by_digest = std::find(digests.begin(), digests.end(), record.sha256) != digests.end();
    if (by_family || by_digest) identities.emplace_back(record.sha256, record.member);
  }
  if (identities.empty()) return fail(ErrorCode::kNotFound, "no sample in the index fits; see `prova index samples`");
  return store.remove(identities);
}

}  // namespace prova
