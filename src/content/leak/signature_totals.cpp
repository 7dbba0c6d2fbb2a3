#include "content/leak/signature_totals.h"

#include <algorithm>
#include <set>

namespace prova {
namespace {

/// Most first, ties by name.
std::vector<std::pair<std::string, std::size_t>> ranked(const std::map<std::string, std::size_t>& counts) {
  std::vector<std::pair<std::string, std::size_t>> list(counts.begin(), counts.end());
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  if (list.size() > kListedSigners) list.resize(kListedSigners);
  return list;
}

}  // namespace

void SignatureTotals::count(std::map<std::string, std::size_t>& counts, const std::string& name) {
  if (counts.size() < kMaxCounted || counts.contains(name)) ++counts[name];
}

void SignatureTotals::add(const LeakDocument& document) {
  if (!document.dkim) return;
  ++totals_.totals[static_cast<std::size_t>(document.dkim->state())];
  bool own_domain = false;
  std::set<std::string> domains;
  for (const DkimSignature& one : document.dkim->signatures) {
    if (one.state == DkimState::kNoKey) count(missing_, one.selector + "._domainkey." + one.domain);
    if (!is_genuine(one.state)) continue;
    own_domain = own_domain || one.aligned;
    domains.insert(one.domain);
  }
  for (const std::string& domain : domains) count(domains_, domain);
  if (own_domain && document.verdict == LeakVerdict::kNoTrace) ++totals_.untraced;
}

LeakSignatures SignatureTotals::finish(std::size_t keys) {
  totals_.keys = keys;
  totals_.domains = ranked(domains_);
  totals_.missing = ranked(missing_);
  return std::move(totals_);
}

}  // namespace prova
